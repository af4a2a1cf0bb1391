import { rowWords } from "../compile/index.js";
import { edgeCount } from "../diagram/index.js";
import {
  EvaluationError,
  type EvaluationRequest,
  Evaluator,
  evaluatorOn,
  lastOrderIn,
  missingNumbers,
  reachOf,
} from "../evaluate/index.js";
import { LandscapeError } from "../landscape/index.js";
import { componentLabels, isGap, type Observable } from "../observables/index.js";
import { isZero, ordersOf, type PredictedOrder, predictOrders } from "./predicted-orders.js";
import { ordersLookedAt, predictionOf, type VerifySpecification } from "./specification.js";
import type { PredictedNumber } from "./verdict.js";

/** Predictions are the same whatever trials draw. */
export const seedOfEstimates = 0;

/** The most edges of the diagrams a specification predicts with; 0 where it predicts nothing. */
export function predictionOrder({ prediction }: Pick<VerifySpecification, "prediction">): number {
  if (prediction === undefined) {
    return 0;
  }
  return prediction.kind === "diagrams"
    ? Math.max(0, ...prediction.diagrams.map(({ diagram }) => edgeCount(diagram)))
    : prediction.order;
}

/**
 * An evaluator that also reaches the orders after the prediction's, for the truncation estimate. What follows is for
 * specifications that predict.
 * @param operations about how many an estimate may take, where the specification does not say from how many rows.
 * @throws EvaluationError, LandscapeError.
 */
export function evaluatorFor(specification: VerifySpecification, operations?: number): Evaluator {
  const { order, beyond, named } = reachOf(predictionOf(specification), ordersLookedAt(specification));
  const { landscape, samples } = specification;
  return evaluatorOn(
    landscape,
    { order: order + beyond, beyond, ...(named === undefined ? {} : { named }) },
    predictionOf(specification),
    {
      words: rowWords(seedOfEstimates),
      ...(samples === undefined ? {} : { samples }),
      ...(operations === undefined ? {} : { operations }),
    },
  );
}

/**
 * What tells the criteria of the generalization gap where that is only measured; nothing where it is not, or where they are not to
 * be had.
 */
export function evaluatorOfGap({ landscape, observables }: VerifySpecification): Evaluator | undefined {
  if (!observables.some(isGap)) {
    return undefined;
  }
  try {
    return new Evaluator(landscape, { order: 1 });
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof LandscapeError) {
      return undefined;
    }
    throw error;
  }
}

/** What is asked of an evaluator for an observable at one learning rate. */
export function requestOf(
  specification: VerifySpecification,
  observable: Observable,
  eta: number,
): EvaluationRequest {
  const { spacetime, sum } = specification;
  return { spacetime, eta, observable, selection: predictionOf(specification), sum };
}

/**
 * Refuses to go on with predictions of an observable that are no numbers: nothing can be compared with them.
 * @param predicted what {@link predict} has found.
 * @throws EvaluationError of one line that names what overflows, and the learning rate.
 */
export function refuseMissing(
  evaluator: Evaluator,
  specification: VerifySpecification,
  observable: Observable,
  eta: number,
  predicted: readonly PredictedNumber[],
): void {
  if (predicted.every((one) => Number.isFinite(one.predicted))) {
    return;
  }
  const { total } = missingNumbers(
    {
      total: predicted.map((one) => one.predicted),
      terms: evaluator.terms(requestOf(specification, observable, eta)),
      series: [],
    },
    componentLabels(observable, specification.landscape),
  );
  const divergence = evaluator.divergence(eta, specification.spacetime);
  const why = divergence === undefined ? "" : `; ${divergence}`;
  throw new EvaluationError(`verify ${specification.name}, eta = ${eta}: ${total}${why}`);
}

/** The orders of what the specification predicts at one learning rate, for each number of the observable. */
export function ordersPredicted(
  evaluator: Evaluator,
  specification: VerifySpecification,
  observable: Observable,
  eta: number,
): PredictedOrder[][] {
  const request = requestOf(specification, observable, eta);
  return predictOrders(evaluator, request, predictionOrder(specification));
}

/**
 * The truncation estimate at one learning rate, for each number of the observable: the magnitudes of the orders beyond.
 * Infinite where these are not known, or take moments that the data do not have and orders are measured instead.
 */
export function truncationsOf(
  evaluator: Evaluator,
  specification: VerifySpecification,
  observable: Observable,
  eta: number,
): number[] {
  const order = predictionOrder(specification);
  const request = requestOf(specification, observable, eta);
  const unknown = componentLabels(observable, specification.landscape).map(() => Number.POSITIVE_INFINITY);
  const count = ordersLookedAt(specification);
  // An estimate of what is only looked at would take longer than all that is asked for.
  const isTooDear = evaluator.isEstimate && specification.measure !== "total";
  if (count === 0 || isTooDear || order + count > lastOrderIn(specification.spacetime)) {
    return unknown;
  }
  try {
    const beyond = Array.from({ length: count }, (_, index) =>
      evaluator.orderTotal(request, order + 1 + index),
    );
    return beyond[0]!.map((_, component) =>
      beyond.reduce((sum, totals) => sum + Math.abs(totals[component]!), 0),
    );
  } catch (error) {
    if (error instanceof LandscapeError && specification.measure !== "total") {
      return unknown;
    }
    throw error;
  }
}

/**
 * What the specification predicts at one learning rate: for each number of the observable the prediction, the truncation
 * estimate, the prediction an order lower, and the last order that is not zero.
 */
export function predict(
  evaluator: Evaluator,
  specification: VerifySpecification,
  observable: Observable,
  eta: number,
): PredictedNumber[] {
  const order = predictionOrder(specification);
  const request = requestOf(specification, observable, eta);
  const terms = evaluator.terms(request);
  const truncations = truncationsOf(evaluator, specification, observable, eta);
  const estimated = evaluator.errorsOfOrders(request);
  const orders = specification.measure === "total" ? ordersOf(terms, order) : undefined;
  return truncations.map((truncation, component) => {
    const sumOf = (isCounted: (edges: number) => boolean) =>
      terms.reduce((total, term) => (isCounted(term.edges) ? total + term.value[component]! : total), 0);
    const last = orders?.[component]?.findLast((one) => one.order > 0 && !isZero(one));
    const change = sumOf((edges) => edges > 0);
    return {
      predicted: sumOf(() => true),
      ...(estimated === undefined
        ? {}
        : { standardError: estimated.total[component]!, samples: estimated.samples }),
      start: sumOf((edges) => edges === 0),
      change,
      truncation,
      ...(order > 0 ? { lower: sumOf((edges) => edges > 0 && edges < order) } : {}),
      // What lies below the last order that is there, which need not be the highest.
      ...(last === undefined ? {} : { last, lower: change - last.predicted }),
    };
  });
}
