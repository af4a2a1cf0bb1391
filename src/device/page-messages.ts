import * as v from "valibot";
import { count, maybe, type Shape } from "../shape/index.js";
import {
  type DeviceMethod,
  type DeviceRequests,
  deviceSchema,
  doneSchema,
  lineSchema,
  shaderSchema,
  trialsSchema,
} from "./protocol.js";

/* What goes between the editor and a page that lends its GPU; any frame may post a message. */

/** Something that is asked of a device. */
export type GpuQuestion = {
  readonly [Name in DeviceMethod]: {
    readonly name: Name;
    readonly parameters: DeviceRequests[Name]["parameters"];
  };
}[DeviceMethod];

/** Such a page runs shaders, and finds a GPU by itself. */
const questionSchema = v.variant("name", [
  v.object({ name: v.literal("open"), parameters: v.object({ visits: maybe(count) }) }),
  v.object({ name: v.literal("load"), parameters: shaderSchema }),
  v.object({ name: v.literal("run"), parameters: trialsSchema }),
]);

const toPageSchema = v.variant("type", [
  /** Each is answered, in order, by an `answer` or a `refusal` of its number. */
  v.object({ type: v.literal("ask"), id: count, question: questionSchema }),
  /** Stops a run, which is then answered with no trials. */
  v.object({ type: v.literal("stop"), id: count }),
  /** The GPU is needed no longer. */
  v.object({ type: v.literal("release") }),
]);
/** What the editor tells a page that lends its GPU. */
export type ToGpuPage =
  | Exclude<Shape<typeof toPageSchema>, { readonly type: "ask" }>
  | { readonly type: "ask"; readonly id: number; readonly question: GpuQuestion };

const fromPageSchema = v.variant("type", [
  /** It listens. */
  v.object({ type: v.literal("ready") }),
  /** A long run goes on. */
  v.object({ type: v.literal("alive") }),
  v.object({ type: v.literal("answer"), id: count, answer: maybe(v.unknown()) }),
  v.object({
    type: v.literal("refusal"),
    id: count,
    /** One line. */
    message: lineSchema,
    /** Whether the GPU is gone. */
    lost: v.boolean(),
  }),
]);
/** What such a page tells the editor. */
export type FromGpuPage = Shape<typeof fromPageSchema>;

/** A message of the editor's, when it is well formed; `undefined` for anything else. */
export function parseToGpuPage(value: unknown): ToGpuPage | undefined {
  return v.is(toPageSchema, value) ? value : undefined;
}

/** A message of the page's, when it is well formed; what it answers is for {@link parseGpuAnswer} to judge. */
export function parseFromGpuPage(value: unknown): FromGpuPage | undefined {
  return v.is(fromPageSchema, value) ? value : undefined;
}

const answerSchemas = { open: deviceSchema, load: v.null(), run: doneSchema };

/** The answer to a question of this name, when it is one; `undefined` for anything else. */
export function parseGpuAnswer<Name extends DeviceMethod>(
  name: Name,
  value: unknown,
): DeviceRequests[Name]["answer"] | undefined {
  return v.is(answerSchemas[name], value) ? value : undefined;
}
