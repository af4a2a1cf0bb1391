import { LandscapeError } from "../../landscape/index.js";
import { counted } from "../../printable/index.js";
import { type AnyLandscape, isWritten } from "../any-landscape.js";
import { directionalOperations } from "../directional/limits.js";
import { mostEdges } from "../directional/work.js";
import { EvaluationError, type EvaluatorOptions, type Selection } from "../evaluation.js";
import { Evaluator } from "../evaluator.js";
import { type Reach, reachOf } from "../limits.js";
import { directionalOn, evaluationProblem, selectionProblem } from "../valuation-on.js";
import { type EstimateOptions, EstimatingEvaluator, fewestRows } from "./estimating-evaluator.js";

/** The most rows that may be drawn for an expectation. */
export const mostSamples = 1e9;

/**
 * The evaluator of what a selection asks for: an exact one where that is few enough operations, and else, or where samples are
 * asked for, one that estimates.
 *
 * @throws EvaluationError when it is too much either way, or samples are asked for where nothing is estimated.
 * @throws LandscapeError when the loss or its derivatives are not finite at the start.
 */
export function evaluatorOn(
  landscape: AnyLandscape,
  options: EvaluatorOptions,
  selection: Selection,
  estimate: EstimateOptions,
): Evaluator {
  const unfit =
    estimate.samples === undefined
      ? undefined
      : samplesProblem(landscape, selection, estimate.samples, options.beyond);
  if (unfit !== undefined) {
    throw new EvaluationError(unfit);
  }
  const reach: Reach = {
    order: options.order,
    beyond: 0,
    ...(options.named === undefined ? {} : { named: options.named }),
  };
  const isExact =
    estimate.samples === undefined &&
    evaluationProblem(landscape, reach) === undefined &&
    !isBeyond(landscape, options.order, estimate.operations);
  if (isExact || !isEstimable(landscape, selection, options.order)) {
    return new Evaluator(landscape, options);
  }
  return new EstimatingEvaluator(
    landscape,
    directionalOn(landscape.whole!, landscape, options.at),
    options,
    estimate,
  );
}

/** Whether exact values along directions take more operations than there may be. */
function isBeyond(landscape: AnyLandscape, order: number, most = Number.POSITIVE_INFINITY): boolean {
  if (isWritten(landscape) || order > mostEdges) {
    return false;
  }
  return directionalOperations(directionalOn(landscape.whole).loss, order) > most;
}

/**
 * Why samples are not what a selection is evaluated from, in one line; `undefined` where they are.
 * @param beyond how many orders after its own are evaluated too.
 */
export function samplesProblem(
  landscape: AnyLandscape,
  selection: Selection,
  samples: number,
  beyond = 0,
): string | undefined {
  if (landscape.whole === undefined) {
    return `${landscape.name} has no tensors, and its diagrams are evaluated exactly; leave samples out`;
  }
  if (selection.kind !== "series") {
    return "samples estimate series, which have no propagators; use series, or leave samples out";
  }
  if (selection.order > mostEdges) {
    return `order ${selection.order} is more than derivatives along directions give; order ${mostEdges} is the highest that fits`;
  }
  if (selection.order + beyond > mostEdges) {
    return `samples estimate orders up to ${mostEdges}, and ${beyond} beyond order ${selection.order} are asked for; lower the order, or leave samples out`;
  }
  return samples < fewestRows
    ? `${counted(samples, "sample is", "samples are")} too few to tell how far their mean is off; ask for ${fewestRows} or more`
    : undefined;
}

/** {@link selectionProblem}, but for what is estimated where exact values are too much. */
export function predictionProblem(
  landscape: AnyLandscape,
  selection: Selection,
  beyond: number,
): string | undefined {
  const problem = selectionProblem(landscape, selection, beyond);
  return problem !== undefined && isEstimable(landscape, selection, reachOf(selection, beyond).order + beyond)
    ? undefined
    : problem;
}

function isEstimable({ whole }: AnyLandscape, selection: Selection, order: number): boolean {
  if (whole === undefined || selection.kind !== "series" || order > mostEdges) {
    return false;
  }
  try {
    return directionalOn(whole).loss.rows > 0;
  } catch (error) {
    if (error instanceof LandscapeError) {
      return false;
    }
    throw error;
  }
}
