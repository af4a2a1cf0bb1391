import * as v from "valibot";
import { deviceSchema } from "../device/index.js";
import { eventSchema, idSchema } from "../runs/index.js";
import { count, maybe, number, numbers, textUpTo } from "../shape/index.js";
import type { InstallProgress, RunnerEvent, RunnerRequests } from "./protocol.js";

/* What the runner says is judged by who asked it, as what it is asked is judged by the runner (`parameters`). */

/** Longer lines are for nobody. */
const lineSchema = textUpTo(4000);

const descriptionSchema = v.object({
  diagrams: v.array(v.object({ name: v.string(), own: v.boolean(), diagram: v.string(), edges: count })),
  landscapes: v.array(v.object({ name: v.string(), own: v.boolean(), weights: v.array(v.string()) })),
  verifies: v.array(
    v.object({
      ...{ name: v.string(), own: v.boolean(), landscape: v.string(), spacetime: v.string() },
      ...{ etas: numbers, observables: v.array(v.string()), predict: v.nullable(v.string()) },
      ...{ sum: v.picklist(["exact", "integral"]), measure: maybe(v.literal("total")) },
      ...{ trials: maybe(count), seed: maybe(number) },
    }),
  ),
  error: maybe(v.string()),
});

const findingSchema = v.object({
  ...{ engine: v.string(), works: v.boolean(), device: maybe(v.string()), software: maybe(v.boolean()) },
  ...{ facts: deviceSchema.entries.facts, problem: maybe(v.string()) },
});

/** What each request is answered with. */
const schemas: Readonly<Record<keyof RunnerRequests, v.GenericSchema>> = {
  run: v.null(),
  send: v.object({ folder: maybe(v.string()) }),
  watch: v.null(),
  cancelWatched: v.object({ line: lineSchema }),
  describe: descriptionSchema,
  meaning: v.object({ meaning: v.string() }),
  enumerate: v.object({ diagrams: v.array(v.string()) }),
  examine: v.array(findingSchema),
  installRuntime: v.null(),
};

/** Whether this is what a request is answered with. */
export function isAnswer<Name extends keyof RunnerRequests>(
  name: Name,
  value: unknown,
): value is RunnerRequests[Name]["answer"] {
  return v.is(schemas[name], value);
}

const toldSchema = v.object({ id: idSchema, event: eventSchema });

/** Whether this is something that happened in a run. */
export function isRunnerEvent(value: unknown): value is RunnerEvent {
  return v.is(toldSchema, value);
}

const installSchema = v.object({ line: lineSchema });

/** Whether this is a line of what is being installed. */
export function isInstallProgress(value: unknown): value is InstallProgress {
  return v.is(installSchema, value);
}
