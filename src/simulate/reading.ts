import { isWhole, type Quantity } from "../observables/index.js";
import { measuredOf } from "./column.js";
import { orderOf } from "./orders.js";
import type { SimulationPlan } from "./simulation-plan.js";

/** Where a quantity of a trial is read from after its last update. */
export type Reading =
  | { readonly from: "expected loss" | "training loss" }
  /** An output of the program of the state, or of the means of that of training points' orders. */
  | { readonly from: "state" | "training orders"; readonly output: number }
  /** A register less a number; undefined where it is itself what is read. */
  | { readonly from: "register"; readonly register: number; readonly start?: number }
  | { readonly from: "nothing" };

/**
 * What is told of a trial whose expected loss is found elsewhere, beside its weights and its training loss: the other
 * quantities of numbers that the expected loss is in. Where one that is no order is not finite the trial has diverged.
 */
export function keptQuantities(plan: SimulationPlan): readonly Quantity[] {
  if (plan.check === undefined) {
    return [];
  }
  const kept: Quantity[] = [];
  for (const { quantity } of measuredOf(plan.columns).flatMap((column) =>
    column.isExpectation ? column.combination : [],
  )) {
    const isKnown = knownOtherwise.some((kind) => isWhole(quantity, kind));
    if (!isKnown && !kept.some((one) => isSameQuantity(one, quantity))) {
      kept.push(quantity);
    }
  }
  return kept;
}

const knownOtherwise = ["expected_loss", "training_loss", "weight_displacement"] as const;

export function isSameQuantity(one: Quantity, other: Quantity): boolean {
  const numbers = (quantity: Quantity) => [
    quantity.kind === "register" ? quantity.register : orderOf(quantity),
    quantity.kind === "weight_displacement" ? quantity.weight : 0,
    quantity.kind === "weight_function" ? quantity.function.name : "",
  ];
  const theirs = numbers(other);
  return one.kind === other.kind && numbers(one).every((number, index) => number === theirs[index]);
}

export function readingOf(plan: SimulationPlan, quantity: Quantity): Reading {
  if (quantity.kind === "register") {
    return { from: "register", register: quantity.register };
  }
  if (quantity.kind === "error_rate") {
    throw new Error("error rates are of landscapes of tensors");
  }
  const { order } = quantity;
  switch (quantity.kind) {
    case "expected_loss":
      return order === undefined ? { from: "expected loss" } : ofState(plan, quantity);
    case "training_loss":
      return order === undefined ? { from: "training loss" } : { from: "training orders", output: order };
    case "weight_function":
      return ofState(plan, quantity);
    case "weight_displacement": {
      const { weight } = quantity;
      if (order === undefined) {
        return { from: "register", register: weight, start: plan.states[weight]!.start };
      }
      return order === 0
        ? { from: "nothing" }
        : { from: "register", register: plan.orders!.displacements[weight]![order - 1]! };
    }
  }
}

function ofState({ ofState: read }: SimulationPlan, quantity: Quantity): Reading {
  return { from: "state", output: read!.quantities.findIndex((one) => isSameQuantity(one, quantity)) };
}
