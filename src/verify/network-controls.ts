import { setImmediate } from "node:timers/promises";
import { loadCarriers } from "../engines/index.js";
import { type Descent, isFlow, ruleOf, sidesOf } from "../optimisers/index.js";
import type {
  AnyRequest,
  LargeRequest,
  RequestedNumber,
  SimulatedNumber,
  SimulationResult,
} from "../simulate/request.js";
import {
  type CostOfTest,
  costOfTest,
  findPathControls,
  mostOfExpectation,
  type PathControls,
  rowsOf,
} from "../simulate/tensors/index.js";
import {
  bestTestPoints,
  lossesOfPoints,
  pilotTrials,
  pointsOfPilots,
  type TestVariance,
  variancesOf,
} from "./choose-test-points.js";
import { labels } from "./number-parts.js";

/** Trials on streams that judge controls (docs/streams.md). */
const firstOfPilot = 2 ** 52 + 2 ** 34;

/** So many operations of arithmetic controls may take to find, whatever the trials do: some ten seconds. They are counted, never timed. */
const fewOperations = 2 ** 36;

/** Of each descent. */
type Fits = Pick<LargeRequest, "controls" | "minusControls">;

/** About so much sooner is done in single precision what is done in doubles. */
const gainOfSingle = 16;

/** The controls of a run on a large landscape. */
export interface NetworkControls {
  readonly fits: Fits;
  /** How many test points stand for the expected loss of its trials; all rows where undefined. */
  readonly testPoints: number | undefined;
}

/** How they are looked for. */
export interface ControlSearch {
  /** Simulates on the processor, and throws when it is to stop. */
  readonly simulate: (request: AnyRequest) => Promise<SimulationResult>;
  readonly signal?: AbortSignal | undefined;
  /** Whether trials with controls may have another number of test points. */
  readonly mayChoose: boolean;
}

/**
 * The controls of a run on a large landscape. They are used where a pilot says that with them the variance of what is observed is less for as many
 * operations, and where finding them takes no more than the trials do, or, where no orders are measured, little. What they are hangs on neither the number of trials nor a clock.
 * @param run its trials as they are without controls. @param numbers of which there are controls.
 * @param controlled what it measures with them.
 * @returns nothing where there are none, and when the signal has stopped it.
 */
export async function controlsOfNetwork(
  run: LargeRequest,
  numbers: readonly RequestedNumber[],
  controlled: readonly RequestedNumber[],
  search: ControlSearch,
): Promise<NetworkControls | undefined> {
  if (!Number.isFinite(rowsOf(run.landscape))) {
    return undefined;
  }
  const plain = costOfTest(run);
  const ofTrials = run.trials * operationsAt(plain, run.testPoints);
  // Verdicts are of orders where these are measured: for them controls do nothing.
  const most = run.expansion === undefined ? Math.max(fewOperations, ofTrials) : ofTrials;
  const losses = lossesOfPoints(run);
  const mayHavePoints = losses.length > 0 && plain.rows * plain.row > plain.trial;
  // Where orders are measured, test points are theirs too, and verdicts are of orders.
  const isFree = search.mayChoose && mayHavePoints && run.expansion === undefined;
  const hasTestPoints = isFree || run.testPoints !== undefined;
  const fits = await fitsOf(run, numbers, { hasTestPoints, most }, search.signal);
  if (fits === undefined) {
    return undefined;
  }
  const own: LargeRequest = { ...run, numbers: controlled, ...fits };
  const cost = costOfTest(own);
  const several = pointsOfPilots(cost);
  if (!isFree || several === 1) {
    const points = pointsWithin(run.testPoints, cost, search.mayChoose);
    if (points === "too many" || pilotTrials * operationsAt(cost, points) > most) {
      return undefined;
    }
    const pilot = pilotOf(withPoints(own, points), numbers);
    const { statistics, diverged } = await search.simulate(pilot.request);
    const { plain: without, controlled: less } = pilot.split(
      statistics.map(({ standardError, count }) => standardError ** 2 * count),
    );
    if (diverged > 0) {
      return undefined;
    }
    const price = operationsAt(cost, points) / operationsAt(plain, points);
    return isBetter(without, less, price) ? { fits, testPoints: points } : undefined;
  }
  const pilot = pilotOf(own, numbers);
  if (pilotTrials * (operationsAt(cost, 1) + operationsAt(cost, several)) > most) {
    return undefined;
  }
  const one = await search.simulate({ ...pilot.request, testPoints: 1 });
  const more = await search.simulate({ ...pilot.request, testPoints: several });
  if (one.diverged + more.diverged > 0) {
    // The mean of a control is 0 over all trials only.
    return undefined;
  }
  const { plain: without, controlled: less } = pilot.split(variancesOf(one, more, several));
  const ofLosses = less.filter((_, place) => losses.some(({ label }) => label === pilot.labels[place]));
  const { points } = bestTestPoints(ofLosses, cost);
  const price = operationsAt(cost, points) / operationsAt(plain, run.testPoints);
  return isBetter(varianceAt(without, run.testPoints), varianceAt(less, points), price)
    ? { fits, testPoints: points }
    : undefined;
}

/** As many test points as were chosen, or fewer where trials with controls may have no more. */
function pointsWithin(
  points: number | undefined,
  cost: CostOfTest,
  mayChoose: boolean,
): number | undefined | "too many" {
  const most = Math.max(1, Math.floor(mostOfExpectation / cost.point));
  return points === undefined || points <= most ? points : mayChoose ? most : "too many";
}

function withPoints({ testPoints: _, ...run }: LargeRequest, points: number | undefined): LargeRequest {
  return points === undefined ? run : { ...run, testPoints: points };
}

/** The controls of each descent that is no flow. */
async function fitsOf(
  run: LargeRequest,
  numbers: readonly RequestedNumber[],
  { hasTestPoints, most }: { readonly hasTestPoints: boolean; readonly most: number },
  signal: AbortSignal | undefined,
): Promise<Fits | undefined> {
  const sides = sidesOf(run.spacetime);
  const found: (PathControls | undefined)[] = [];
  for (const spacetime of sides) {
    if (isFlow(spacetime)) {
      found.push(undefined);
      continue;
    }
    const options = { hasTestPoints, mostOperations: most / sides.length };
    const controls = await foundOf({ ...run, spacetime }, numbers, options, signal);
    if (controls === undefined) {
      return undefined;
    }
    found.push(controls);
  }
  const [controls, minusControls] = found;
  return controls === undefined && minusControls === undefined
    ? undefined
    : { ...(controls && { controls }), ...(minusControls && { minusControls }) };
}

async function foundOf(
  request: LargeRequest & { readonly spacetime: Descent },
  numbers: readonly RequestedNumber[],
  options: Parameters<typeof findPathControls>[2],
  signal: AbortSignal | undefined,
): Promise<PathControls | undefined> {
  if (ruleOf(request.spacetime).noise !== undefined) {
    return undefined;
  }
  const single = await loadCarriers();
  // What is too large for single precision may be found in doubles, which take longer.
  const mostOperations = options.mostOperations / gainOfSingle;
  return (
    (await wholly(findPathControls(request, numbers, { ...options, single }), signal)) ??
    (await wholly(findPathControls(request, numbers, { ...options, mostOperations }), signal))
  );
}

async function wholly<Found>(
  steps: Generator<void, Found | undefined, void>,
  signal: AbortSignal | undefined,
): Promise<Found | undefined> {
  // What stops a run is heard of between steps only.
  while (!signal?.aborted) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    await setImmediate();
  }
  return undefined;
}

/** What a pilot measures: each number that has a control, plain and less it. */
interface Pilot {
  readonly request: AnyRequest;
  readonly labels: readonly string[];
  /** What is known of its numbers, apart. */
  split<Value>(values: readonly Value[]): {
    readonly plain: readonly Value[];
    readonly controlled: readonly Value[];
  };
}

function pilotOf({ expansion: _, ...own }: LargeRequest, numbers: readonly RequestedNumber[]): Pilot {
  const observed = numbers.filter((number): number is SimulatedNumber => "combination" in number);
  const less = observed.map((number, control) => ({
    ...number,
    label: labels.controlled(number.label),
    control,
  }));
  return {
    request: { ...own, numbers: [...observed, ...less], firstTrial: firstOfPilot, trials: pilotTrials },
    labels: observed.map(({ label }) => label),
    split: (values) => ({
      plain: values.slice(0, observed.length),
      controlled: values.slice(observed.length),
    }),
  };
}

/** Operations of a trial with so many test points, or with all rows. */
function operationsAt({ trial, row, rows, point }: CostOfTest, points: number | undefined): number {
  return trial + (points === undefined ? rows * row : points * point);
}

function varianceAt(variances: readonly TestVariance[], points: number | undefined): readonly number[] {
  return variances.map(({ ofTraining, ofTest }) => ofTraining + (points === undefined ? 0 : ofTest / points));
}

/** Whether variances times operations are less, all numbers together. @param price operations as a share of those without controls. */
function isBetter(without: readonly number[], less: readonly number[], price: number): boolean {
  const score = without.reduce((sum, variance, number) => {
    const share = less[number]! / variance;
    return sum + Math.log(Math.min(1, Number.isNaN(share) ? 1 : Math.max(leastShare, share)) * price);
  }, 0);
  return score < 0;
}

/** A variance is not seen to be smaller than this share of the plain one: it would be rounding. */
const leastShare = 1e-18;
