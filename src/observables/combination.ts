import type { Expression } from "../landscape/expression.js";

/** A function of the weights, which stand in it by their names; data do not. */
export interface WeightFunction {
  /** Its author's; functions that are observed together have names of their own. */
  readonly name: string;
  readonly value: Expression;
}

/** What is there of a quantity: its part of one order of the trial's expansion, or, where no order is said, all of it. */
interface OfOrder {
  readonly order?: number;
}

/** What an engine finds of a trial after its last update. */
export type Quantity =
  /** The loss on new data. */
  | ({ readonly kind: "expected_loss" } & OfOrder)
  /** The mean loss of the trial's training points. */
  | ({ readonly kind: "training_loss" } & OfOrder)
  /** How far a weight, by its index into the landscape's weights, has gone from its start. */
  | ({ readonly kind: "weight_displacement"; readonly weight: number } & OfOrder)
  /** A function of the weights where the trial ended. */
  | ({ readonly kind: "weight_function"; readonly function: WeightFunction } & OfOrder)
  /** How often the largest logit is not the label's, where the loss is a cross entropy of tensors. */
  | { readonly kind: "error_rate" }
  /** A register of the plan's state, by its number: what a control has added up. */
  | { readonly kind: "register"; readonly register: number };

/** Whether this is a quantity of a kind, and all of it. */
export function isWhole(quantity: Quantity, kind: Quantity["kind"]): boolean {
  return quantity.kind === kind && !("order" in quantity && quantity.order !== undefined);
}

export interface Summand {
  /** Finite, and not 0. */
  readonly factor: number;
  readonly quantity: Quantity;
}

/** `Σ factor · quantity`; at least one summand. */
export type Combination = readonly Summand[];

export const expectedLoss: Quantity = { kind: "expected_loss" };
export const trainingLoss: Quantity = { kind: "training_loss" };
export const errorRate: Quantity = { kind: "error_rate" };

export function weightDisplacement(weight: number): Quantity {
  return { kind: "weight_displacement", weight };
}

/** How often the whole of a kind of quantity is in a combination. */
export function factorOf(combination: Combination, kind: Quantity["kind"]): number {
  return combination.reduce((sum, { factor, quantity }) => (isWhole(quantity, kind) ? sum + factor : sum), 0);
}

/** What a sum is put together with: numbers, or texts that stand for numbers. */
export interface Arithmetic<Value> {
  scaled(factor: number, value: Value): Value;
  negated(value: Value): Value;
  sum(one: Value, other: Value): Value;
  difference(one: Value, other: Value): Value;
}

/** Doubles. */
const doubles: Arithmetic<number> = {
  scaled: (factor, value) => factor * value,
  negated: (value) => -value,
  sum: (one, other) => one + other,
  difference: (one, other) => one - other,
};

/**
 * `Σ factor · value` from the first summand on, in whatever numbers are made of. Factors of 1 and −1 multiply nothing, so
 * that all engines round a difference once; `undefined` of no summands.
 */
export function weightedSum<Value>(
  summands: readonly { readonly factor: number; readonly value: Value }[],
  { scaled, negated, sum, difference }: Arithmetic<Value>,
): Value | undefined {
  return summands.reduce<Value | undefined>((total, { factor, value }) => {
    const isUnit = Math.abs(factor) === 1;
    if (total === undefined) {
      return !isUnit ? scaled(factor, value) : factor === 1 ? value : negated(value);
    }
    return factor === -1 ? difference(total, value) : sum(total, isUnit ? value : scaled(factor, value));
  }, undefined);
}

/** {@link weightedSum} of doubles, in which a factor of 0 leaves its value out; 0 of nothing. */
export function sumOf(summands: readonly { readonly factor: number; readonly value: number }[]): number {
  return (
    weightedSum(
      summands.filter(({ factor }) => factor !== 0),
      doubles,
    ) ?? 0
  );
}

/** A combination of what its quantities are worth. */
export function combined<Value>(
  combination: Combination,
  found: (quantity: Quantity) => Value,
  arithmetic: Arithmetic<Value>,
): Value {
  return weightedSum(
    combination.map(({ factor, quantity }) => ({ factor, value: found(quantity) })),
    arithmetic,
  )!;
}

/** A combination of doubles. */
export function combinedValue(combination: Combination, found: (quantity: Quantity) => number): number {
  return combined(combination, found, doubles);
}
