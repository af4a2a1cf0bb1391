import { type AnyMetric, LandscapeError } from "../landscape/index.js";
import { monomialCount } from "../landscape/monomials.js";
import {
  type MakeCarrier,
  RowDerivatives,
  sizeOf,
  type TensorLandscape,
  TensorSizeError,
} from "../tensors/index.js";
import { type AnyLandscape, isWritten } from "./any-landscape.js";
import type { DirectionalLandscape, LossDerivatives } from "./directional/derivatives.js";
import { directionalProblem, propagatorProblem } from "./directional/limits.js";
import { directionalTensors } from "./directional/tensors.js";
import { directionalValuation } from "./directional/valuation.js";
import { EvaluationError, type EvaluatorOptions, type Selection } from "./evaluation.js";
import { type Reach, reachOf, sizeProblem } from "./limits.js";
import { type Valuation, valuationOf } from "./valuation.js";

/**
 * So many derivatives of a loss that is written with scalars are found one by one, those of 50 weights up to the third order; where
 * there are more, derivatives along directions take less.
 */
const mostWritten = monomialCount(50, 3);

/**
 * What diagrams are worth on a landscape: from its loss as it is written, or where that is too large, or another way is less work,
 * from derivatives along directions. Which of them is a matter of size alone; numbers are the same.
 *
 * @throws EvaluationError when the order is too high, or takes too much work.
 * @throws LandscapeError when the loss or its derivatives are not finite at the start.
 */
export function valuationOn(landscape: AnyLandscape, options: EvaluatorOptions): Valuation {
  const { order, named, at } = options;
  const whole = alongDirections(landscape, order, named !== undefined);
  if (whole !== undefined) {
    const problem = problemAlong(whole, order, named !== undefined);
    if (problem !== undefined) {
      throw new EvaluationError(problem);
    }
    return directionalValuation(directionalOn(whole, landscape, at), options);
  }
  if (!isWritten(landscape)) {
    throw new EvaluationError(landscape.unwritten);
  }
  return valuationOf(landscape, options);
}

/**
 * A landscape of tensors at a place, the start where it is left out, with the metric of the one it is of.
 * @param carrierOf what carries out the programs of the loss; the interpreter in doubles where it is left out.
 * @throws LandscapeError when a datum has infinitely many values.
 */
export function directionalOn(
  whole: TensorLandscape,
  { metric: given }: Pick<AnyLandscape, "metric"> = {},
  at?: readonly number[],
  carrierOf?: MakeCarrier,
): DirectionalLandscape {
  const metric = metricOfEntries(whole, given);
  return directionalTensors(whole, {
    ...(at && { at }),
    ...(metric && { metric }),
    ...(carrierOf && { carrierOf }),
  });
}

/** Why an evaluation that goes so far is too much, in one line; `undefined` when it is not. */
export function evaluationProblem(landscape: AnyLandscape, reach: Reach): string | undefined {
  const order = reach.order + reach.beyond;
  const isNamed = reach.named !== undefined;
  const whole = alongDirections(landscape, order, isNamed);
  if (whole !== undefined) {
    return problemAlong(whole, order, isNamed);
  }
  return isWritten(landscape) ? sizeProblem(landscape, reach) : landscape.unwritten;
}

/** The same for what a selection asks for, and `beyond` orders more. */
export function selectionProblem(
  landscape: AnyLandscape,
  selection: Selection,
  beyond: number,
): string | undefined {
  const reach = reachOf(selection, beyond);
  const order = reach.order + beyond;
  const isNamed = reach.named !== undefined;
  const problem = evaluationProblem(landscape, reach);
  const whole = alongDirections(landscape, order, isNamed);
  if (problem !== undefined || whole === undefined || selection.kind === "series" || order === 0) {
    return problem;
  }
  const work = workOf(whole);
  return typeof work === "string" ? work : propagatorProblem(work, order, isNamed);
}

/** The landscape of tensors where derivatives along directions are the way. */
function alongDirections(
  landscape: AnyLandscape,
  order: number,
  isNamed: boolean,
): TensorLandscape | undefined {
  if (!isWritten(landscape)) {
    return landscape.whole;
  }
  const { whole, weights } = landscape;
  return whole !== undefined &&
    monomialCount(weights.length, Math.max(order, 2)) > mostWritten &&
    problemAlong(whole, order, isNamed) === undefined
    ? whole
    : undefined;
}

function problemAlong(whole: TensorLandscape, order: number, isNamed: boolean): string | undefined {
  const work = workOf(whole);
  return typeof work === "string" ? work : directionalProblem(work, order, isNamed);
}

type Work = Pick<LossDerivatives, "dimension" | "rows" | "operations">;

const works = new WeakMap<TensorLandscape, Work | string>();

/** What derivatives of a landscape are made of; or why there are none, in one line. */
function workOf(whole: TensorLandscape): Work | string {
  let work = works.get(whole);
  if (work === undefined) {
    work = findWork(whole);
    works.set(whole, work);
  }
  return work;
}

function findWork(whole: TensorLandscape): Work | string {
  try {
    const start = Float64Array.from(whole.weights.flatMap(({ start }) => Array.from(start)));
    const { dimension, rows, operations } = new RowDerivatives(whole, start);
    return { dimension, rows, operations };
  } catch (error) {
    if (error instanceof LandscapeError || error instanceof TensorSizeError) {
      return error.message;
    }
    throw error;
  }
}

/** A metric of a landscape of tensors as a number for each entry; theirs are diagonal. */
function metricOfEntries(
  { weights }: TensorLandscape,
  metric: AnyMetric | undefined,
): Float64Array | undefined {
  if (metric === undefined) {
    return undefined;
  }
  return Float64Array.from(
    metric.flatMap((row, place) =>
      "factor" in row
        ? Array<number>(sizeOf(weights.find(({ name }) => name === row.weight)!.shape)).fill(row.factor)
        : [row[place]!],
    ),
  );
}
