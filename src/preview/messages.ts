import type { DiagramEdit } from "./edits.js";
import type { ElementReference, PreviewFile, TextPosition } from "./model.js";
import type { EmbeddingsParameters, ExportFormat } from "./requests.js";

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
  /** Runs a command of the page's, for keys that the editor got. */
  | { readonly type: "command"; readonly command: "zoomIn" | "zoomOut" | "fit" | "find" | "export" };

/** What the page asks of the editor; each is answered by its number. */
export type PageRequest =
  | { readonly method: "draw"; readonly ids: readonly string[] }
  | { readonly method: "hover"; readonly position: TextPosition }
  | { readonly method: "embeddings"; readonly question: Omit<EmbeddingsParameters, "uri"> }
  /** Answered with `{}` or a `Problem`. */
  | { readonly method: "edit"; readonly version: number; readonly id: string; readonly edit: DiagramEdit }
  | { readonly method: "insert"; readonly version: number; readonly shortForm: string }
  | { readonly method: "export"; readonly id: string; readonly format: ExportFormat }
  /** Puts text on the clipboard. */
  | { readonly method: "copy"; readonly text: string }
  /** Lets the user choose a file for an export; PNG comes as base64. Answered with `{ saved: boolean }`. */
  | {
      readonly method: "save";
      readonly suggestedName: string;
      readonly format: ExportFormat | "png";
      readonly content: string;
    };

/** What the page tells the editor. */
export type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "request"; readonly number: number; readonly request: PageRequest }
  /** An element was chosen: its text is to be selected; `focus` moves the keyboard to the text too. */
  | {
      readonly type: "select";
      readonly id: string;
      readonly element: ElementReference;
      readonly focus: boolean;
    }
  /** What the page shows now: a diagram, or with no id the gallery. */
  | { readonly type: "shows"; readonly id?: string };

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
  readonly spacetime?: { readonly text: string; readonly landscape?: string; readonly eta?: number };
}
