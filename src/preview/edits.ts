import type { TextRange } from "./model.js";

/** An edit of a diagram by hand. Nodes are numbers as in `PreviewDiagram`. */
export type DiagramEdit =
  /** A new node as a child of `parent`, with a fresh name. */
  | { readonly kind: "addChild"; readonly parent: number }
  /** `node`, with what hangs from it, becomes a child of `parent`. */
  | { readonly kind: "reattach"; readonly node: number; readonly parent: number }
  /** The nodes become one part; they leave the parts they were in. */
  | { readonly kind: "group"; readonly nodes: readonly number[] }
  /** The node leaves its part. */
  | { readonly kind: "ungroup"; readonly node: number }
  /** The link is contracted. */
  | { readonly kind: "contract"; readonly node: number }
  /** The node and what hangs from it are removed. */
  | { readonly kind: "remove"; readonly node: number };

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
