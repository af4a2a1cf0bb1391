import { hasHyperWeights, type Landscape } from "../../landscape/index.js";
import { isDifference, isFlow, ruleOf, scheduleOf, stepSize } from "../../optimisers/index.js";
import { observedOf } from "../column.js";
import { trialInstructions } from "../cost.js";
import { simulatedLandscape } from "../noise.js";
import type { SimulationRequest } from "../request.js";
import type { SimulationPlan } from "../simulation-plan.js";
import { batchLaw } from "./data-law.js";
import { fitControls } from "./fit.js";
import type { Law } from "./law.js";
import { type ControlFit, type ControlledState, controlledState, variablesOf } from "./model.js";
import { type ControlledPlan, controlColumn, withControls } from "./plan.js";
import { monomialCount } from "./polynomials.js";
import { rowWidth } from "./programs.js";
import { measureTrials, recordTrials } from "./recorded.js";

/** Trials of these pilots have numbers that no run's have, nor pilots of other kinds (docs/streams.md). */
const firstOfFit = 2 ** 53 + 2 ** 32;
const firstOfChoice = 2 ** 53 + 2 ** 33;

const degrees = [2, 3, 4] as const;

const trials = { most: 4096, fewest: 256 } as const;
/** Trials that a fit must have for each coefficient. */
const trialsPerMonomial = 8;

/** Instructions of all trials of a pilot together that it should take, and may take. */
const instructions = { wanted: 2 ** 25, most: 2 ** 28 } as const;

/** Operations that the fit of a degree may take, and numbers that a pilot or the rows of a fit may hold. */
const most = { fitOperations: 2 ** 30, recorded: 2 ** 24, constants: 2 ** 20, program: 2 ** 12 } as const;

/** A variance is not seen to be smaller than this share of the plain one: it would be rounding. */
const leastShare = 1e-18;

/** How many standard errors controls of two degrees may be apart: both mean the same, unless the law of the data is not exact. */
const apart = 8;

interface Candidate {
  readonly fit: ControlFit;
  readonly plan: ControlledPlan;
  /** For each number the values of trials less their control. */
  readonly values: readonly Float64Array[];
  /** For each number the variance left, as a share of the plain one. */
  readonly shares: readonly number[];
  /** Instructions of a trial, as a share of a plain one's. */
  readonly cost: number;
}

/** What a fit of one degree is made with. */
interface Shape {
  readonly degree: number;
  readonly law: Law;
  /** How many of the pilot's trials it is fitted to. */
  readonly fitted: number;
  /** Instructions of the fit and of the pilot that judges it, about. */
  readonly instructions: number;
}

/**
 * The controls that make a run of this request's numbers as cheap as can be for its precision, by a pilot that they
 * are fitted to and another that judges them: the least variance times instructions. Undefined where plain trials are as good,
 * where states, points or pilots would be too large, or where all of it takes more instructions than it may. Beside these it
 * depends on the landscape, the space-time, the rate, the numbers and the seed, and not on how many trials there are. It yields now
 * and then, so that whoever waits may do something else, or stop.
 * @param mostInstructions those of pilots and fits together.
 */
export function* chooseControls(
  request: SimulationRequest,
  planOf: (request: SimulationRequest) => SimulationPlan,
  mostInstructions = Number.POSITIVE_INFINITY,
): Generator<void, ControlFit | undefined, void> {
  const { spacetime, eta, seed } = request;
  if (isDifference(spacetime)) {
    // Each descent has its own.
    return undefined;
  }
  const landscape = simulatedLandscape(request.landscape, spacetime);
  const { numbers } = request;
  const schedule = scheduleOf(spacetime);
  const { covariancePenalty, gapPenalty } = ruleOf(spacetime);
  const isPenalised = covariancePenalty !== undefined || gapPenalty !== undefined;
  if (isPenalised || isFlow(spacetime) || hasHyperWeights(landscape)) {
    // What they are fitted with are updates down the training loss alone, which nothing puts back.
    return undefined;
  }
  const state = controlledState(landscape, observedOf(numbers), schedule, stepSize(spacetime, eta));
  if (state === undefined || variablesOf(state) === 0) {
    return undefined;
  }
  const plan = planOf({ landscape, spacetime, eta, seed, numbers, trials: 1 });
  const carrying = withControls(plan, landscape, state, undefined);
  const count = pilotTrials(carrying);
  if (count === undefined || count * trialInstructions(carrying) > mostInstructions) {
    return undefined;
  }
  yield;
  const shapes = shapesOf(landscape, state, carrying, { numbers: numbers.length, count });
  const needed = shapes.reduce((sum, shape) => sum + shape.instructions, count * trialInstructions(carrying));
  if (needed > mostInstructions) {
    return undefined;
  }
  yield;
  const pilot = recordTrials(carrying, seed, firstOfFit, count);
  const candidates: Candidate[] = [];
  for (const { degree, law, fitted } of shapes) {
    const trialsOfFit = Math.min(fitted, pilot.trials);
    if (trialsOfFit < trialsNeeded(state, degree)) {
      break;
    }
    const fit = yield* fitControls(state, law, degree, pilot, trialsOfFit);
    yield;
    candidates.push(judged(plan, withControls(plan, landscape, state, fit), fit, seed, count));
  }
  const best = candidates.reduce<Candidate | undefined>(
    (one, other) => (scoreOf(other) < (one === undefined ? 0 : scoreOf(one)) ? other : one),
    undefined,
  );
  if (best === undefined || candidates.some((other) => other !== best && disagree(best, other))) {
    return undefined;
  }
  return helpful(best);
}

/** How many trials a pilot has; undefined when even few would take too long, or too much memory. */
function pilotTrials(plan: SimulationPlan): number | undefined {
  const perTrial = trialInstructions(plan);
  const recorded = plan.batchesPerEpoch * plan.states.length;
  let count: number = trials.most;
  while (
    count > trials.fewest &&
    (count * perTrial > instructions.wanted || count * recorded > most.recorded)
  ) {
    count /= 2;
  }
  return count * perTrial > instructions.most || count * recorded > most.recorded ? undefined : count;
}

function monomialsIn(state: ControlledState, degree: number): number {
  return monomialCount(variablesOf(state), degree);
}

function trialsNeeded(state: ControlledState, degree: number): number {
  return Math.max(trials.fewest / 2, trialsPerMonomial * monomialsIn(state, degree));
}

/** Of the degrees in their order, until one has too many coefficients, points or operations. */
function shapesOf(
  landscape: Landscape,
  state: ControlledState,
  carrying: SimulationPlan,
  { numbers, count }: { readonly numbers: number; readonly count: number },
): Shape[] {
  const shapes: Shape[] = [];
  for (const degree of degrees) {
    const monomials = monomialsIn(state, degree);
    const perTrial = state.updates * monomials * monomials;
    const fitted = Math.min(count, Math.floor(most.fitOperations / perTrial));
    const constants = state.updates * rowWidth(state, { degree, numbers });
    if (fitted < trialsNeeded(state, degree) || constants > most.constants) {
      break;
    }
    const law = batchLaw(landscape, state.features, state.batch, degree);
    const perUpdate = law && law.weights.length * monomials * numbers;
    if (perUpdate === undefined || perUpdate > most.program) {
      break;
    }
    const polynomials = state.updates * perUpdate;
    shapes.push({
      degree,
      law: law!,
      fitted,
      instructions: fitted * (perTrial + polynomials) + count * (trialInstructions(carrying) + polynomials),
    });
  }
  return shapes;
}

/** A fit, as a pilot of its own finds it. */
function judged(
  plain: SimulationPlan,
  plan: ControlledPlan,
  fit: ControlFit,
  seed: bigint | number,
  count: number,
): Candidate {
  const { columns } = plan;
  const measured = measureTrials(
    { ...plan, columns: [...columns, ...plan.controls.map(controlColumn)] },
    seed,
    firstOfChoice,
    count,
  );
  const values = columns.map((_, number) =>
    measured[number]!.map((value, trial) => value - measured[columns.length + number]![trial]!),
  );
  return {
    fit,
    plan,
    values,
    shares: values.map((own, number) => {
      const share = varianceOf(own) / varianceOf(measured[number]!);
      return Number.isNaN(share) ? 1 : Math.max(leastShare, share);
    }),
    cost: trialInstructions(plan) / trialInstructions(plain),
  };
}

function scoreOf({ shares, cost }: Candidate): number {
  return shares.reduce((sum, share) => sum + Math.log(Math.min(1, share) * cost), 0);
}

/** Whether the means that two candidates say of the same trials cannot be one and the same. */
function disagree(one: Candidate, other: Candidate): boolean {
  return one.values.some((values, number) => {
    const differences = values.map((value, trial) => value - other.values[number]![trial]!);
    const error = Math.sqrt(varianceOf(differences) / differences.length);
    const rounding = 1e-12 * Math.sqrt(meanOf(values.map((value) => value * value)));
    return Math.abs(meanOf(differences)) > apart * error + rounding;
  });
}

/** The fit with no control where it only adds to the variance. */
function helpful({ fit, shares }: Candidate): ControlFit {
  if (shares.every((share) => share < 1)) {
    return fit;
  }
  const coefficients = (fit.rows[0]!.length - 1 - 2 * fit.box.length) / fit.numbers;
  const first = 1 + 2 * fit.box.length;
  return {
    ...fit,
    rows: fit.rows.map((row) =>
      row.map((value, at) =>
        at >= first && shares[Math.floor((at - first) / coefficients)]! >= 1 ? 0 : value,
      ),
    ),
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (const value of values) {
    sum += (value - mean) * (value - mean);
  }
  return sum / values.length;
}
