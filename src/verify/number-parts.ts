import type { Combination, ObservedNumber, Quantity } from "../observables/index.js";

/* What there is of an observed number beside itself, and what it is called. */

/** Names of what is measured beside a number, which it has in no file. */
export const labels = {
  order: (label: string, order: number) => `order ${order} of ${label}`,
  remainder: (label: string) => `what ${label} leaves over`,
  square: (label: string) => `(${label})²`,
  cube: (label: string) => `(${label})³`,
  controlled: (label: string) => `${label} less its control`,
  control: (label: string) => `what is taken off ${label}`,
  centering: (label: string) => `what centers are off in ${label}`,
  covarying: (number: number) => `what covaries, number ${number}`,
  beyond: (label: string, order: number) => `${label}, beyond order ${order}`,
};

/** A combination with each quantity's order in its place. */
export function orderOf(combination: Combination, order: number): Combination {
  return combination.map(({ factor, quantity }) => ({ factor, quantity: ofOrder(quantity, order) }));
}

/** The number less its orders. A weight has gone nowhere at order 0. */
export function remainderOf({ combination }: Pick<ObservedNumber, "combination">, last: number): Combination {
  const orders = Array.from({ length: last + 1 }, (_, order) =>
    orderOf(combination, order)
      .filter(({ quantity }) => order > 0 || quantity.kind !== "weight_displacement")
      .map(({ factor, quantity }) => ({ factor: -factor, quantity })),
  );
  return [...combination, ...orders.flat()];
}

function ofOrder(quantity: Quantity, order: number): Quantity {
  return quantity.kind === "register" || quantity.kind === "error_rate" ? quantity : { ...quantity, order };
}
