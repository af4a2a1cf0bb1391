import * as v from "valibot";
import { count, isFields, listUpTo, maybe, type Shape, textUpTo } from "../shape/index.js";
import { editSchema, mostItems } from "./edits.js";
import { type ElementReference, elementSchema, type PreviewFile, positionSchema } from "./model.js";
import { exportFormats, nameSchema, questionSchema } from "./requests.js";

/** What the editor tells the page. */
export type ToPage =
  /** The file as it is now. Drawings are asked for by the page, of what is in sight and new to it. */
  | { readonly type: "file"; readonly title: string; readonly file: PreviewFile }
  /** The text has changed and what is shown is older; `reason` when it will stay so, in one line. */
  | { readonly type: "stale"; readonly reason?: string }
  /** Where the cursor is; absent when it is in no diagram. */
  | { readonly type: "cursor"; readonly id?: string; readonly element?: ElementReference }
  /** Shows one diagram, or with no id the gallery. */
  | { readonly type: "show"; readonly id?: string }
  /** Answers the page's request of this number. */
  | { readonly type: "answer"; readonly number: number; readonly answer: unknown }
  | { readonly type: "failure"; readonly number: number; readonly message: string }
  /** Asks for a new name of a diagram: the one of this id, or the one shown alone. */
  | { readonly type: "rename"; readonly id?: string }
  /** Deletes a diagram: the one of this id, or the one shown alone. */
  | { readonly type: "delete"; readonly id?: string }
  /** Runs a command of the page's, for keys that the editor got. */
  | {
      readonly type: "command";
      readonly command: "zoomIn" | "zoomOut" | "fit" | "find" | "export" | "undo" | "redo";
    };

/** A large PNG as base64 is long. */
const textSchema = textUpTo(100_000_000);

const requestSchema = v.variant("method", [
  v.object({ method: v.literal("draw"), ids: listUpTo(nameSchema, mostItems) }),
  v.object({ method: v.literal("hover"), position: positionSchema, room: maybe(count) }),
  v.object({ method: v.literal("embeddings"), question: questionSchema }),
  /** Answered with `{}` or a `Problem`. */
  v.object({ method: v.literal("edit"), version: count, id: nameSchema, edit: editSchema }),
  /** Answered with `{}` or a `Problem`; an edge stands for its child. */
  v.object({
    method: v.literal("rename"),
    version: count,
    id: nameSchema,
    element: elementSchema,
    name: nameSchema,
  }),
  v.object({ method: v.literal("insert"), version: count, shortForm: textSchema }),
  v.object({ method: v.literal("export"), id: nameSchema, format: v.picklist(exportFormats) }),
  /** Takes the last change of the text back, or makes it again. Answered with `{}` or a `Problem`. */
  v.object({ method: v.literal("history"), step: v.picklist(["undo", "redo"]) }),
  /** Puts text on the clipboard. */
  v.object({ method: v.literal("copy"), text: textSchema }),
  /** Lets the user choose a file for an export; PNG comes as base64. Answered with `{ saved: boolean }`. */
  v.object({
    method: v.literal("save"),
    suggestedName: nameSchema,
    format: v.picklist([...exportFormats, "png"]),
    content: textSchema,
  }),
]);
/** What the page asks of the editor; each is answered by its number. */
export type PageRequest = Shape<typeof requestSchema>;

const fromPageSchema = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("request"), number: count, request: requestSchema }),
  /** An element was chosen: its text is to be selected; `focus` moves the keyboard to the text too. */
  v.object({ type: v.literal("select"), id: nameSchema, element: elementSchema, focus: v.boolean() }),
  /** What the page shows now: a diagram, or with no id the gallery. */
  v.object({ type: v.literal("shows"), id: maybe(nameSchema) }),
  /** The page has the keyboard now, and the text has it no longer. */
  v.object({ type: v.literal("focused") }),
]);
/** What the page tells the editor. */
export type FromPage = Shape<typeof fromPageSchema>;

/**
 * What a page says, when it is well formed: with the fields of its kind only, which hold what they should.
 * A page shows text of files from anywhere, so its words are judged as those of a stranger.
 * @returns `undefined` for anything else.
 */
export function parseFromPage(message: unknown): FromPage | undefined {
  const { success, output } = v.safeParse(fromPageSchema, message, { abortEarly: true });
  return success && (output.type !== "request" || isSoundRequest(output.request)) ? output : undefined;
}

/** A request of a page's, when it is well formed, with the fields of its method only. */
export function parsePageRequest(request: unknown): PageRequest | undefined {
  const { success, output } = v.safeParse(requestSchema, request, { abortEarly: true });
  return success && isSoundRequest(output) ? output : undefined;
}

function isSoundRequest(request: PageRequest): boolean {
  return (
    request.method !== "save" ||
    request.format !== "png" ||
    (request.content.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(request.content))
  );
}

/** A place in a text, when it is one. */
export function parsePosition(position: unknown): Shape<typeof positionSchema> | undefined {
  const { success, output } = v.safeParse(positionSchema, position, { abortEarly: true });
  return success ? output : undefined;
}

/** What the page keeps over reloads, by the editor's `setState`. The editor reads `uri` and `id` to restore a panel. */
export interface PageState {
  readonly uri: string;
  /** The diagram shown alone, if one is. */
  readonly id?: string;
  readonly search: string;
  readonly scroll: number;
  readonly cameras: Readonly<
    Record<string, { readonly x: number; readonly y: number; readonly scale: number }>
  >;
  readonly selected?: { readonly id: string; readonly element: ElementReference };
  readonly spacetime?: {
    readonly text: string;
    readonly landscape?: string;
    readonly eta?: number;
    readonly metric?: string;
  };
}

/**
 * Of which file and which diagram a kept state speaks, when it speaks of one: to restore a panel.
 * @returns `undefined` when it is no state of ours.
 */
export function parsePageState(state: unknown): Pick<PageState, "uri" | "id"> | undefined {
  if (!isFields(state) || !v.is(nameSchema, state.uri) || state.uri === "") {
    return undefined;
  }
  return { uri: state.uri, ...(v.is(nameSchema, state.id) ? { id: state.id } : {}) };
}
