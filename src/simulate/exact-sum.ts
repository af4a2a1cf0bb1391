import { SimulationError } from "./error.js";

/**
 * Sums without rounding. A double is an integer multiple of 2^-1074, so a sum of doubles is one big
 * integer in that unit and a sum of their squares one in units of 2^-2148. Integers add in any order
 * and any grouping to the same bits: that is what makes results independent of workers and shards.
 */

const view = new DataView(new ArrayBuffer(8));

/** Bits below the unit of a sum (2^-1074), and below that of a sum of squares (2^-2148). */
const sumExponent = -1074;
const squaresExponent = -2148;

/** A finite double as an integer number of 2^-1074. */
export function exactInteger(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return bits >> 63n ? -magnitude : magnitude;
}

/** The double nearest to `numerator / denominator · 2^exponent` (ties to even) in the normal range; the denominator is positive. */
export function nearestDouble(numerator: bigint, denominator: bigint, exponent: number): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  // The quotient below has at least 66 bits; a sticky last bit makes its one rounding the right one.
  const shift = 66 - (bitLength(magnitude) - bitLength(denominator));
  const scaled = shift > 0 ? magnitude << BigInt(shift) : magnitude;
  const divisor = shift < 0 ? denominator << BigInt(-shift) : denominator;
  let quotient = scaled / divisor;
  if (quotient * divisor !== scaled) quotient |= 1n;
  const power = exponent - shift;
  const value = scaleByPower(Number(quotient), power);
  return negative ? -value : value;
}

function scaleByPower(value: number, power: number): number {
  let result = value;
  let left = power;
  while (left > 900) {
    result *= 2 ** 900;
    left -= 900;
  }
  while (left < -900) {
    result *= 2 ** -900;
    left += 900;
  }
  return result * 2 ** left;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}

/** Exact sums of `x − center` and its square over the trials whose weights are finite. */
export interface ExactMoments {
  readonly center: number;
  readonly count: number;
  /** Σ(x − center) in units of 2^-1074; each difference is rounded to a double first. */
  readonly sum: bigint;
  /** Σ(x − center)² in units of 2^-2148. */
  readonly squares: bigint;
}

export function noMoments(center: number): ExactMoments {
  return { center, count: 0, sum: 0n, squares: 0n };
}

export function addValue(moments: ExactMoments, value: number): ExactMoments {
  const difference = exactInteger(value - moments.center);
  return {
    center: moments.center,
    count: moments.count + 1,
    sum: moments.sum + difference,
    squares: moments.squares + difference * difference,
  };
}

/** The moments of both lots of trials together. Both must have one center. */
export function mergeMoments(first: ExactMoments, second: ExactMoments): ExactMoments {
  if (!Object.is(first.center, second.center)) {
    throw new SimulationError(
      `statistics about ${first.center} and about ${second.center} cannot be merged; they come from different landscapes`,
    );
  }
  return {
    center: first.center,
    count: first.count + second.count,
    sum: first.sum + second.sum,
    squares: first.squares + second.squares,
  };
}

/** The mean; NaN of no trials. */
export function meanOf(moments: ExactMoments): number {
  if (moments.count === 0) return Number.NaN;
  return moments.center + nearestDouble(moments.sum, BigInt(moments.count), sumExponent);
}

/** The standard error of the mean, from the unbiased variance; NaN of fewer than two trials. */
export function standardErrorOf(moments: ExactMoments): number {
  if (moments.count < 2) return Number.NaN;
  const count = BigInt(moments.count);
  const spread = moments.squares * count - moments.sum * moments.sum;
  return Math.sqrt(nearestDouble(spread, count * count * (count - 1n), squaresExponent));
}

/** The integer that hexadecimal digits, perhaps after a sign, stand for. */
export function hexadecimalInteger(text: string): bigint {
  return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}
