import { SimulationError } from "../compile/error.js";
import { mostEpochs } from "../compile/streams.js";
import { type AnyLandscape, isWritten } from "../evaluate/any-landscape.js";
import { placeProblem, unpredictedProblem } from "../evaluate/unpredicted.js";
import { hasHyperWeights } from "../landscape/landscape.js";
import { defaultObservable, isWhole, type Quantity } from "../observables/index.js";
import {
  formatSpaceTime,
  hasTrainingPoints,
  isDifference,
  isFlow,
  optimiserOf,
  ruleOf,
  scheduleOf,
  sidesOf,
  spaceTimeProblem,
  stepSize,
  updatesOf,
} from "../optimisers/index.js";
import { counted } from "../printable/index.js";
import { processor } from "../runs/backends.js";
import { type Classifier, classifierOf, sizeOf } from "../tensors/index.js";
import { measuredOf, observedOf, productProblem } from "./column.js";
import { columnsOf } from "./columns.js";
import {
  type ControlFit,
  chooseControls,
  controlProblem,
  wholly,
  withChosenControls,
} from "./controls/index.js";
import { trialInstructions } from "./cost.js";
import { descentPrograms, functionsOf, type PlanForm } from "./descent.js";
import { DescentExpansion } from "./expansion.js";
import { lossesOf } from "./losses.js";
import { simulatedLandscape } from "./noise.js";
import { orderOf, ordersProblem } from "./orders.js";
import { type AnyRequest, type Controls, isWrittenRequest, type SimulationRequest } from "./request.js";
import type { OrderPrograms, SimulationPlan } from "./simulation-plan.js";
import { stateProgram } from "./state-program.js";
import { type PilotPlanner, testLossOf } from "./test-loss.js";
import { isCountOfTestPoints, mostTestPoints } from "./test-points.js";

export type { PlanForm } from "./descent.js";
export type {
  DescentPrograms,
  OrderPrograms,
  SampledPart,
  SimulationPlan,
  StateProgram,
  StepConstants,
} from "./simulation-plan.js";

/** Says in one line what is wrong with a request, or undefined. */
export function requestProblem(request: AnyRequest): string | undefined {
  const sides = sidesOf(request.spacetime);
  const problem = sides.map((side) => spaceTimeProblem(side)).find((one) => one !== undefined);
  if (problem !== undefined) {
    return problem;
  }
  if (!Number.isFinite(request.eta) || request.eta <= 0) {
    return `eta = ${request.eta} is not a positive number; write one, such as eta = 0.1`;
  }
  const first = request.firstTrial ?? 0;
  if (!Number.isSafeInteger(request.trials) || request.trials < 1) {
    return (
      `trials = ${request.trials} is not a positive whole number up to ${Number.MAX_SAFE_INTEGER}; ` +
      "write one, such as trials = 10000"
    );
  }
  if (!Number.isSafeInteger(first) || first < 0 || !Number.isSafeInteger(first + request.trials)) {
    return `trials ${first} to ${first + request.trials} cannot be numbered; stay below 2^53`;
  }
  if (typeof request.seed === "number" && !Number.isSafeInteger(request.seed)) {
    const most = Number.MAX_SAFE_INTEGER;
    return `seed = ${request.seed} is not a whole number from ${-most} to ${most}; write one, such as seed = 1`;
  }
  if (request.testPoints !== undefined) {
    if (isWritten(request.landscape)) {
      return `the expected loss of landscape "${request.landscape.name}" is found exactly; leave test points out`;
    }
    if (!isCountOfTestPoints(request.testPoints)) {
      return `test_points = ${request.testPoints} is not a positive whole number up to ${mostTestPoints}; take some, such as 10`;
    }
  }
  if (request.landscape.weights.length === 0) {
    return `landscape "${request.landscape.name}" has no weights; declare one`;
  }
  const largest = Math.floor(2 ** 34 / Math.max(1, sourcesIn(request.landscape)));
  for (const schedule of sides.map(scheduleOf)) {
    if (schedule.points > largest) {
      return `N = ${schedule.points} is too large to simulate; with this landscape's data N may be ${largest}`;
    }
    if (schedule.epochs > mostEpochs) {
      return `${counted(schedule.epochs, "epoch is", "epochs are")} too many to simulate; there may be 2^32 − 1`;
    }
  }
  const count = updatesOf(request.spacetime);
  if (!Number.isSafeInteger(count * request.trials)) {
    return `${request.trials} trials of ${count} updates are too many to count; ask for fewer`;
  }
  const place = placeProblem(request.landscape, request.spacetime);
  if (place !== undefined) {
    return place;
  }
  const unpredicted = request.expansion && unpredictedProblem(request.landscape, request.spacetime);
  if (unpredicted !== undefined) {
    return unpredicted;
  }
  if (request.numbers.length === 0) {
    return `there is nothing to observe; name an observable, such as ${defaultObservable.name}`;
  }
  const products = productProblem(request.numbers);
  if (products !== undefined) {
    return products;
  }
  const quantities = observedOf(request.numbers)
    .flatMap(({ combination }) => combination)
    .map(({ quantity }) => quantity);
  const without = sides.find((side) => !hasTrainingPoints(side));
  if (without !== undefined && quantities.some(({ kind }) => kind === "training_loss")) {
    return `${without.optimiser} has no training points, whose loss could be measured; observe another`;
  }
  if (quantities.some(({ kind }) => kind === "error_rate") && classifierIn(request.landscape) === undefined) {
    return `landscape "${request.landscape.name}" has no error rate: no large one of a cross entropy is; observe another number`;
  }
  const orders = ordersProblem(quantities, request.expansion);
  if (orders !== undefined) {
    return orders;
  }
  const weights = quantities.flatMap((quantity) =>
    quantity.kind === "weight_displacement" ? [quantity.weight] : [],
  );
  const controls = controlProblem(request);
  if (controls !== undefined) {
    return controls;
  }
  const missing = weights.find((weight) => request.landscape.weights[weight] === undefined);
  return missing === undefined
    ? undefined
    : `landscape "${request.landscape.name}" has no weight number ${missing}`;
}

function classifierIn(landscape: AnyLandscape): Classifier | undefined {
  return isWritten(landscape) ? undefined : classifierOf(landscape.whole);
}

/** How many sources of data a landscape has, at most. */
function sourcesIn(landscape: AnyLandscape): number {
  return isWritten(landscape)
    ? landscape.data.length
    : landscape.whole.data.reduce(
        (sum, source) => sum + (source.kind === "rows" ? 1 : sizeOf(source.shape)),
        0,
      );
}

/** The line that says so of something. */
export function onProcessorAlone(what: string): string {
  return `${what} is simulated on the processor alone; choose ${processor.name}, or leave the choice open`;
}

/** Makes a request ready. Throws one line when the request is wrong. */
export function planSimulation(given: SimulationRequest, form: PlanForm = "instructions"): SimulationPlan {
  const problem = requestProblem(given);
  if (problem !== undefined) {
    throw new SimulationError(problem);
  }
  const { spacetime } = given;
  if (isDifference(spacetime)) {
    throw new SimulationError(onProcessorAlone(formatSpaceTime(spacetime)));
  }
  const { covariancePenalty, gapPenalty, noise } = ruleOf(spacetime);
  const isAlone =
    [covariancePenalty, gapPenalty, noise].some((one) => one !== undefined) || isFlow(spacetime);
  const isOnProcessor = isAlone || hasHyperWeights(given.landscape);
  if (isOnProcessor && form === "calls") {
    const what = !isAlone
      ? `descent of hyper weights, which landscape "${given.landscape.name}" has,`
      : gapPenalty === undefined
        ? optimiserOf(spacetime).name
        : formatSpaceTime(spacetime);
    throw new SimulationError(onProcessorAlone(what));
  }
  const request = { ...given, landscape: simulatedLandscape(given.landscape, spacetime) };
  const losses = lossesOf(request.landscape);
  const columns = columnsOf(request);
  const quantities = measuredOf(columns).flatMap(({ combination }) =>
    combination.map(({ quantity }) => quantity),
  );
  const measures = (kind: Quantity["kind"]) => quantities.some((quantity) => isWhole(quantity, kind));
  const measuresOrders = (kind: Quantity["kind"]) =>
    quantities.some((quantity) => quantity.kind === kind && orderOf(quantity) !== undefined);
  const measuresTest = measures("expected_loss");
  const measuresTrain = measures("training_loss");
  const functions = functionsOf(form);
  const test = measuresTest ? testLossOf(request, functions, pilotPlan) : undefined;
  const { points, batch, epochs, order } = scheduleOf(spacetime);
  const step = stepSize(spacetime, request.eta);
  const expansion = request.expansion && new DescentExpansion(losses, request.expansion);
  const orders: OrderPrograms | undefined = expansion && {
    displacements: expansion.displacements,
    ...(measuresOrders("training_loss") ? { training: expansion.training(functions) } : {}),
  };
  const ofState = stateProgram(quantities, losses, expansion, functions);
  const plan: SimulationPlan = {
    states: [
      ...losses.weights.map(({ start }) => ({ start })),
      ...Array.from({ length: expansion?.registers ?? 0 }, () => ({ start: 0 })),
    ],
    weights: losses.weights.length,
    ...(orders === undefined ? {} : { orders }),
    ...(ofState === undefined ? {} : { ofState }),
    data: losses.data,
    sources: losses.sources,
    ...descentPrograms(losses, {
      ...{ form, step, batch, expansion, covariancePenalty },
      gapPenalty: gapPenalty && { time: step * gapPenalty.updates },
    }),
    loss: measuresTrain ? losses.loss(functions) : undefined,
    closed: test?.closed,
    sampled: test?.sampled ?? [],
    ...(test?.check === undefined ? {} : { check: test.check }),
    columns,
    points,
    batch,
    batchesPerEpoch: points / batch,
    epochs,
    reshuffled: order === "reshuffled",
    stored: measuresTrain || orders?.training !== undefined || epochs > 1,
    rate: step / batch,
    ...(noise === undefined ? {} : { drawsNoise: true as const }),
  };
  if (request.controls === undefined) {
    return plan;
  }
  if (form === "calls") {
    throw new SimulationError("controls need double precision; leave them out, or simulate on the processor");
  }
  return withChosenControls(plan, { ...request, spacetime }, request.controls);
}

/**
 * The controls that make a run of a request's numbers as cheap as can be for its precision, in their order; undefined where plain
 * trials are, and on landscapes that are not written with scalars. No number may be a product. They depend on the landscape, the space-time, the rate, the numbers and the seed alone.
 */
export function controlsOf(request: AnyRequest): ControlFit | undefined {
  return isWrittenRequest(request) ? wholly(chooseControls(request, planSimulation)) : undefined;
}

/**
 * The controls of some numbers that a run's trials measure, unless finding them takes more instructions than these trials do. It
 * yields now and then. Of a difference both descents have some, but a flow, or neither: what of one is left alone is what
 * both have in common.
 * @param numbers of which there are to be controls, in their order.
 */
export function* controlsOfRun(
  run: AnyRequest,
  numbers: AnyRequest["numbers"],
): Generator<void, Controls | undefined, void> {
  if (!isWrittenRequest(run)) {
    return undefined;
  }
  const { expansion: _, controls: __, minusControls: ___, ...request } = run;
  const found: (ControlFit | undefined)[] = [];
  for (const spacetime of sidesOf(run.spacetime)) {
    if (isFlow(spacetime)) {
      found.push(undefined);
      continue;
    }
    const instructions = run.trials * trialInstructions(planSimulation({ ...run, spacetime }));
    const fit = yield* chooseControls({ ...request, spacetime, numbers }, planSimulation, instructions);
    if (fit === undefined) {
      return undefined;
    }
    found.push(fit);
  }
  const [controls, minusControls] = found;
  return controls === undefined && minusControls === undefined
    ? undefined
    : {
        ...(controls === undefined ? {} : { controls }),
        ...(minusControls === undefined ? {} : { minusControls }),
      };
}

const pilotPlan: PilotPlanner = ({ expansion: _, controls: __, ...request }) => planSimulation(request);
