/** A law on the line by points with weights. */
export interface LineLaw {
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

/** What is left of a polynomial's square where it has a root at every point of a law is rounding. */
const nothing = 1e-24;

/**
 * The Gauss rule of a law: `size` points at most, with weights that sum to 1, exact for polynomials of degree `2·size − 1`.
 * Where the law has no more points than that, it is the law itself. The three-term recurrence comes from the law by
 * Stieltjes's procedure, and the points are the eigenvalues of its Jacobi matrix (Golub and Welsch 1969), here by counting
 * sign changes, with sums, products, quotients and roots alone.
 */
export function gaussRule(law: LineLaw, size: number): LineLaw {
  const { mean, deviation, total } = scaleOf(law);
  if (!(deviation > 0)) {
    return { points: [mean], weights: [1] };
  }
  const standard = law.points.map((point) => (point - mean) / deviation);
  const { diagonal, offDiagonal } = recurrenceOf(
    standard,
    law.weights.map((weight) => weight / total),
    size,
  );
  const roots = eigenvaluesOf(diagonal, offDiagonal);
  const weights = roots.map((root) => weightAt(root, diagonal, offDiagonal));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return {
    points: roots.map((root) => mean + deviation * root),
    weights: weights.map((weight) => weight / sum),
  };
}

/** The mean and the standard deviation of a law, and what its weights sum to. */
export function scaleOf({ points, weights }: LineLaw): { mean: number; deviation: number; total: number } {
  let total = 0;
  let sum = 0;
  for (const [at, weight] of weights.entries()) {
    total += weight;
    sum += weight * points[at]!;
  }
  const mean = sum / total;
  let squares = 0;
  let largest = 0;
  for (const [at, weight] of weights.entries()) {
    const difference = points[at]! - mean;
    squares += weight * difference * difference;
    largest = Math.max(largest, Math.abs(points[at]!));
  }
  const deviation = Math.sqrt(squares / total);
  return { mean, deviation: deviation > 1e-14 * largest ? deviation : 0, total };
}

interface Recurrence {
  /** `a_k` and `b_k` of `x p_k = b_{k+1} p_{k+1} + a_k p_k + b_k p_{k−1}`, for orthonormal `p`; `offDiagonal[0]` is 0. */
  readonly diagonal: readonly number[];
  readonly offDiagonal: readonly number[];
}

function recurrenceOf(points: readonly number[], weights: readonly number[], size: number): Recurrence {
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let before = points.map(() => 0);
  let current = points.map(() => 1);
  let norm = 1;
  for (let k = 0; k < size; k++) {
    const own = weightedSum(weights, (at) => current[at]! * current[at]!);
    if (k > 0 && !(own > nothing * norm)) {
      break;
    }
    const squared = k === 0 ? 0 : own / norm;
    const a = weightedSum(weights, (at) => points[at]! * current[at]! * current[at]!) / own;
    diagonal.push(a);
    offDiagonal.push(Math.sqrt(squared));
    const [old, now] = [before, current];
    before = current;
    current = points.map((x, at) => (x - a) * now[at]! - squared * old[at]!);
    norm = own;
  }
  return { diagonal, offDiagonal };
}

function weightedSum(weights: readonly number[], of: (at: number) => number): number {
  let sum = 0;
  for (const [at, weight] of weights.entries()) {
    sum += weight * of(at);
  }
  return sum;
}

/** Ascending, each by bisection to the last bit. */
function eigenvaluesOf(diagonal: readonly number[], offDiagonal: readonly number[]): number[] {
  const reach = diagonal.reduce(
    (most, a, k) => Math.max(most, Math.abs(a) + offDiagonal[k]! + (offDiagonal[k + 1] ?? 0)),
    0,
  );
  return diagonal.map((_, number) => {
    let low = -reach - 1;
    let high = reach + 1;
    for (;;) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (countBelow(middle, diagonal, offDiagonal) > number) {
        high = middle;
      } else {
        low = middle;
      }
    }
  });
}

/** How many eigenvalues are below `x`: negative pivots of the matrix less `x`. */
function countBelow(x: number, diagonal: readonly number[], offDiagonal: readonly number[]): number {
  let count = 0;
  let pivot = 1;
  for (const [k, a] of diagonal.entries()) {
    const b = offDiagonal[k]!;
    pivot = a - x - (k === 0 ? 0 : (b * b) / pivot);
    if (pivot === 0) {
      pivot = -Number.MIN_VALUE;
    }
    count += pivot < 0 ? 1 : 0;
  }
  return count;
}

function weightAt(x: number, diagonal: readonly number[], offDiagonal: readonly number[]): number {
  let before = 0;
  let current = 1;
  let squares = 1;
  for (let k = 1; k < diagonal.length; k++) {
    const next = ((x - diagonal[k - 1]!) * current - offDiagonal[k - 1]! * before) / offDiagonal[k]!;
    before = current;
    current = next;
    squares += next * next;
  }
  return 1 / squares;
}
