import type { Expression } from "../landscape/expression.js";
import type { WeightTensor } from "../landscape/landscape.js";
import { factorOf } from "./combination.js";
import { recordOfFunction } from "./function-of-weights.js";
import { observableRecords } from "./list.js";
import { namesOfWeights } from "./names-of-weights.js";
import { chosenOperand, type Operand } from "./operand.js";
import type { ObservableRecord, ObservedNumber } from "./record.js";

/** What is measured after the last update (THEORY §3), as plain data. */
export interface Observable {
  /** Of its record, or its author's. */
  readonly name: string;
  /** By index into the landscape's weights: all of them in order when a file names none; none where it takes none. */
  readonly weights: readonly number[];
  /** What covaries, where this is a covariance; once where it is a variance. */
  readonly operands?: readonly Operand[];
  /** Present where this is a function of the weights, which stand in it by their names. */
  readonly value?: Expression;
}

/** What of a landscape an observable is about. */
export interface ObservedLandscape {
  readonly weights: readonly { readonly name: string }[];
  /** Of which the weights are the entries, where it is one of tensors. */
  readonly tensors?: readonly WeightTensor[];
}

/** What is observed where nobody says what. */
export const defaultObservable: Observable = { name: observableRecords[0].name, weights: [] };

/** The record of a name; `undefined` when there is none. */
export function findObservable(name: string): ObservableRecord | undefined {
  return observableRecords.find((record) => record.name === name);
}

/** @throws Error when the observable was made by another version: names of texts go through {@link findObservable}. */
export function recordOf({ name, value }: Pick<Observable, "name" | "value">): ObservableRecord {
  const record = value === undefined ? findObservable(name) : recordOfFunction({ name, value });
  if (record === undefined) {
    throw new Error(`there is no observable ${name}`);
  }
  return record;
}

/** The numbers of an observable on a landscape, in the order of its weights. */
export function numbersOf(observable: Observable, landscape: ObservedLandscape): readonly ObservedNumber[] {
  return recordOf(observable).numbers(
    observable.weights.map((index) => ({ index, name: landscape.weights[index]?.name ?? `weight ${index}` })),
    (observable.operands ?? []).map((operand) => chosenOperand(operand, landscape.weights)),
  );
}

/** One label a number measured: the observable itself, or one for each of its weights. */
export function componentLabels(observable: Observable, landscape: ObservedLandscape): string[] {
  return numbersOf(observable, landscape).map(({ label }) => label);
}

/** Whether an observable's numbers are a list, also of one: it has one for each of its weights. */
export function isListed(observable: Observable): boolean {
  return recordOf(observable).weights !== undefined;
}

/** What outputs call an observable: as a file writes it, but a function of the weights by its name alone. */
export function titleOf(observable: Observable, landscape: ObservedLandscape): string {
  const { name, weights } = observable;
  if (observable.operands !== undefined) {
    return componentLabels(observable, landscape)[0]!;
  }
  if (recordOf(observable).weights === undefined) {
    return name;
  }
  const all =
    weights.length === landscape.weights.length && weights.every((weight, index) => weight === index);
  return all && weights.length > 1
    ? name
    : `${name}(${namesOfWeights(weights, landscape.weights, landscape.tensors).join(", ")})`;
}

/** The whole of an observable, whatever weights a landscape has: its only number, or that of one weight. */
export function sampleOf({ name, weights, operands }: ObservableRecord): Observable {
  return {
    name,
    weights: weights === undefined ? [] : [0],
    ...(operands === undefined ? {} : { operands: new Array<Operand>(operands).fill({ weight: 0 }) }),
  };
}

/** Whether what is observed is a covariance over trials, not an expectation: of diagrams with two roots. */
export function isCovariance({ operands }: Pick<Observable, "operands">): boolean {
  return operands !== undefined;
}

/** Whether the expected loss is in a number: it may be that it cannot be found at the end of some trials. */
export function isExpectation({
  combination,
  covariedWith = [],
}: Pick<ObservedNumber, "combination" | "covariedWith">): boolean {
  return [combination, covariedWith].some((one) => factorOf(one, "expected_loss") !== 0);
}
