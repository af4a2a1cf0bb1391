import { edgeCount } from "../diagram/index.js";
import {
  type EvaluationRequest,
  Evaluator,
  type Observable,
  reachOf,
  truncationOrders,
} from "../evaluate/index.js";
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
  const { spacetime, sum } = specification;
  const order = predictionOrder(specification);
  const request: EvaluationRequest = {
    spacetime,
    eta,
    observable,
    selection: specification.prediction,
    sum,
  };
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
