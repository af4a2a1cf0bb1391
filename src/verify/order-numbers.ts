import type { ObservedNumber } from "../observables/index.js";
import type { ProductNumber, RequestedNumber, SimulatedNumber } from "../simulate/request.js";
import { covarianceNumbers, firstOrderOfCovariance, isCovarianceNumber } from "./covariances.js";
import { labels, orderOf, remainderOf } from "./number-parts.js";

/* What trials measure of an observed number when each order is measured by itself: the number, its orders, what they leave over. */

/** Whether order 0 of a number hangs on the data; else trials need not measure it. */
export function startsWithData({ combination }: Pick<ObservedNumber, "combination">): boolean {
  return combination.some(({ quantity }) => quantity.kind === "training_loss");
}

/** The first order of a number that trials must measure; those before are the evaluator's. */
export function firstMeasuredOrder(number: ObservedNumber): number {
  return isCovarianceNumber(number) ? firstOrderOfCovariance : startsWithData(number) ? 0 : 1;
}

/**
 * All that trials measure of some numbers: these, their orders with what they leave over, and the squares and cubes of orders
 * (of which the cubes' means tell how skewed an order is).
 * @param order the last that is measured; none where it is −1.
 * @param isControlled whether each of these numbers is measured a second time, less its control.
 */
export function orderNumbers(
  observed: readonly ObservedNumber[],
  order: number,
  isControlled = false,
): RequestedNumber[] {
  const expectations = observed.filter((number) => !isCovarianceNumber(number));
  const measured: SimulatedNumber[] = [...expectations];
  const skewed: number[] = [];
  for (const number of order < 0 ? [] : expectations) {
    for (let one = firstMeasuredOrder(number); one <= order; one++) {
      skewed.push(measured.length);
      measured.push({
        label: labels.order(number.label, one),
        combination: orderOf(number.combination, one),
      });
    }
    measured.push({ label: labels.remainder(number.label), combination: remainderOf(number, order) });
  }
  if (isControlled) {
    measured.push(
      ...expectations.map((number, control) => ({
        ...number,
        label: labels.controlled(number.label),
        control,
      })),
    );
  }
  const covaried = covarianceNumbers(observed.filter(isCovarianceNumber), {
    ...{ order, first: measured.length },
    ...(isControlled ? { firstControl: expectations.length } : {}),
  });
  const numbers = [...measured, ...covaried.measured, ...covaried.paired];
  const ofOrders = observed
    .filter(isCovarianceNumber)
    .flatMap(({ label }) =>
      Array.from({ length: Math.max(0, order + 1) }, (_, one) => labels.order(label, one)),
    );
  skewed.push(...numbers.flatMap(({ label }, place) => (ofOrders.includes(label) ? [place] : [])));
  const products: ProductNumber[] = skewed.flatMap((place, index): ProductNumber[] => {
    const { label } = numbers[place]!;
    return [
      { label: labels.square(label), product: [place, place] },
      { label: labels.cube(label), product: [numbers.length + 2 * index, place] },
    ];
  });
  return [...numbers, ...products];
}
