import * as v from "valibot";
import { count, maybe, number, type Shape, textUpTo } from "../shape/index.js";
import { eventSchema } from "./events.js";
import { idSchema, recordSchema, summarySchema } from "./model.js";

/** What the editor tells the results page. */
const toPageSchema = v.variant("type", [
  /** All kept runs, the newest first. */
  v.object({ type: v.literal("runs"), runs: v.array(summarySchema) }),
  /** A whole run: asked for by `load`, or new. */
  v.object({ type: v.literal("record"), record: recordSchema }),
  /** A run could not be loaded; one line. */
  v.object({ type: v.literal("missing"), id: idSchema, message: v.string() }),
  /** A run that the page has grows. */
  v.object({ type: v.literal("event"), id: idSchema, event: eventSchema }),
  /** Shows a run; the page asks for it when it does not have it. */
  v.object({ type: v.literal("show"), id: idSchema }),
  /** Runs a command of the page's. */
  v.object({ type: v.literal("command"), command: v.picklist(["export", "compare"]) }),
  /** Tells of something that was done or failed at the page's request, in one line. */
  v.object({ type: v.literal("notice"), message: v.string(), failed: v.boolean() }),
]);
export type ToResultsPage = Shape<typeof toPageSchema>;

/**
 * A message of the editor's, when it is well formed; `undefined` for anything else. Any frame may post one, and a large record
 * is not copied.
 */
export function parseToResultsPage(value: unknown): ToResultsPage | undefined {
  return v.is(toPageSchema, value) ? value : undefined;
}

export const resultFormats = ["svg", "png", "csv", "json"] as const;
export type ResultFormat = (typeof resultFormats)[number];

const positiveCount = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 1);
const nameSchema = textUpTo(10_000);
/** A large PNG as base64 is long. */
const textSchema = textUpTo(100_000_000);

/** What a `verify` block is to say instead, so that a point is decided. */
export const amendmentSchema = v.variant("kind", [
  v.object({ kind: v.literal("trials"), trials: positiveCount }),
  /** One learning rate in the place of another. */
  v.object({
    kind: v.literal("eta"),
    from: number,
    to: v.pipe(
      number,
      v.check((eta) => eta > 0),
    ),
  }),
  v.object({ kind: v.literal("order"), order: count }),
]);
export type VerifyAmendment = Shape<typeof amendmentSchema>;

/** What the results page tells the editor. */
const fromPageSchema = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("load"), id: idSchema }),
  /** What is shown now, for titles and menus. */
  v.object({ type: v.literal("shows"), id: maybe(idSchema) }),
  v.object({ type: v.literal("delete"), id: idSchema }),
  v.object({ type: v.literal("clear") }),
  v.object({ type: v.literal("cancel"), id: idSchema }),
  /** Runs it again as it was, or in double precision. */
  v.object({
    type: v.literal("rerun"),
    id: idSchema,
    precise: maybe(v.literal(true)),
  }),
  /** Has its `verify` block say something else, and runs it. */
  v.object({ type: v.literal("amend"), id: idSchema, amendment: amendmentSchema }),
  v.object({ type: v.literal("resume"), id: idSchema }),
  /** Shows the run's declaration in its file, or a diagram by short form (and name), in the text or in the preview. */
  v.object({
    type: v.literal("reveal"),
    id: idSchema,
    diagram: maybe(v.object({ shortForm: nameSchema, name: maybe(nameSchema) })),
    where: v.picklist(["text", "preview"]),
  }),
  /** Shows what a task of a run on a cluster printed. */
  v.object({ type: v.literal("openLog"), id: idSchema, array: count, index: count }),
  /** Opens the folder of a run on a cluster. */
  v.object({ type: v.literal("openFolder"), id: idSchema }),
  v.object({ type: v.literal("copy"), text: textSchema }),
  /** Lets the user choose a file; PNG comes as base64. */
  v.object({
    type: v.literal("save"),
    suggestedName: nameSchema,
    format: v.picklist(resultFormats),
    content: textSchema,
  }),
]);
export type FromResultsPage = Shape<typeof fromPageSchema>;

/**
 * What the results page says, when it is well formed, with the fields of its kind only. A page shows text of
 * files from anywhere, so its words are judged as those of a stranger.
 * @returns `undefined` for anything else.
 */
export function parseFromResultsPage(message: unknown): FromResultsPage | undefined {
  const { success, output } = v.safeParse(fromPageSchema, message, { abortEarly: true });
  const isSound =
    success &&
    (output.type !== "save" || output.format !== "png" || /^[A-Za-z0-9+/]*={0,2}$/.test(output.content));
  return isSound ? output : undefined;
}

const stateFields = {
  id: idSchema,
  compare: idSchema,
  observable: v.string(),
  eta: number,
  logarithmic: v.boolean(),
  /** Whether the facts of a run are unfolded. */
  facts: v.boolean(),
  /** What the list of runs is filtered by: a text, and how runs stand. */
  filter: v.string(),
  standing: v.string(),
  scroll: number,
};
/** What the page keeps over reloads, by the editor's `setState`. */
export type ResultsPageState = Partial<Shape<v.ObjectSchema<typeof stateFields, undefined>>>;

/** What can be used of a kept state, which may be an older version's. */
export function parseResultsPageState(value: unknown): ResultsPageState {
  const state = Object(value) as Readonly<Record<string, unknown>>;
  const sound = Object.entries(stateFields).filter(([name, schema]) => v.is(schema, state[name]));
  return Object.fromEntries(sound.map(([name]) => [name, state[name]]));
}
