import type { DataSource } from "../landscape.js";
import { jacobiRule } from "../quadrature.js";
import type { PointRule, Refusal } from "./distribution.js";

/** What is less probable than the most probable count by more than this is left out: nothing that dies away is lost. */
const leastShare = 1e-200;

/** The largest variance of counts: beyond, they are more values than are summed over. */
export const largestVariance = 1e5;

/**
 * Counts `0, 1, 2, …` with their probabilities, by their ratios, outwards from the most probable one, so that no
 * factorial overflows.
 * @param most the largest count there is; may be infinite.
 * @param ratio the probability of a count over that of the one before
 */
export function countsOf(
  name: string,
  law: { readonly distribution: string; readonly parameters: readonly number[] },
  mode: number,
  most: number,
  ratio: (count: number) => number,
): DataSource {
  const below: number[] = [];
  for (let share = 1, count = mode; count > 0; count--) {
    share /= ratio(count);
    if (!(share >= leastShare)) {
      break;
    }
    below.push(share);
  }
  const shares = [...below.reverse(), 1];
  const first = mode - below.length;
  for (let share = 1, count = mode + 1; count <= most; count++) {
    share *= ratio(count);
    if (!(share >= leastShare)) {
      break;
    }
    shares.push(share);
  }
  // The small ones first: their sum is not lost beside the large ones.
  const total = shares.toSorted((a, b) => a - b).reduce((sum, share) => sum + share, 0);
  return {
    kind: "finite",
    name,
    outcomes: shares.map((share, i) => ({ value: first + i, probability: share / total })),
    law,
  };
}

/** Gauss's rule of a distribution of counts, of at most `count` points. */
export function countRule(
  size: number,
  count: number,
  diagonal: (k: number) => number,
  offDiagonal: (k: number) => number,
): PointRule {
  return jacobiRule(Math.min(size, count), diagonal, offDiagonal);
}

export function refuseVariance(what: string, variance: number, instead: string, argument: number): Refusal {
  return {
    refusal: `${what} have the variance ${Number(variance.toPrecision(6))}; up to ${largestVariance} their values are summed over: use \`${instead}\``,
    argument,
  };
}
