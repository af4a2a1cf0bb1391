import { SimulationError } from "../compile/error.js";
import { exactInteger, nearestDouble } from "../compile/exact-double.js";

/**
 * Sums without rounding. A double is an integer multiple of 2^-1074, so a sum of doubles is one big
 * integer in that unit and a sum of their squares one in units of 2^-2148. Integers add in any order
 * and any grouping to the same bits: that is what makes results independent of workers and shards.
 */

/** Bits below the unit of a sum (2^-1074), and below that of a sum of squares (2^-2148). */
const sumExponent = -1074;
const squaresExponent = -2148;

/** Exact sums of `x − center` and its square over trials. */
export interface ColumnSums {
  /** Over how many trials. */
  readonly count: number;
  /** Σ(x − center) in units of 2^-1074; each difference is rounded to a double first. */
  readonly sum: bigint;
  /** Σ(x − center)² in units of 2^-2148. */
  readonly squares: bigint;
  /**
   * In how many trials more a product or an order was no finite double, though the trial did not diverge; absent for none.
   * They are in neither sum; of the column there is then no mean.
   */
  readonly overflowed?: number;
}

/** Sums over the trials whose weights are finite, with what they are about. */
export interface ExactMoments extends ColumnSums {
  readonly center: number;
}

/** The sums over both lots of trials. */
export function addSums(first: ColumnSums, second: ColumnSums): ColumnSums {
  const overflowed = (first.overflowed ?? 0) + (second.overflowed ?? 0);
  return {
    count: first.count + second.count,
    sum: first.sum + second.sum,
    squares: first.squares + second.squares,
    ...(overflowed === 0 ? {} : { overflowed }),
  };
}

/** The sums over numbers, those that are not finite being counted apart. */
export function sumsOf(differences: readonly number[]): ColumnSums {
  const finite = differences.filter(Number.isFinite).map(exactInteger);
  const overflowed = differences.length - finite.length;
  return {
    count: finite.length,
    sum: finite.reduce((total, one) => total + one, 0n),
    squares: finite.reduce((total, one) => total + one * one, 0n),
    ...(overflowed === 0 ? {} : { overflowed }),
  };
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
  return { center: first.center, ...addSums(first, second) };
}

/** The mean; NaN of no trials, and where some overflowed. */
export function meanOf(moments: ExactMoments): number {
  if (moments.count === 0 || moments.overflowed !== undefined) {
    return Number.NaN;
  }
  return moments.center + nearestDouble(moments.sum, BigInt(moments.count), sumExponent);
}

/** The standard error of the mean, from the unbiased variance; NaN of fewer than two trials, and where some overflowed. */
export function standardErrorOf(moments: ExactMoments): number {
  if (moments.count < 2 || moments.overflowed !== undefined) {
    return Number.NaN;
  }
  const count = BigInt(moments.count);
  const spread = moments.squares * count - moments.sum * moments.sum;
  return Math.sqrt(nearestDouble(spread, count * count * (count - 1n), squaresExponent));
}

/** The integer that hexadecimal digits, perhaps after a sign, stand for. */
export function hexadecimalInteger(text: string): bigint {
  return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}
