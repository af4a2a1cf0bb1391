import type { RunEvent } from "./events.js";
import type { RunRecord, RunSummary } from "./model.js";

/** What the editor tells the results page. */
export type ToResultsPage =
  /** All kept runs, the newest first. */
  | { readonly type: "runs"; readonly runs: readonly RunSummary[] }
  /** A whole run: asked for by `load`, or new. */
  | { readonly type: "record"; readonly record: RunRecord }
  /** A run could not be loaded; one line. */
  | { readonly type: "missing"; readonly id: string; readonly message: string }
  /** A run that the page has grows. */
  | { readonly type: "event"; readonly id: string; readonly event: RunEvent }
  /** Shows a run; the page asks for it when it does not have it. */
  | { readonly type: "show"; readonly id: string }
  /** Runs a command of the page's. */
  | { readonly type: "command"; readonly command: "export" | "compare" }
  /** Tells of something that was done or failed at the page's request, in one line. */
  | { readonly type: "notice"; readonly message: string; readonly failed: boolean };

export const resultFormats = ["svg", "png", "csv", "json"] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** What the results page tells the editor. */
export type FromResultsPage =
  | { readonly type: "ready" }
  | { readonly type: "load"; readonly id: string }
  /** What is shown now, for titles and menus. */
  | { readonly type: "shows"; readonly id?: string }
  | { readonly type: "delete"; readonly id: string }
  | { readonly type: "clear" }
  | { readonly type: "cancel"; readonly id: string }
  /** Runs it again as it was, or with other trials, or in double precision. */
  | { readonly type: "rerun"; readonly id: string; readonly trials?: number; readonly precise?: true }
  | { readonly type: "resume"; readonly id: string }
  /** Shows the run's declaration in its file, or a diagram by short form (and name), in the text or in the preview. */
  | {
      readonly type: "reveal";
      readonly id: string;
      readonly diagram?: { readonly shortForm: string; readonly name?: string };
      readonly where: "text" | "preview";
    }
  | { readonly type: "copy"; readonly text: string }
  /** Lets the user choose a file; PNG comes as base64. */
  | {
      readonly type: "save";
      readonly suggestedName: string;
      readonly format: ResultFormat;
      readonly content: string;
    };

/** What the page keeps over reloads, by the editor's `setState`. */
export interface ResultsPageState {
  readonly id?: string;
  readonly compare?: string;
  readonly observable?: string;
  readonly eta?: number;
  readonly logarithmic?: boolean;
  readonly scroll?: number;
}
