import { bitsOfDouble, doubleOfBits } from "./double-bits.js";

/**
 * The table that defines the normal deviate of a word (docs/streams.md). A tail `F`, from ½ to 2^31 − ½, stands
 * for the probability `p = F / 2^32`, and the deviate's magnitude is `q(F)` with `1 − Φ(q) = p`. Each binade of
 * `F` has 64 segments, and each segment a cubic in `F` that misses `q` by less than 10^-10.
 *
 * Only sums, products and quotients of doubles are used, in a fixed order, so that the
 * table has the same bits on every machine.
 */

/** Segments of a binade, binades and coefficients of a segment (from the lowest). */
const segmentBits = 6;
const segments = 2 ** segmentBits;
const lowestExponent = -1;
const binades = 32;
export const normalRow = 4;

/** The row of `F` begins at `((bits of F) >> normalShift) & normalMask`, in bytes: the exponent's last five bits and the mantissa's first six. */
export const normalShift = 52 - segmentBits - 5;
export const normalMask = 8 * normalRow * segments * binades - 8 * normalRow;

/** Degree of the Taylor polynomials, for steps of 1/64: a term more would be below 10^-18. */
const degree = 9;

/** x^4 … x^7 as the lower powers that differ least from them over [−1, 1] (Chebyshev); higher ones are below 10^-17. */
const economies: readonly (readonly number[])[] = [
  [-1 / 8, 0, 1],
  [0, -5 / 16, 0, 5 / 4],
  [1 / 32, 0, -9 / 16, 0, 3 / 2],
  [0, 7 / 64, 0, -7 / 8, 0, 7 / 4],
];

const log2High = 0.6931471803691238;
const log2Low = 1.9082149292705877e-10;

/** e^x for −50 < x ≤ 0, to an ulp or two. */
function exponential(x: number): number {
  const n = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - n * log2High - n * log2Low;
  let sum = 1;
  for (let k = 16; k > 0; k--) {
    sum = 1 + (sum * r) / k;
  }
  return sum * doubleOfBits((1023 + n) << 20, 0);
}

const rootOfTwoPi = 2.5066282746310007;

/** The normal density. */
function density(z: number): number {
  return exponential(-(z * z) / 2) / rootOfTwoPi;
}

/** (1 − Φ(z)) / φ(z) for z > 5, by its continued fraction 1/(z + 1/(z + 2/(z + 3/(z + …)))). */
function millsRatio(z: number): number {
  let fraction = z;
  for (let k = 80; k > 0; k--) {
    fraction = z + k / fraction;
  }
  return 1 / fraction;
}

/** The deviate whose tail is F = ½, by Newton's method. */
function largestDeviate(): number {
  const p = 0.5 / 2 ** 32;
  let z = 6.3;
  for (let step = 0; step < 8; step++) {
    z += millsRatio(z) - p / density(z);
  }
  return z;
}

/**
 * The Taylor coefficients of `q(F (1 + t))` in `t`, given `z = q(F)`. The slope `g = dq/dt = −p/φ(q)` obeys
 * `dg/dt = q g²`, which gives one coefficient after the other.
 */
function taylor(F: number, z: number): number[] {
  const q = [z];
  const g = [-F / 2 ** 32 / density(z)];
  const squares: number[] = [];
  for (let k = 0; k < degree; k++) {
    q.push(g[k]! / (k + 1));
    let square = 0;
    for (let i = 0; i <= k; i++) {
      square += g[i]! * g[k - i]!;
    }
    squares.push(square);
    let next = 0;
    for (let i = 0; i <= k; i++) {
      next += q[i]! * squares[k - i]!;
    }
    g.push(next / (k + 1));
  }
  return q;
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** The cubic in `F` that is nearest to a Taylor polynomial about `center` within `half` of it (relatively). */
function cubic(series: readonly number[], center: number, half: number): number[] {
  const terms = [...series];
  for (let power = 3 + economies.length; power > 3; power--) {
    economies[power - 4]!.forEach((weight, lower) => {
      let scale = weight * terms[power]!;
      for (let k = lower; k < power; k++) {
        scale *= half;
      }
      terms[lower]! += scale;
    });
  }
  const [a, b, c, d] = terms as [number, number, number, number];
  return [
    a - b + c - d,
    (b - 2 * c + 3 * d) / center,
    (c - 3 * d) / center / center,
    d / center / center / center,
  ];
}

/**
 * Goes from the tail to the center, each segment's deviate continuing the one before: errors shrink on the way, as
 * the density grows.
 */
export function makeNormalTable(): Float64Array<ArrayBuffer> {
  const table = new Float64Array(normalRow * segments * binades);
  let from = 0.5;
  let series = taylor(from, largestDeviate());
  for (let binade = 0; binade < binades; binade++) {
    const low = doubleOfBits((1023 + lowestExponent + binade) << 20, 0);
    for (let segment = 0; segment < segments; segment++) {
      const center = low * (1 + (segment + 0.5) / segments);
      series = taylor(center, horner(series, (center - from) / from));
      from = center;
      const [high] = bitsOfDouble(center);
      const row = ((high >>> (normalShift - 32)) & normalMask) / 8;
      table.set(cubic(series, center, 1 / (2 * segments + 2 * segment + 1)), row);
    }
  }
  return table;
}
