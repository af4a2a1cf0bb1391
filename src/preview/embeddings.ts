/**
 * One labelled embedding of a diagram: `cells[node] = [n, t]`, the cell of each node. The root's `t` is `T`; its `n` is
 * that of its part, and `-1` when it is alone in it.
 */
export interface PreviewEmbedding {
  readonly cells: readonly (readonly [n: number, t: number])[];
  /** |Aut_f(D)|: automorphisms of the diagram that leave the embedding as it is (THEORY §3). */
  readonly automorphisms: number;
  /** What this embedding adds to the sum, when a landscape is chosen; `null` where that is not finite. */
  readonly contribution?: number | null;
}

/**
 * A stretch of the labelled embeddings of a diagram in a space-time: those that differ by a symmetry of the diagram
 * are told apart, and each adds `1/|Aut(D)|` of its rvalue to the sum.
 */
export interface PreviewEmbeddings {
  /** As a file writes it, with all that it leaves out. */
  readonly spacetime: string;
  /** Present where this is one of the descents of a difference. */
  readonly isOfDifference?: true;
  readonly N: number;
  readonly T: number;
  readonly B: number;
  /** The shaded cells, `[n, t]`, when the grid is small enough to be drawn; of the unshuffled order. */
  readonly shaded: readonly (readonly [n: number, t: number])[];
  /** How many embeddings there are, in decimal digits: it may be larger than a double holds. */
  readonly total: string;
  /** The number of the first of `embeddings`, from 0, in decimal digits. */
  readonly first: string;
  readonly embeddings: readonly PreviewEmbedding[];
  /** |Aut(D)|: automorphisms of the diagram. */
  readonly automorphisms: number;
  /** The sum over all embeddings, when a landscape is chosen, `null` where it is not finite; for a reshuffled space-time its expectation. */
  readonly sum?: number | null;
  /** The name of what contributions and sum are contributions to: the first observable that has the diagram. */
  readonly observable?: string;
  /** Contributions are still being computed; asking again finds them. */
  readonly pending?: true;
  /** What must be known to read this, such as that orders are reshuffled. */
  readonly note?: string;
}
