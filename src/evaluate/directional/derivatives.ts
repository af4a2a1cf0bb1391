import type { WeightFunction } from "../../observables/index.js";

/** A smooth function of the weights at one place with its derivatives along directions: no derivative tensor is ever formed. */
export interface DirectionalDerivatives {
  /** How many weights there are. */
  readonly dimension: number;
  /** What it is at this place. */
  readonly value: number;
  /**
   * `∇^{k+1} f [a, b, ·]`, each a vector with an entry a weight.
   *
   * @param count for so many choices of directions.
   * @param directions `k` of them (0, 1 or 2), each of `count · dimension` numbers, choice by choice. They are only read.
   * @returns `count · dimension` numbers, choice by choice, which nobody writes to afterwards.
   */
  gradients(count: number, directions: readonly Float64Array[]): Float64Array;
}

/** The expected loss over finitely many rows of data, and the loss of each row. */
export interface LossDerivatives extends DirectionalDerivatives {
  readonly rows: number;
  /** How likely a row is; all together are 1. */
  probability(row: number): number;
  /** About how many arithmetic operations the gradient of one row's loss takes. */
  readonly operations: number;
  /** How many rows, or choices of directions, it is best asked for at a time: more would take too much memory. */
  readonly batch: number;
  /** `l_x` for some rows `x`, which may repeat. */
  rowValues(rows: ArrayLike<number>): Float64Array;
  /**
   * `∇^{k+1} l_x [a, b, ·]` for some rows `x`, which may repeat.
   *
   * @param directions `k` of them (0, 1 or 2): of `dimension` numbers where it is one for all of these rows, of
   *   `rows.length · dimension` where each has its own. They are only read.
   * @returns `rows.length · dimension` numbers, row by row, which nobody writes to afterwards.
   */
  rowGradients(rows: ArrayLike<number>, directions: readonly Float64Array[]): Float64Array;
  /**
   * {@link rowGradients} along all choices among two directions or one, which are found together: along none, the first, the second,
   * both. Absent where that is no less work than one after the other.
   */
  rowGradientsOfAll?(rows: ArrayLike<number>, directions: readonly Float64Array[]): Float64Array[];
}

/** A landscape at one place, as far as directions tell of it. */
export interface DirectionalLandscape {
  readonly weights: readonly { readonly name: string }[];
  readonly loss: LossDerivatives;
  /** What raises the index of a gradient, one positive number a weight; 1 where absent. */
  readonly metric?: ArrayLike<number>;
  /** Most numbers of vectors that are kept because others may ask for them; 256 MiB of them where absent. */
  readonly room?: number;
  /** @throws EvaluationError when the function is not smooth at this place. */
  functionOf(observed: WeightFunction): DirectionalDerivatives;
}
