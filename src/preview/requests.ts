import * as v from "valibot";
import type { Drawing } from "../drawing/index.js";
import { count, maybe, number, type Shape, textUpTo } from "../shape/index.js";
import type { DiagramEdit, EditAnswer, TextEdit } from "./edits.js";
import type { PreviewEmbeddings } from "./embeddings.js";
import type { ElementReference, PreviewFile, TextPosition } from "./model.js";

/** Methods of the language server that previews use; all take one object of parameters. */
export const previewMethods = {
  file: "diag/preview/file",
  draw: "diag/preview/draw",
  hover: "diag/preview/hover",
  embeddings: "diag/preview/embeddings",
  edit: "diag/preview/edit",
  rename: "diag/preview/rename",
  insert: "diag/preview/insert",
  export: "diag/preview/export",
  /** A notification by the server: what is known of a file has changed. */
  changed: "diag/preview/changed",
} as const;

export interface Problem {
  /** In one line: what is wrong and what to do. */
  readonly problem: string;
}

/** Answered with a `PreviewFile`, or null when there is no such document. */
export interface FileParameters {
  readonly uri: string;
}

/** Answered with `DrawAnswer`, in the order of the ids; unknown ids are left out. */
export interface DrawParameters {
  readonly uri: string;
  readonly ids: readonly string[];
}

export interface DrawnDiagram {
  readonly id: string;
  readonly key: string;
  readonly drawing?: Drawing;
  /** Why there is no drawing. */
  readonly problem?: string;
}

export interface DrawAnswer {
  readonly version: number;
  readonly drawings: readonly DrawnDiagram[];
}

/** Asks for what the editor's hover says at a place. Answered with `HoverAnswer` or null. */
export interface HoverParameters {
  readonly uri: string;
  readonly position: TextPosition;
  /** How wide lines of formulas may be, in pixels; as wide as in the editor's hover where absent. */
  readonly room?: number;
}

/** A stretch of a hover's line: plain, emphasised or code. */
export interface HoverSpan {
  readonly text: string;
  readonly style?: "strong" | "emphasis" | "code";
}

export type HoverPiece =
  | { readonly kind: "line"; readonly spans: readonly HoverSpan[] }
  /** A typeset formula: an SVG image as a `data:` address, in the colours of the editor's theme. */
  | {
      readonly kind: "formula";
      readonly label: readonly HoverSpan[];
      readonly latex: string;
      readonly image?: string;
    };

export interface HoverAnswer {
  readonly pieces: readonly HoverPiece[];
}

/** A name or an address. */
export const nameSchema = textUpTo(10_000);

export const questionSchema = v.object({
  id: nameSchema,
  /** As a file writes it, such as `sgd(N = 4, E = 2)`. */
  spacetime: nameSchema,
  /** Which of the descents of a difference: 1 is the one that is taken off; the first where it is absent. */
  side: maybe(v.literal(1)),
  /** A landscape that the file sees; with it contributions are computed. */
  landscape: maybe(nameSchema),
  eta: maybe(number),
  /** As a file writes it behind `metric`, such as `diag(2, 1)`; the identity where absent. */
  metric: maybe(nameSchema),
  /** In decimal digits. */
  first: v.custom<string>((value) => v.is(nameSchema, value) && /^\d+$/.test(value)),
  count,
});

/** Answered with `PreviewEmbeddings` or a `Problem`. */
export type EmbeddingsParameters = Shape<typeof questionSchema> & { readonly uri: string };

/** Answered with an `EditAnswer`. A version other than the document's is refused. */
export interface EditParameters {
  readonly uri: string;
  readonly version: number;
  readonly id: string;
  readonly edit: DiagramEdit;
}

/** A new name for an element, or for the diagram itself. Answered with a `RenameAnswer`. */
export interface RenameParameters {
  readonly uri: string;
  readonly version: number;
  readonly id: string;
  readonly element: ElementReference;
  readonly name: string;
}

/** Edits of each text that names it, to be applied together; or, in one line, why there are none. */
export type RenameAnswer =
  | {
      readonly version: number;
      readonly files: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
    }
  | Problem;

/** A short form, such as `\sdia{c(012-3)(03-13-23)}`, as a declaration at a place. Answered with an `EditAnswer`. */
export interface InsertParameters {
  readonly uri: string;
  readonly version: number;
  readonly shortForm: string;
  /** After the declaration at this position, or at the end. */
  readonly position?: TextPosition;
}

export const exportFormats = ["svg", "tikz", "dot", "short", "json"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Answered with `{ text }` or a `Problem`. SVG comes in black without a background, whatever the theme. */
export interface ExportParameters {
  readonly uri: string;
  readonly id: string;
  readonly format: ExportFormat;
}

export interface ExportAnswer {
  readonly text: string;
}

/** Parameters and answer of each request. */
export interface PreviewRequests {
  readonly file: { readonly parameters: FileParameters; readonly answer: PreviewFile | null };
  readonly draw: { readonly parameters: DrawParameters; readonly answer: DrawAnswer };
  readonly hover: { readonly parameters: HoverParameters; readonly answer: HoverAnswer | null };
  readonly embeddings: {
    readonly parameters: EmbeddingsParameters;
    readonly answer: PreviewEmbeddings | Problem;
  };
  readonly edit: { readonly parameters: EditParameters; readonly answer: EditAnswer };
  readonly rename: { readonly parameters: RenameParameters; readonly answer: RenameAnswer };
  readonly insert: { readonly parameters: InsertParameters; readonly answer: EditAnswer };
  readonly export: { readonly parameters: ExportParameters; readonly answer: ExportAnswer | Problem };
}
