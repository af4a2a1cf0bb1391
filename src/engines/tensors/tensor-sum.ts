import type { Constants, Tensor, TensorNamespace } from "./namespace.js";

/**
 * Sums over points, always in the same order and pair by pair, so that rounding grows with the logarithm of their number
 * only and is the same however trials are grouped.
 */
export class PairwiseSum {
  private readonly tf: TensorNamespace;
  /** Sums of 2^level terms each; undefined where there is none. */
  private readonly levels: (Tensor | undefined)[] = [];

  constructor(tf: TensorNamespace) {
    this.tf = tf;
  }

  add(term: Tensor): void {
    let sum = term;
    let level = 0;
    for (; this.levels[level] !== undefined; level++) {
      sum = this.tf.add(this.levels[level]!, sum);
      this.levels[level] = undefined;
    }
    this.levels[level] = sum;
  }

  /** Undefined when nothing was added. */
  total(): Tensor | undefined {
    return this.levels.reduce(
      (sum, level) => (sum === undefined ? level : level === undefined ? sum : this.tf.add(level, sum)),
      undefined,
    );
  }
}

/**
 * The sum over `points` points of a value: over its rows when it has shape `[points, …]`; one that is the same at all points
 * has a dimension fewer.
 */
export function sumOverPoints(
  tf: TensorNamespace,
  constants: Constants,
  value: Tensor,
  points: number,
): Tensor {
  if (points === 1 && value.rank < 2) {
    return value;
  }
  if (value.rank < 2) {
    return tf.mul(constants.of(points), value);
  }
  const width = value.shape[1]!;
  const rows = (from: number, count: number) => tf.slice(sum, [from, 0], [count, width]);
  const odd: Tensor[] = [];
  let sum = value;
  for (let left = points; left > 1; left = Math.floor(left / 2)) {
    const half = Math.floor(left / 2);
    if (left % 2 === 1) {
      odd.push(rows(2 * half, 1));
    }
    sum = tf.add(rows(0, half), rows(half, half));
  }
  for (const row of odd.toReversed()) {
    sum = tf.add(sum, row);
  }
  return tf.reshape(rows(0, 1), [width]);
}
