/**
 * A diagram: a finite rooted tree together with a partition of its nodes (THEORY §2).
 *
 * Nodes are `0 … n−1` in an order in which every node comes before its parent, so the root is the
 * last node. Parts are `0 … P−1`, numbered by their first node (a restricted growth string).
 * Build one with {@link makeDiagram}, which checks and renumbers.
 */
export interface Diagram {
  /** `parents[v]` is the node that `v`'s edge points to; `-1` for the root, which is the last node. */
  readonly parents: readonly number[];
  /** `parts[v]` is the part of node `v`. */
  readonly parts: readonly number[];
}
