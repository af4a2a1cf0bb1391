import { type AnyLandscape, isWritten, type WrittenLandscape } from "../evaluate/any-landscape.js";
import { samplesProblem } from "../evaluate/estimate/evaluator-on.js";
import type { Selection } from "../evaluate/evaluation.js";
import type { SumMode } from "../evaluate/index.js";
import { reachOf, truncationOrders, truncationOrdersOfTotal } from "../evaluate/limits.js";
import { untriedOnTensors } from "../evaluate/untried.js";
import { selectionProblem } from "../evaluate/valuation-on.js";
import { type AnyMetric, withMetric } from "../landscape/metric.js";
import { roughnessOf } from "../landscape/smoothness/index.js";
import { numbersOf, type Observable, type ObservedNumber } from "../observables/index.js";
import { isFlow, type SpaceTime } from "../optimisers/index.js";
import { defaultTrials } from "../runs/defaults.js";

/** Which diagrams a prediction sums, and whether as rvalues or as uvalues. */
export type Prediction = Selection;

export { mostSamples } from "../evaluate/estimate/evaluator-on.js";
export { mostTestPoints } from "../simulate/test-points.js";

/** The most trials that may be asked for. */
export const mostTrials = 1e15;

/** The largest seed; the least is 0. */
export const mostSeed = Number.MAX_SAFE_INTEGER;

/** One value of a param that a verification runs over. */
export interface Variant {
  readonly value: number;
  /** The landscape with it, and what is observed there. */
  readonly landscape: AnyLandscape;
  readonly observables: readonly Observable[];
}

/** A `verify` block, checked: what to predict, what to simulate and how often. */
export interface VerifySpecification {
  readonly name: string;
  readonly landscape: AnyLandscape;
  readonly spacetime: SpaceTime;
  /** Learning rates, positive; one run each. */
  readonly etas: readonly number[];
  /** How many the block has, where some of them are left out. */
  readonly rates?: number;
  readonly observables: readonly Observable[];
  /** Absent where trials are measured only. */
  readonly prediction?: Prediction;
  readonly sum: SumMode;
  /** So many rows are drawn for each expectation of a prediction that is estimated; absent where that is left to it. */
  readonly samples?: number;
  /** Only the observable is measured, and compared with the total. */
  readonly measure?: "total";
  /** Present where it runs over the values of a param of the landscape: see {@link variantsOf}. */
  readonly over?: { readonly parameter: string; readonly variants: readonly Variant[] };
  /** The value of the param, of one of these runs. */
  readonly with?: Readonly<Record<string, number>>;
  /** Absent when the file leaves it to the command. */
  readonly trials?: number;
  readonly seed?: number;
  /** So many test points stand for the expected loss in each trial; all rows, or as many as are worth their time, where absent. */
  readonly testPoints?: number;
}

/** One on a landscape that is written with scalars. */
export interface SimulatedSpecification extends VerifySpecification {
  readonly landscape: WrittenLandscape;
}

export function isSimulated(specification: VerifySpecification): specification is SimulatedSpecification {
  return isWritten(specification.landscape);
}

/** Why trials of a specification cannot be simulated, in one line; `undefined` where they can. */
export function simulationProblem({
  landscape,
  spacetime,
}: Pick<VerifySpecification, "landscape" | "spacetime">): string | undefined {
  return isWritten(landscape) ? undefined : untriedOnTensors(landscape, spacetime);
}

/** What a specification stands for: one for each value of the param that it runs over, or itself. */
export function variantsOf(specification: VerifySpecification): readonly VerifySpecification[] {
  const { over, ...rest } = specification;
  if (over === undefined) {
    return [specification];
  }
  const rates = (rest.rates ?? rest.etas.length) * over.variants.length;
  return over.variants.map(({ value, landscape, observables }) => ({
    ...rest,
    landscape,
    observables,
    with: { [over.parameter]: value },
    rates,
  }));
}

/**
 * A specification whose descent has another metric, or none.
 * @param metric where values of a param change how many weights there are, found for each landscape.
 */
export function onMetric(
  specification: VerifySpecification,
  metric: AnyMetric | undefined | ((landscape: AnyLandscape) => AnyMetric | undefined),
): VerifySpecification {
  const { over } = specification;
  const moved = <T extends { readonly landscape: AnyLandscape }>(one: T): T => ({
    ...one,
    landscape: withMetric(one.landscape, typeof metric === "function" ? metric(one.landscape) : metric),
  });
  return {
    ...moved(specification),
    ...(over === undefined ? {} : { over: { ...over, variants: over.variants.map(moved) } }),
  };
}

/** What a text that is about one of {@link variantsOf} says behind its name: ` with H = 0.1`, or nothing. */
export function wordsOfWith(chosen: Readonly<Record<string, number>> | undefined): string {
  const parts = Object.entries(chosen ?? {}).map(([name, value]) => `${name} = ${value}`);
  return parts.length === 0 ? "" : ` with ${parts.join(", ")}`;
}

/** What a specification predicts with, where it is known to predict. */
export function predictionOf({
  name,
  prediction,
}: Pick<VerifySpecification, "name" | "prediction">): Prediction {
  if (prediction === undefined) {
    throw new Error(`verify ${name} predicts nothing`);
  }
  return prediction;
}

/** How many orders beyond the prediction's a verification must evaluate: none where each order is measured by itself. */
export function ordersBeyond({ measure }: Pick<VerifySpecification, "measure">): number {
  return measure === "total" ? truncationOrdersOfTotal : 0;
}

/** How many it evaluates, to know what lies beyond it: where orders are measured one more, if that is not too large and the loss is so smooth. */
export function ordersLookedAt(
  specification: Pick<VerifySpecification, "name" | "landscape" | "measure" | "prediction" | "samples">,
): number {
  const needed = ordersBeyond(specification);
  if (needed > 0) {
    return needed;
  }
  const { landscape, samples } = specification;
  const prediction = predictionOf(specification);
  const last = reachOf(prediction, 0).order + truncationOrders;
  const isTooLarge =
    selectionProblem(landscape, prediction, truncationOrders) !== undefined ||
    // Samples tell fewer orders than exact sums do.
    (samples !== undefined &&
      samplesProblem(landscape, prediction, samples, truncationOrders) !== undefined) ||
    // Last, since it takes the longer the higher the order is.
    (isWritten(landscape) && roughnessOf(landscape, last) !== undefined);
  return isTooLarge ? needed : truncationOrders;
}

/** How many trials a specification has: one of a flow, and else those asked for, or its own. */
export function trialsOf(
  { spacetime, trials }: Pick<VerifySpecification, "spacetime" | "trials">,
  asked: number | undefined,
): number {
  return isFlow(spacetime) ? 1 : (asked ?? trials ?? defaultTrials);
}

/** All numbers that a specification predicts and measures, in the order of its observables. */
export function observedNumbers({
  observables,
  landscape,
}: Pick<VerifySpecification, "observables" | "landscape">): readonly ObservedNumber[] {
  return observables.flatMap((observable) => numbersOf(observable, landscape));
}
