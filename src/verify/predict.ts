import { edgeCount } from "../diagram/index.js";
import {
  EvaluationError,
  type EvaluationRequest,
  Evaluator,
  missingNumbers,
  reachOf,
  truncationOrders,
} from "../evaluate/index.js";
import { componentLabels, type Observable } from "../observables/index.js";
import type { VerifySpecification } from "./specification.js";
import type { PredictedNumber } from "./verdict.js";

/** The most edges of the diagrams a specification predicts with. */
export function predictionOrder(specification: VerifySpecification): number {
  const { prediction } = specification;
  return prediction.kind === "diagrams"
    ? Math.max(0, ...prediction.diagrams.map(({ diagram }) => edgeCount(diagram)))
    : prediction.order;
}

/**
 * An evaluator that also reaches the order after the prediction's, for the truncation estimate.
 * @throws EvaluationError, LandscapeError.
 */
export function evaluatorFor(specification: VerifySpecification): Evaluator {
  const { order, beyond, named } = reachOf(specification.prediction, truncationOrders);
  return new Evaluator(specification.landscape, {
    order: order + beyond,
    beyond,
    ...(named === undefined ? {} : { named }),
  });
}

function requestOf(
  { spacetime, sum, prediction }: VerifySpecification,
  observable: Observable,
  eta: number,
): EvaluationRequest {
  return { spacetime, eta, observable, selection: prediction, sum };
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

/**
 * What the specification predicts at one learning rate: for each number of the observable the
 * prediction, the truncation estimate and the prediction an order lower.
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
  const next = evaluator.orderTotal(request, order + 1);
  return next.map((truncation, component) => {
    const sumOf = (isCounted: (edges: number) => boolean) =>
      terms.reduce((total, term) => (isCounted(term.edges) ? total + term.value[component]! : total), 0);
    return {
      predicted: sumOf(() => true),
      start: sumOf((edges) => edges === 0),
      change: sumOf((edges) => edges > 0),
      truncation: Math.abs(truncation),
      ...(order > 0 ? { lower: sumOf((edges) => edges > 0 && edges < order) } : {}),
    };
  });
}
