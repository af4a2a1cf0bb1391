import { weightDisplacement } from "./combination.js";
import { observableRecords } from "./list.js";
import type { ChosenOperand, ObservableRecord } from "./record.js";

/** What may stand in the parentheses of a covariance: a weight, by its index, or an observable of one number, by its name. */
export type Operand = { readonly weight: number } | { readonly name: string };

/**
 * Whether an observable may covary with others: it has one number, which hangs on where descent ends and not on the
 * training points again.
 */
export function isOperand({ weights, operands, numbers }: ObservableRecord): boolean {
  if (weights !== undefined || operands !== undefined) {
    return false;
  }
  return numbers([], []).every(({ combination }) =>
    combination.every(({ quantity }) => quantity.kind !== "training_loss"),
  );
}

/** An operand with its text, which is the weight's name or the observable's. */
export function chosenOperand(
  operand: Operand,
  weights: readonly { readonly name: string }[],
): ChosenOperand {
  if ("weight" in operand) {
    const { weight } = operand;
    const text = weights[weight]?.name ?? `weight ${weight}`;
    return { text, combination: [{ factor: 1, quantity: weightDisplacement(weight) }] };
  }
  const record = observableRecords.find(({ name }) => name === operand.name);
  if (record === undefined || !isOperand(record)) {
    throw new Error(`${operand.name} does not covary`);
  }
  return { text: record.name, combination: record.numbers([], [])[0]!.combination };
}
