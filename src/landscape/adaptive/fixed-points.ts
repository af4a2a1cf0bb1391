/** Points of the data that are finitely many or integrated exactly by their own rule. */
export interface FixedPoints {
  readonly slots: readonly number[];
  /** `values[s][i]`: the datum in slot `slots[s]` at point `i`. */
  readonly values: readonly Float64Array[];
  readonly weights: Float64Array;
}
