import * as v from "valibot";
import { idSchema } from "../runs/index.js";
import { count, isFields } from "../shape/index.js";
import { orderSchema, type RunnerRequests, sourceSchema } from "./protocol.js";

const ordered = v.looseObject({ ...orderSchema.entries, id: idSchema });
const watched = v.looseObject({ id: v.string(), folder: v.string() });

/** What each request has, as far as it names what is run, read or written. */
const schemas: Readonly<Record<keyof RunnerRequests, v.GenericSchema>> = {
  run: ordered,
  send: v.looseObject({
    ...ordered.entries,
    cluster: v.looseObject({ directory: v.string(), node: v.string(), options: v.looseObject({}) }),
  }),
  watch: watched,
  cancelWatched: watched,
  describe: v.looseObject({ source: sourceSchema }),
  meaning: orderSchema,
  enumerate: v.object({ edges: count, irreducible: v.boolean(), pathCondition: v.boolean() }),
  examine: v.custom(isFields),
  installRuntime: v.looseObject({ folder: v.string() }),
};

/** Whether a request's parameters are what the request has. */
export function areParameters(name: keyof RunnerRequests, parameters: unknown): boolean {
  return v.is(schemas[name], parameters);
}
