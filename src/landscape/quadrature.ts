/** Points with weights that sum to 1, standing for a distribution on the line. */
export interface LineRule {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The Gauss rule of `size` points of a symmetric probability measure, exact for polynomials of degree
 * `2·size − 1`. `offDiagonal(k)` are the entries of its Jacobi matrix: `x p_{k−1} = b_k p_k + b_{k−1} p_{k−2}`.
 */
function gaussRule(size: number, bound: number, offDiagonal: (k: number) => number): LineRule {
  const b = Float64Array.from({ length: size + 1 }, (_, k) => (k === 0 ? 0 : offDiagonal(k)));
  /** How many roots of the polynomial of degree `size` lie above `x`: sign changes of the sequence. */
  const rootsAbove = (x: number): number => {
    let previous = 0;
    let current = 1;
    let changes = 0;
    for (let k = 1; k <= size; k++) {
      let following = (x * current - b[k - 1]! * previous) / b[k]!;
      if (following === 0) {
        following = current > 0 ? -Number.MIN_VALUE : Number.MIN_VALUE;
      }
      if (following < 0 !== current < 0) {
        changes++;
      }
      previous = current;
      current = following;
      const size = Math.abs(current);
      if (size > 1e150) {
        previous /= size;
        current /= size;
      }
    }
    return changes;
  };
  const weightAt = (x: number): number => {
    let previous = 0;
    let current = 1;
    let squares = 1;
    for (let k = 1; k < size; k++) {
      const following = (x * current - b[k - 1]! * previous) / b[k]!;
      previous = current;
      current = following;
      squares += current * current;
    }
    return 1 / squares;
  };
  const points = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let above = 0; above < size >> 1; above++) {
    // the root with exactly `above` roots above it
    let low = 0;
    let high = bound;
    for (;;) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      if (rootsAbove(middle) > above) {
        low = middle;
      } else {
        high = middle;
      }
    }
    points[size - 1 - above] = high;
    points[above] = -high;
    const weight = weightAt(high);
    weights[size - 1 - above] = weight;
    weights[above] = weight;
  }
  if (size % 2 === 1) {
    weights[size >> 1] = weightAt(0);
  }
  return { points, weights: normalised(weights) };
}

function normalised(weights: Float64Array): Float64Array {
  let total = 0;
  for (const weight of weights) {
    total += weight;
  }
  return weights.map((weight) => weight / total);
}

/** Rules that were asked for before: they are asked for again and again. */
const hermiteRules = new Map<number, LineRule>();
const legendreRules = new Map<number, LineRule>();

function remembered(rules: Map<number, LineRule>, size: number, make: () => LineRule): LineRule {
  let rule = rules.get(size);
  if (rule === undefined) {
    rule = make();
    rules.set(size, rule);
  }
  return rule;
}

/** Gauss–Hermite for the standard normal distribution. */
export function hermiteRule(size: number): LineRule {
  return remembered(hermiteRules, size, () => gaussRule(size, 2 * Math.sqrt(size) + 1, Math.sqrt));
}

/** Gauss–Legendre for the uniform distribution on `[−1, 1]`. */
export function legendreRule(size: number): LineRule {
  return remembered(legendreRules, size, () => gaussRule(size, 1, (k) => k / Math.sqrt(4 * k * k - 1)));
}

/**
 * The trapezoidal rule for the standard normal distribution, with points `step` apart out to `reach`.
 * For integrands analytic in a strip of half-width `d` its error is about `exp(−2πd/step)`.
 */
export function trapezoidRule(step: number, reach: number): LineRule {
  const half = Math.ceil(reach / step);
  const points = Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * step);
  return { points, weights: normalised(points.map((x) => Math.exp((-x * x) / 2))) };
}

/**
 * The Gauss rule of `size` points of any probability measure, exact for polynomials of degree `2·size − 1`, of the entries
 * of its Jacobi matrix: `x p_k = b_{k+1} p_{k+1} + a_k p_k + b_k p_{k−1}` for orthonormal polynomials.
 */
export function jacobiRule(
  size: number,
  diagonal: (k: number) => number,
  offDiagonal: (k: number) => number,
): LineRule {
  const a = Float64Array.from({ length: size }, (_, k) => diagonal(k));
  const b = Float64Array.from({ length: size + 1 }, (_, k) => (k === 0 || k === size ? 0 : offDiagonal(k)));
  /** How many roots lie below `x`: negative pivots of the matrix less `x` (Sturm). */
  const rootsBelow = (x: number): number => {
    let count = 0;
    let pivot = 1;
    for (let k = 0; k < size; k++) {
      pivot = a[k]! - x - (k === 0 ? 0 : (b[k]! / pivot) * b[k]!);
      if (pivot === 0) {
        pivot = Number.MIN_VALUE;
      }
      if (pivot < 0) {
        count++;
      }
    }
    return count;
  };
  let [low, high] = [Infinity, -Infinity];
  a.forEach((centre, k) => {
    // Gershgorin's circles
    low = Math.min(low, centre - b[k]! - b[k + 1]!);
    high = Math.max(high, centre + b[k]! + b[k + 1]!);
  });
  const points = Float64Array.from({ length: size }, (_, index) => {
    let [from, to] = [low, high];
    for (;;) {
      const middle = from + (to - from) / 2;
      if (middle <= from || middle >= to) {
        return to;
      }
      if (rootsBelow(middle) > index) {
        to = middle;
      } else {
        from = middle;
      }
    }
  });
  const weights = points.map((x) => {
    let [previous, current] = [0, 1];
    let squares = 1;
    for (let k = 0; k + 1 < size; k++) {
      const following = ((x - a[k]!) * current - b[k]! * previous) / b[k + 1]!;
      previous = current;
      current = following;
      squares += current * current;
    }
    return 1 / squares;
  });
  return { points, weights: normalised(weights) };
}
