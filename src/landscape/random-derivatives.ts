/** The derivatives of a loss at a point, as random variables over the data (THEORY §2). */
export interface Expansion {
  /** How many coordinates there are. */
  readonly dimension: number;
  readonly order: number;
  /** The expected loss `l(at)`. */
  readonly loss: number;
  /**
   * The number of the derivative along these coordinates (in any order, at most `order` of them);
   * 0 is the loss itself.
   */
  derivative(indices: readonly number[]): number;
  /** The joint cumulant over the data of the derivatives with those numbers; of one, its mean. */
  cumulant(ids: readonly number[]): number;
}
