import type { Combination, ObservedNumber, Quantity } from "../observables/index.js";
import type { ExpansionForm } from "./request.js";

/** A number with the orders of its expansion, and what it is beyond them, trial by trial. */
export interface NumberWithOrders {
  readonly whole: ObservedNumber;
  /** From order 0 on. */
  readonly orders: readonly ObservedNumber[];
  readonly remainder: ObservedNumber;
}

/** @param last the last order that is measured. */
export function withOrders(whole: ObservedNumber, last: number): NumberWithOrders {
  const { label, combination } = whole;
  const orders = Array.from(
    { length: last + 1 },
    (_, order): ObservedNumber => ({
      label: `${label} at order ${order}`,
      combination: ofOrder(combination, order),
    }),
  );
  const lessOrders = orders.flatMap((one) =>
    one.combination.map(({ factor, quantity }) => ({ factor: -factor, quantity })),
  );
  return {
    whole,
    orders,
    remainder: { label: `${label} beyond order ${last}`, combination: [...combination, ...lessOrders] },
  };
}

function ofOrder(combination: Combination, order: number): Combination {
  return combination.map(({ factor, quantity }) => ({ factor, quantity: { ...quantity, order } }));
}

/** Which order of a quantity this is; undefined where it is all of it, or of none. */
export function orderOf(quantity: Quantity): number | undefined {
  return "order" in quantity ? quantity.order : undefined;
}

/** What is wrong with the orders that are asked for, in one line, or undefined. */
export function ordersProblem(
  quantities: readonly Quantity[],
  expansion: ExpansionForm | undefined,
): string | undefined {
  if (expansion !== undefined && !(Number.isSafeInteger(expansion.order) && expansion.order >= 0)) {
    return `trials cannot be expanded to order ${expansion.order}; give a whole number from 0, such as 2`;
  }
  const last = expansion?.order ?? -1;
  const beyond = quantities
    .map(orderOf)
    .find((order) => order !== undefined && !(order >= 0 && order <= last));
  return beyond === undefined
    ? undefined
    : expansion === undefined
      ? `order ${beyond} is asked for, and trials are not expanded; say to which order they are to be`
      : `order ${beyond} is asked for, and trials are expanded to order ${last}; expand them further`;
}
