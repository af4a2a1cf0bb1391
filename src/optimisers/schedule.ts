/**
 * The cells of a descent (THEORY §1): in the grid of `points` rows and one column an update, cell `(n, t)` is shaded
 * when training point `n` is in the batch of update `t`.
 */
export interface Schedule {
  /** Training points, `N`. */
  readonly points: number;
  /** Points in a batch, `B`; divides `points`. */
  readonly batch: number;
  /** How often each point is used, `E`. */
  readonly epochs: number;
  /** `same`: every epoch visits the batches in one order; `reshuffled`: the expectation over independent uniform shuffles. */
  readonly order: "same" | "reshuffled";
  /** Present where times are real numbers up to `T`, and all sums over them integrals. */
  readonly isContinuous?: true;
  /**
   * How much an embedding counts in which a node and its child, both of one part, lie in one cell: no update is between
   * them. Nothing where absent.
   */
  readonly sharedCells?: number;
}

/** Whether every cell is shaded: each update uses every point, and there is no order to shuffle. */
export function isGradientDescent({ points, batch }: Schedule): boolean {
  return batch === points;
}

/** Whether each training point is used in one update only, so that only diagrams that keep the path condition embed. */
export function usesPointsOnce(schedule: Schedule): boolean {
  return schedule.epochs === 1 && !isGradientDescent(schedule);
}

/** Updates in one pass over the training set: `N / B`. */
export function updatesPerEpoch({ points, batch }: Schedule): number {
  return points / batch;
}

/** Updates in all: `T = E·N/B`. */
export function updates(schedule: Schedule): number {
  return schedule.epochs * updatesPerEpoch(schedule);
}
