import type { Term } from "../evaluation.js";

/** An entry below this share of its order is as good as nothing beside the others. */
export const negligible = 0.01;

/** Of terms by their edges, the sum of what entries are without their signs. */
export function sizesOfOrders(terms: readonly Term[]): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const { edges, value } of terms) {
    sizes.set(edges, (sizes.get(edges) ?? 0) + value.reduce((sum, one) => sum + Math.abs(one), 0));
  }
  return sizes;
}

/**
 * How far terms are off that were worked out in single precision, at most, as a share: of an entry, or of a little of its order where that is more.
 * @param single and the same terms in double precision.
 * @returns infinite where one of them is not finite.
 */
export function roundingBetween(single: readonly Term[], double: readonly Term[]): number {
  const sizes = sizesOfOrders(double);
  let most = 0;
  double.forEach(({ edges, value }, place) => {
    value.forEach((right, entry) => {
      const off = Math.abs(single[place]!.value[entry]! - right);
      const share = off === 0 ? 0 : off / Math.max(Math.abs(right), negligible * sizes.get(edges)!);
      most = Math.max(most, Number.isNaN(share) ? Number.POSITIVE_INFINITY : share);
    });
  });
  return most;
}
