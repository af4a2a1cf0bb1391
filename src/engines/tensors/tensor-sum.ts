import type { Constants, Tensor, TensorNamespace } from "./namespace.js";

/**
 * Sums over points, always in the same order and pair by pair, so that rounding grows with the logarithm of their number
 * only and is the same however trials are grouped.
 */
export class PairwiseSum {
  private readonly tf: TensorNamespace;
  /** Sums of 2^level terms each; undefined where there is none. */
  private readonly levels: (Tensor | undefined)[] = [];
  private readonly isOwner: boolean;

  /** @param isOwner whether terms are its own, outside of `tf.tidy`: it lets them go, but for the total. */
  constructor(tf: TensorNamespace, isOwner = false) {
    this.tf = tf;
    this.isOwner = isOwner;
  }

  add(term: Tensor): void {
    let sum = term;
    let level = 0;
    for (; this.levels[level] !== undefined; level++) {
      sum = this.sumOf(this.levels[level]!, sum);
      this.levels[level] = undefined;
    }
    this.levels[level] = sum;
  }

  /** Undefined when nothing was added. */
  total(): Tensor | undefined {
    return this.levels
      .splice(0)
      .reduce(
        (sum, level) => (sum === undefined ? level : level === undefined ? sum : this.sumOf(level, sum)),
        undefined,
      );
  }

  /** Lets what was added go. */
  forget(): void {
    for (const level of this.levels.splice(0)) {
      level?.dispose();
    }
  }

  private sumOf(one: Tensor, other: Tensor): Tensor {
    const sum = this.tf.add(one, other);
    if (this.isOwner) {
      this.tf.dispose([one, other]);
    }
    return sum;
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

/** Adds to each sum its tensor's values; the tensors are let go. */
export async function addAll(sums: Float64Array[], terms: readonly Tensor[]): Promise<Float64Array[]> {
  try {
    for (const [index, term] of terms.entries()) {
      await addTo(sums[index]!, term);
    }
  } finally {
    for (const term of terms) {
      term.dispose();
    }
  }
  return sums;
}

/** Adds a tensor's values times a share, or its only one to all; a tensor that is made for this is let go. */
export async function addTo(sums: Float64Array, term: Tensor | (() => Tensor), share = 1): Promise<void> {
  const tensor = typeof term === "function" ? term() : term;
  try {
    const values = await tensor.data();
    for (let lane = 0; lane < sums.length; lane++) {
      sums[lane]! += share * values[values.length === 1 ? 0 : lane]!;
    }
  } finally {
    if (typeof term === "function") {
      tensor.dispose();
    }
  }
}
