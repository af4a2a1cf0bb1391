import { prepareEstimates } from "../engines/estimates/index.js";
import type { EngineSource } from "../engines/index.js";
import {
  type AskedOfSamples,
  EstimatingEvaluator,
  type Evaluator,
  isWritten,
  lastOrderIn,
} from "../evaluate/index.js";
import { type BackendChoice, type RunEstimating, tensorFlow } from "../runs/index.js";
import { knowLossAtStart } from "../simulate/tensors/index.js";
import { predictionOrder, requestOf, seedOfEstimates } from "./predict.js";
import { ordersLookedAt, type VerifySpecification } from "./specification.js";

export interface EstimatesOptions {
  /** Tensors work out samples where they simulate; threads do else. */
  readonly backend?: BackendChoice | undefined;
  readonly engines?: EngineSource | undefined;
  /** No more than so many; as many as this process may use where absent. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEstimate?: ((estimating: RunEstimating) => void) | undefined;
  /** Told in one line what went wrong and was made good. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/**
 * Has what a specification predicts estimated beside the asking thread, before it is asked for; nothing where predictions are exact.
 * @returns whether it is known now; `false` when the signal has stopped it.
 * @throws EvaluationError of one line.
 */
export async function prepareSpecification(
  evaluator: Evaluator | undefined,
  specification: VerifySpecification,
  options: EstimatesOptions,
): Promise<boolean> {
  if (!(evaluator instanceof EstimatingEvaluator)) {
    return !options.signal?.aborted;
  }
  const isWhole = await prepare(evaluator, askedOf(specification), options);
  const { landscape } = specification;
  if (evaluator.lossOfRows !== undefined && !isWritten(landscape)) {
    // Trials start there too.
    knowLossAtStart(landscape, evaluator.lossOfRows);
  }
  return isWhole;
}

/** The same of anything that is asked of an evaluator. */
export async function prepareAsked(
  evaluator: Evaluator,
  asked: readonly AskedOfSamples[],
  options: EstimatesOptions,
): Promise<boolean> {
  return evaluator instanceof EstimatingEvaluator
    ? await prepare(evaluator, asked, options)
    : !options.signal?.aborted;
}

function prepare(
  evaluator: EstimatingEvaluator,
  asked: readonly AskedOfSamples[],
  { backend, engines, workers, signal, onEstimate, onNote }: EstimatesOptions,
): Promise<boolean> {
  const crew = backend === tensorFlow.name ? engines?.estimates?.(tensorFlow.name) : undefined;
  return prepareEstimates(evaluator, asked, {
    seed: seedOfEstimates,
    ...(workers === undefined ? {} : { mostThreads: workers }),
    ...(crew && { crew }),
    ...(signal && { signal }),
    ...(onEstimate && { onProgress: onEstimate }),
    ...(onNote && { onNote }),
  });
}

/** What predictions ask for, in their order; estimates of one learning rate say those of all others. */
function askedOf(specification: VerifySpecification): AskedOfSamples[] {
  const order = predictionOrder(specification);
  const count = specification.measure === "total" ? ordersLookedAt(specification) : 0;
  const beyond = order + count > lastOrderIn(specification.spacetime) ? 0 : count;
  return specification.observables.flatMap((observable) => {
    const request = requestOf(specification, observable, specification.etas[0]!);
    return [
      { request },
      ...Array.from({ length: beyond }, (_, index) => ({ request, order: order + 1 + index })),
    ];
  });
}
