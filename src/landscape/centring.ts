import type { CentredFunction, Monomial } from "./cumulants.js";
import { meanOf } from "./moments.js";

/** A function minus its mean; nothing when it does not vary. With what its magnitude is on the average. */
export function centre(
  weights: Float64Array,
  column: Float64Array,
): { mean: number; magnitude: number; centred: Float64Array | undefined } {
  let low = Infinity;
  let high = -Infinity;
  for (let q = 0; q < column.length; q++) {
    const value = column[q]!;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high - low <= 4e-16 * Math.max(Math.abs(low), Math.abs(high))) {
    return { mean: low, magnitude: Math.abs(low), centred: undefined };
  }
  let mean = meanOf(weights, column);
  // a second pass takes away the rounding of the first
  let rest = 0;
  let magnitude = 0;
  for (let q = 0; q < column.length; q++) {
    rest += weights[q]! * (column[q]! - mean);
    magnitude += Math.abs(weights[q]! * column[q]!);
  }
  if (mean !== 0) {
    mean += rest;
  }
  return { mean, magnitude, centred: column.map((value) => value - mean) };
}

/** Adds up, for each variable and block, the monomials that are one function of that block. */
export function mergeSingles(
  variables: readonly (readonly Monomial[])[],
  functions: CentredFunction[],
): Monomial[][] {
  return variables.map((monomials) => {
    const singles = new Map<number, Monomial[]>();
    const rest: Monomial[] = [];
    for (const monomial of monomials) {
      if (monomial.functions.length > 1) {
        rest.push(monomial);
        continue;
      }
      const { block } = functions[monomial.functions[0]!]!;
      const same = singles.get(block);
      if (same === undefined) {
        singles.set(block, [monomial]);
      } else {
        same.push(monomial);
      }
    }
    for (const [block, same] of singles) {
      if (same.length === 1) {
        rest.push(same[0]!);
        continue;
      }
      const column = new Float64Array(functions[same[0]!.functions[0]!]!.column.length);
      let powers = Infinity;
      for (const { coefficient, functions: own } of same) {
        const one = functions[own[0]!]!;
        powers = Math.min(powers, one.powers ?? Infinity);
        one.column.forEach((value, q) => {
          column[q]! += coefficient * value;
        });
      }
      rest.push({
        coefficient: 1,
        functions: [functions.push({ block, column, ...(powers < Infinity && { powers }) }) - 1],
      });
    }
    return rest;
  });
}
