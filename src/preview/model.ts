import * as v from "valibot";
import { count, type Shape } from "../shape/index.js";

export const positionSchema = v.object({ line: count, character: count });
/** A place in a text as editors count: lines and characters (UTF-16) from 0. */
export type TextPosition = Shape<typeof positionSchema>;

export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export const elementSchema = v.variant("kind", [
  v.object({ kind: v.literal("diagram") }),
  v.object({ kind: v.picklist(["node", "edge", "part"]), index: count }),
]);
/**
 * An element of a diagram. A node is its number in the drawing, an edge the number of its child, a part its number
 * in `PreviewDiagram.parts`, which is also that of `DrawnOutline.part`. Stray edges are numbered behind all others:
 * the edge `nodes.length + k` is `strays[k]`.
 */
export type ElementReference = Shape<typeof elementSchema>;

/** A complaint about a diagram, with the elements it concerns. */
export interface PreviewMark {
  readonly severity: "error" | "warning";
  /** The diagnostic's code, such as `path-condition`. */
  readonly code: string;
  readonly message: string;
  readonly elements: readonly ElementReference[];
}

export interface PreviewNode {
  readonly name: string;
  /** Every place where the diagram's text names the node; the first is where a click goes. */
  readonly ranges: readonly TextRange[];
}

export interface PreviewPart {
  /** Absent for a part without a name. */
  readonly name?: string;
  readonly nodes: readonly number[];
  /** Absent for a node that the text puts in no part. */
  readonly range?: TextRange;
}

/**
 * A declared diagram, sound or not. Of a sound one the last node is the root and children come before parents. A
 * broken one may have several nodes without a parent, of which the last is taken for the root, or no node at all.
 */
export interface PreviewDiagram {
  /** Its declared name; a file may, wrongly, have a name twice, then `id` tells them apart. */
  readonly name: string;
  /** Unique in the file, and the same after an edit elsewhere. */
  readonly id: string;
  /** Whether it is marked `train diagram`; absent where it is not. */
  readonly train?: true;
  /** Diagrams of equal keys have equal drawings. */
  readonly key: string;
  /** The whole declaration, and its name. */
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly nodes: readonly PreviewNode[];
  /** The edge from a node to its parent, by child; absent at the root. */
  readonly edges: readonly { readonly child: number; readonly parent: number; readonly range: TextRange }[];
  /**
   * Edges that a broken diagram has too many: each would close a cycle or give its child a second parent. They are
   * drawn, marked, beside the tree of `edges`, as `Drawing.marks.strays`. Absent when there are none.
   */
  readonly strays?: readonly { readonly child: number; readonly parent: number; readonly range: TextRange }[];
  /**
   * The parts, in the order of the drawing: every node is in exactly one. Behind them come written parts that are left
   * without a node because each of theirs is in an earlier part.
   */
  readonly parts: readonly PreviewPart[];
  readonly marks: readonly PreviewMark[];
  /** Whether it is drawn only as far as it goes, because its text is broken. */
  readonly broken: boolean;
  /** Whether its declaration is a short form. */
  readonly shortForm: boolean;
  /** A line of facts, such as `3 edges · |Aut| = 2 · irreducible`. */
  readonly facts: string;
}

/** A learning rate that a verification has, with its space-time as written and the name of its landscape. */
export interface VerifiedRate {
  readonly spacetime: string;
  readonly landscape?: string;
  readonly eta: number;
}

/** What a preview shows of a file. */
export interface PreviewFile {
  readonly uri: string;
  readonly version: number;
  readonly diagrams: readonly PreviewDiagram[];
  /** The names of the landscapes that the file sees. */
  readonly landscapes: readonly string[];
  /** Space-times that the file's verifications use, as written; each once. */
  readonly spacetimes: readonly string[];
  /** The first learning rates of the file's verifications, and what they are of. Absent when there are none. */
  readonly rates?: readonly VerifiedRate[];
  /** Metrics that the file's verifications use, as written; each once. Absent when there are none. */
  readonly metrics?: readonly string[];
  /** Syntax errors outside of diagrams, in one line; absent when there are none. */
  readonly problem?: string;
}
