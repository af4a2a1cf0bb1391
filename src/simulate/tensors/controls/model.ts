/** How often what is added up along a trial is in the control of a number. */
export interface ControlShares {
  /** Of what the training points have beyond the mean of all rows, at the end of the path. */
  readonly training: number;
  /** The same of the test points. */
  readonly test: number;
  /** Of what they do to each of the slopes that are followed back. */
  readonly slopes: readonly number[];
}

/** What is known of test points where the path ends. A tensor a weight where it says tensors. */
export interface TestOfPath {
  /** Of each row the loss where descent starts. */
  readonly starts: Float64Array;
  /** Where the path ends, tensors. */
  readonly end: readonly Float64Array[];
  /** There the mean loss of all rows, and its gradient, tensors. */
  readonly loss: number;
  readonly slope: readonly Float64Array[];
}

/**
 * Controls of trials on a landscape of tensors, as numbers: what descent with the mean gradient of some rows, the path, says of trials to
 * first order (THEORY §10). What is taken off a number is a sum over the trial's points of functions of their rows, each less its mean
 * over all rows: its expectation is 0 wherever the path goes. All that trials need of it, so that a run may go on elsewhere with the same bits.
 */
export interface PathControls {
  readonly kind: "path";
  /** How many numbers have a control. */
  readonly numbers: number;
  /** How many rows the data have, as `DataRows` numbers them. */
  readonly rows: number;
  readonly shares: readonly ControlShares[];
  /**
   * Of each slope that is followed back: for each update a row of numbers, one for each row of the data, which is what a point of it adds. Updates of
   * one epoch where all have the points at the same places, else of all epochs.
   */
  readonly tables: readonly Float64Array[];
  /** Of each row the loss where the path ends, less its mean; where a number has the training loss in it. */
  readonly ends?: Float64Array;
  /** Where a number has the expected loss in it, and test points may stand for that. */
  readonly test?: TestOfPath;
}

/** One of the choices that a row of data is made of, in the order of `DataRows`. */
export interface RowChoice {
  readonly count: number;
  /** The drawn column that it is known from; absent where nothing hangs on it. */
  readonly column?: number;
  /** What is drawn for each of them; absent where their numbers are. */
  readonly values?: readonly number[];
}

/** Tables of so many numbers may be held, all together: 128 MiB. */
export const mostOfTables = 2 ** 24;

/** An array in memory that threads have together. */
export function sharedNumbers(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}
