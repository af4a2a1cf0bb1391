import type { Term } from "../evaluation.js";
import { meanAndError } from "./replications.js";
import { negligible, sizesOfOrders } from "./rounding.js";

/**
 * The means of terms over samples, which have the same ones, with their errors.
 * @param rounding how far samples are off beside, as a share of an entry or of a little of its order; the loss itself is not.
 */
export function meanTerms(samples: readonly (readonly Term[])[], rounding: number): Term[] {
  const means = samples[0]!.map((term, index): Term => {
    const { mean: value, error: standardError } = meanAndError(samples.map((terms) => terms[index]!.value));
    const magnitude = term.magnitude && meanAndError(samples.map((terms) => terms[index]!.magnitude!)).mean;
    return { ...term, value, standardError, ...(magnitude && { magnitude }) };
  });
  if (rounding === 0) {
    return means;
  }
  const sizes = sizesOfOrders(means);
  return means.map((term) => {
    const { edges, value, standardError } = term;
    const least = negligible * sizes.get(edges)!;
    return edges === 0
      ? term
      : {
          ...term,
          standardError: standardError!.map((error, entry) =>
            Math.hypot(error, rounding * Math.max(Math.abs(value[entry]!), least)),
          ),
        };
  });
}

/** Errors of sums of terms, order by order and together. */
interface ErrorsOfSums {
  readonly total: readonly number[];
  readonly series: readonly (readonly number[])[];
}

/** Errors of sums with what their terms are off by rounding: no more is known of sums than of these. */
export function withRounding(
  errors: ErrorsOfSums,
  terms: readonly Term[],
  rounding: number,
  eta: number,
): { total: number[]; series: number[][] } {
  const sizes = sizesOfOrders(terms);
  const off = errors.series.map((_, order) => (order === 0 ? 0 : rounding * (sizes.get(order) ?? 0)));
  const offTogether = off.reduce((sum, own, order) => sum + own * eta ** order, 0);
  const both = (own: readonly number[], other: number) =>
    own.map((error) => (other === 0 ? error : Math.hypot(error, other)));
  return {
    total: both(errors.total, offTogether),
    series: errors.series.map((own, order) => both(own, off[order]!)),
  };
}
