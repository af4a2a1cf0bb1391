import type { Landscape } from "../landscape/landscape.js";

/**
 * What is measured after the last update (THEORY §3). A displacement names its weights by index
 * into the landscape's weights; all of them, in order, when the file names none.
 */
export type Observable =
  | { readonly kind: "test_loss" }
  | { readonly kind: "train_loss" }
  /** Test loss minus train loss. */
  | { readonly kind: "gen_gap" }
  | { readonly kind: "displacement"; readonly weights: readonly number[] };

/** Exact sums over the grid's times, or the integrals of the paper's Remark 2. */
export type SumMode = "exact" | "integral";

/** The observable as a `.diag` file writes it. */
export function formatObservable(observable: Observable, landscape: Landscape): string {
  if (observable.kind !== "displacement") {
    return observable.kind;
  }
  const { weights } = observable;
  const all =
    weights.length === landscape.weights.length && weights.every((weight, index) => weight === index);
  return all && weights.length > 1
    ? "displacement"
    : `displacement(${weights.map((weight) => landscape.weights[weight]!.name).join(", ")})`;
}

/** One label a number measured: the observable itself, or one displacement for each weight. */
export function componentLabels(observable: Observable, landscape: Landscape): string[] {
  return observable.kind === "displacement"
    ? observable.weights.map((weight) => `displacement(${landscape.weights[weight]!.name})`)
    : [observable.kind];
}
