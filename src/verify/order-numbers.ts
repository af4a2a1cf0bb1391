import type { Combination, ObservedNumber, Quantity } from "../observables/index.js";
import type { ProductNumber, RequestedNumber, SimulatedNumber } from "../simulate/request.js";

/* What trials measure of an observed number when each order is measured by itself: the number, its orders, what they leave over. */

/** Names of what is measured beside a number, which it has in no file. */
export const labels = {
  order: (label: string, order: number) => `order ${order} of ${label}`,
  remainder: (label: string) => `what ${label} leaves over`,
  square: (label: string) => `(${label})²`,
  cube: (label: string) => `(${label})³`,
  controlled: (label: string) => `${label} less its control`,
};

/** Whether order 0 of a number hangs on the data; else trials need not measure it. */
export function startsWithData({ combination }: Pick<ObservedNumber, "combination">): boolean {
  return combination.some(({ quantity }) => quantity.kind === "training_loss");
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
  const measured: SimulatedNumber[] = [...observed];
  const skewed: number[] = [];
  for (const number of order < 0 ? [] : observed) {
    for (let one = startsWithData(number) ? 0 : 1; one <= order; one++) {
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
      ...observed.map((number, control) => ({ ...number, label: labels.controlled(number.label), control })),
    );
  }
  const products: ProductNumber[] = skewed.flatMap((place, index): ProductNumber[] => {
    const { label } = measured[place]!;
    return [
      { label: labels.square(label), product: [place, place] },
      { label: labels.cube(label), product: [measured.length + 2 * index, place] },
    ];
  });
  return [...measured, ...products];
}

/** A combination with each quantity's order in its place. */
function orderOf(combination: Combination, order: number): Combination {
  return combination.map(({ factor, quantity }) => ({ factor, quantity: ofOrder(quantity, order) }));
}

/** The number less its orders. A weight has gone nowhere at order 0. */
function remainderOf({ combination }: ObservedNumber, last: number): Combination {
  const orders = Array.from({ length: last + 1 }, (_, order) =>
    orderOf(combination, order)
      .filter(({ quantity }) => order > 0 || quantity.kind !== "weight_displacement")
      .map(({ factor, quantity }) => ({ factor: -factor, quantity })),
  );
  return [...combination, ...orders.flat()];
}

function ofOrder(quantity: Quantity, order: number): Quantity {
  return quantity.kind === "register" ? quantity : { ...quantity, order };
}
