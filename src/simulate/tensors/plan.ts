import { SimulationError } from "../../compile/error.js";
import { Curvature, mostWeightsOfMatrix } from "../../evaluate/directional/curvature.js";
import type { LargeLandscape } from "../../evaluate/index.js";
import { untriedOnTensors } from "../../evaluate/untried.js";
import { constantApart } from "../../landscape/index.js";
import type { Quantity, WeightFunction } from "../../observables/index.js";
import { isDifference, ruleOf, scheduleOf, stepSize } from "../../optimisers/index.js";
import {
  arithmeticOperations,
  classifierOf,
  classifierProgram,
  DataRows,
  functionOfTensors,
  gradientProgram,
  type LiftedProgram,
  liftProgram,
  lowerLandscape,
  powerSeries,
  sizeOf,
  type TensorProgram,
} from "../../tensors/index.js";
import { measuredOf } from "../column.js";
import { columnsOf } from "../columns.js";
import { orderOf } from "../orders.js";
import { requestProblem } from "../plan.js";
import type { ExpansionForm, LargeRequest } from "../request.js";
import { controlsOfPlan, lessControls } from "./controls/plan.js";
import { rowChoices } from "./controls/row-numbers.js";
import { penaltyOfTensors } from "./covariance-penalty.js";
import { drawnData, sharedRows } from "./drawn.js";
import { derivativesAtStart } from "./start.js";
import type { TensorDatum, TensorExpansion, TensorPlan, TestSet } from "./tensor-plan.js";

/** So many operations of arithmetic what stands for the expected loss of a trial may take: some seconds. */
export const mostOfExpectation = 2 ** 32;

/** Of so many rows something may be kept while trials go on. */
const mostKnownRows = 2 ** 22;

/** What carrying out an instruction takes beside its arithmetic, about, of one of the trials that are side by side. */
const operationsOfInstruction = 16;

/** About how many operations of arithmetic carrying out a program takes. */
export function operationsOf(program: TensorProgram): number {
  return arithmeticOperations(program) + operationsOfInstruction * program.instructions.length;
}

/**
 * The last order, up to that of a form, to which trials on a large landscape are expanded: steps along the curvature have it as a
 * matrix.
 */
export function measurableOrderOfTensors(
  { weights }: LargeLandscape,
  { order, keepsCurvature }: ExpansionForm,
): number {
  return keepsCurvature && weights.length > mostWeightsOfMatrix ? Math.min(order, 0) : order;
}

/** Makes a request ready. Throws one line when the request is wrong. */
export function planTensors(request: LargeRequest): TensorPlan {
  const problem = requestProblem(request) ?? untriedOnTensors(request.landscape, request.spacetime);
  if (problem !== undefined) {
    throw new SimulationError(problem);
  }
  const { landscape, spacetime, eta } = request;
  if (isDifference(spacetime)) {
    throw new SimulationError("a difference has two descents, each with a plan of its own");
  }
  const { whole } = landscape;
  const columns = columnsOf(request);
  const quantities = measuredOf(columns).flatMap(({ combination }) =>
    combination.map(({ quantity }) => quantity),
  );
  const isMeasured = (kind: Quantity["kind"], isOrder: boolean) =>
    quantities.some((one) => one.kind === kind && (orderOf(one) !== undefined) === isOrder);
  const measures = {
    train: isMeasured("training_loss", false),
    test: isMeasured("expected_loss", false),
    trainOrders: isMeasured("training_loss", true),
    testOrders: isMeasured("expected_loss", true),
  };
  const loss = lowerLandscape(whole);
  const gradient = slopesAlone(loss, whole.weights.length);
  const observed = functionsIn(quantities);
  const functions =
    observed.length === 0
      ? undefined
      : lowerLandscape(
          { ...whole, data: [] },
          observed.map(({ value }) => functionOfTensors(whole, constantApart(value).rest)),
        );
  const factors = whole.weights.map(
    ({ name }) => landscape.metric?.find(({ weight }) => weight === name)?.factor ?? 1,
  );
  const expansion =
    request.expansion &&
    expansionOf(landscape, request.expansion, {
      factors,
      gradient,
      loss: measures.trainOrders || measures.testOrders ? loss : undefined,
      functions,
    });
  const { points, batch, epochs, order } = scheduleOf(spacetime);
  const step = stepSize(spacetime, eta);
  const { covariancePenalty } = ruleOf(spacetime);
  const share = (2 * step * step * (covariancePenalty ?? 0)) / (points - 1);
  const penalty =
    covariancePenalty === undefined
      ? undefined
      : penaltyOfTensors(gradient, factors, share, request.expansion?.order);
  const visitOperations =
    (penalty === undefined ? 0 : operationsOf(penalty.program)) +
    (penalty?.expanded === undefined ? 0 : operationsOf(penalty.expanded.program)) +
    operationsOf(gradient) +
    (expansion?.gradient === undefined ? 0 : operationsOf(expansion.gradient.program)) +
    (expansion?.curvature?.length ?? 0) / batch;
  const ofLoss =
    operationsOf(loss) + (expansion?.loss === undefined ? 0 : operationsOf(expansion.loss.program));
  const classes = quantities.some(({ kind }) => kind === "error_rate")
    ? classifierProgram(whole, classifierOf(whole)!)
    : undefined;
  const isOfLoss = measures.test || measures.testOrders;
  const data = drawnData(whole, loss);
  const test =
    isOfLoss || classes !== undefined
      ? testSetOf(landscape, request.testPoints, isOfLoss, data.drawn)
      : undefined;
  const controls =
    request.controls &&
    controlsOfPlan(request.controls, {
      ...{ landscape, spacetime, loss, drawn: data.drawn, rows: rowsOf(landscape) },
      atStart: measures.test && test !== undefined && "points" in test ? test.atStart : undefined,
    });
  // How far the loss of a test point has gone is the difference of two, and so is how far it is off what controls say of it.
  const pointOperations =
    test !== undefined && "points" in test && measures.test
      ? operationsOf(controls?.test?.along.program ?? loss)
      : 0;
  const testOperations =
    (isOfLoss ? ofLoss : 0) + pointOperations + (classes === undefined ? 0 : operationsOf(classes));
  const ofTest = test === undefined ? 0 : testOperations * sizeOfTest(test);
  if (test !== undefined && ofTest > mostOfExpectation) {
    const fitting = Math.max(1, Math.floor(mostOfExpectation / testOperations));
    throw new SimulationError(
      "points" in test
        ? `${test.points} test points take too long for each trial; take up to ${fitting}`
        : `the expected loss of landscape "${landscape.name}" is a mean over ${sizeOfTest(test)} rows, which takes too long for each trial; take test points, up to ${fitting}, or observe another number`,
    );
  }
  return {
    kind: "tensors",
    ...data,
    starts: whole.weights.map(({ start }) => start),
    factors,
    step,
    rate: step / batch,
    gradient,
    ...(penalty && { penalty }),
    loss,
    measures,
    observed,
    ...(functions && { functions }),
    ...(classes && { classes }),
    ...(expansion && { expansion }),
    ...(controls && { controls }),
    ...(test && { test }),
    columns: controls === undefined ? columns : lessControls(columns),
    points,
    batch,
    batchesPerEpoch: points / batch,
    epochs,
    reshuffled: order === "reshuffled",
    stored: measures.train || measures.trainOrders || epochs > 1,
    visitOperations,
    testOperations,
    pointOperations,
    trialOperations:
      points * epochs * visitOperations +
      (measures.train || measures.trainOrders ? points * ofLoss : 0) +
      ofTest,
  };
}

/** All rows, or so many test points where there are more rows than that. */
function testSetOf(
  landscape: LargeLandscape,
  points: number | undefined,
  isOfLoss: boolean,
  drawn: readonly TensorDatum[],
): TestSet {
  const { data } = landscape.whole;
  const rows = rowsOf(landscape);
  if (points === undefined || points >= rows) {
    return { rows: sharedRows(data) };
  }
  const atStart = isOfLoss ? derivativesAtStart(landscape).value : 0;
  const of = rows > mostKnownRows ? {} : { of: { choices: rowChoices(data, drawn), rows } };
  return { points, atStart, ...of };
}

/** Of how many rows the expected loss of a large landscape is the mean. */
export function rowsOf({ whole }: LargeLandscape): number {
  return whole.data.reduce((product, source) => {
    if (source.kind === "rows") {
      return product * source.rows;
    }
    const { entry, shape } = source;
    return (
      product * (entry.kind === "finite" ? entry.outcomes.length ** sizeOf(shape) : Number.POSITIVE_INFINITY)
    );
  }, 1);
}

function sizeOfTest(test: TestSet): number {
  return "points" in test ? test.points : new DataRows({ name: "", data: test.rows }).count;
}

function slopesAlone(loss: TensorProgram, weights: number): TensorProgram {
  const whole = gradientProgram(
    loss,
    Array.from({ length: weights }, (_, weight) => weight),
  );
  return { ...whole, outputs: whole.outputs.slice(1) };
}

function functionsIn(quantities: readonly Quantity[]): readonly WeightFunction[] {
  const observed = new Map<string, WeightFunction>();
  for (const quantity of quantities) {
    if (quantity.kind === "weight_function") {
      observed.set(quantity.function.name, quantity.function);
    }
  }
  return [...observed.values()];
}

function expansionOf(
  landscape: LargeLandscape,
  { order, keepsCurvature }: ExpansionForm,
  {
    factors,
    gradient,
    loss,
    functions,
  }: {
    readonly factors: readonly number[];
    readonly gradient: TensorProgram;
    readonly loss: TensorProgram | undefined;
    readonly functions: TensorProgram | undefined;
  },
): TensorExpansion {
  const weights = factors.length;
  const lifted = (program: TensorProgram, last: number): LiftedProgram =>
    liftProgram(
      program,
      powerSeries(last),
      program.inputs.map((_, input) =>
        input < weights ? Array.from({ length: last }, (__, power) => power + 1) : [],
      ),
    );
  return {
    order,
    ...(keepsCurvature && order > 0 ? { curvature: curvatureOf(landscape, factors) } : {}),
    ...(order > 0 ? { gradient: lifted(gradient, order - 1) } : {}),
    ...(loss && { loss: lifted(loss, order) }),
    ...(functions && { functions: lifted(functions, order) }),
  };
}

/** The curvature with its first index raised. */
function curvatureOf(landscape: LargeLandscape, factors: readonly number[]): Float64Array {
  const dimension = landscape.weights.length;
  if (dimension > mostWeightsOfMatrix) {
    throw new SimulationError(
      `trials on landscape "${landscape.name}" are not expanded along its curvature, which is a matrix of ${dimension} rows; ask for a series`,
    );
  }
  const matrix = new Curvature(derivativesAtStart(landscape)).matrix.slice();
  let row = 0;
  landscape.whole.weights.forEach(({ start }, weight) => {
    for (let entry = 0; entry < start.length; entry++, row++) {
      for (let column = 0; column < dimension; column++) {
        matrix[row * dimension + column]! *= factors[weight]!;
      }
    }
  });
  return matrix;
}
