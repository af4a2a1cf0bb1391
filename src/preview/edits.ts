import * as v from "valibot";
import { count, listUpTo, type Shape } from "../shape/index.js";
import type { TextRange } from "./model.js";

/** Far above what a page sends, far below what hurts. */
export const mostItems = 100_000;

export const editSchema = v.variant("kind", [
  /** A new node as a child of `parent`, with a fresh name. */
  v.object({ kind: v.literal("addChild"), parent: count }),
  /** `node`, with what hangs from it, becomes a child of `parent`. */
  v.object({ kind: v.literal("reattach"), node: count, parent: count }),
  /** The nodes become one part; they leave the parts they were in. */
  v.object({ kind: v.literal("group"), nodes: listUpTo(count, mostItems) }),
  /** The node leaves its part. */
  v.object({ kind: v.literal("ungroup"), node: count }),
  /** The nodes, which are of one part, leave it. */
  v.object({ kind: v.literal("dissolve"), nodes: listUpTo(count, mostItems) }),
  /** The link is contracted. */
  v.object({ kind: v.literal("contract"), node: count }),
  /** The node and what hangs from it are removed. */
  v.object({ kind: v.literal("remove"), node: count }),
  /** The whole declaration is removed, with what is said of it. */
  v.object({ kind: v.literal("deleteDiagram") }),
]);
/** An edit of a diagram by hand. Nodes are numbers as in `PreviewDiagram`. */
export type DiagramEdit = Shape<typeof editSchema>;

/** One that changes what a diagram is. */
export type NodeEdit = Exclude<DiagramEdit, { readonly kind: "deleteDiagram" }>;

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/**
 * Edits of one text, to be applied together; or, in one line, why there are none. `select` is the name of the node
 * to be selected afterwards, and of what is inserted that of the diagram.
 */
export type EditAnswer =
  | { readonly version: number; readonly edits: readonly TextEdit[]; readonly select?: string }
  | { readonly problem: string };
