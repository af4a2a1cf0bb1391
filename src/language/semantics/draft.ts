import type { Range } from "../problem.js";

/** A diagram as written: what the two ways of writing one have in common, with every place. */
export interface DiagramDraft {
  readonly nodes: readonly DraftNode[];
  readonly edges: readonly DraftEdge[];
  readonly parts: readonly DraftPart[];
  /** Statements that are lists of nodes without an arrow. */
  readonly lists?: readonly (readonly DraftMention[])[];
  /** Every place that names a node, in the order of the text. */
  readonly mentions: readonly DraftMention[];
  /** The node that must be the root, where the way of writing says so. */
  readonly root?: number;
}

/** A place that names a node, by index. */
export interface DraftMention {
  readonly node: number;
  readonly range: Range;
}

export interface DraftNode {
  readonly name: string;
  /** Its first mention. */
  readonly range: Range;
}

/** An edge between nodes by index. */
export interface DraftEdge {
  readonly child: number;
  readonly parent: number;
  readonly range: Range;
  /** The edges of its statement as they would be one by one, where commas stand between them. */
  readonly oneByOne?: readonly string[];
}

export interface DraftPart {
  readonly name?: string;
  readonly nameRange?: Range;
  /** The whole part as it is written. */
  readonly range: Range;
  readonly nodes: readonly DraftMention[];
}
