import { isWritten } from "../evaluate/any-landscape.js";
import { isExpectation } from "../observables/index.js";
import { orderOf } from "../simulate/orders.js";
import type { AnyRequest, RequestedNumber, SimulatedNumber, SimulationResult } from "../simulate/request.js";
import { type CostOfTest, costOfTest, mostOfExpectation } from "../simulate/tensors/index.js";

/** Trials on streams that no run has (docs/streams.md); they tell a deviation to a tenth. */
export const pilotTrials = 32;
const firstOfPilot = 2 ** 52 + 2 ** 33;

/** Test points of the second pilot, that with one tells apart what training points and what test points do. */
const pointsOfPilot = 16;

/** What the variance of a number is made of: what trials have by themselves, and what is divided by the number of test points. */
export interface TestVariance {
  readonly ofTraining: number;
  readonly ofTest: number;
}

/** How many test points are best for numbers. */
export interface BestTestPoints {
  /** `undefined`: all rows. */
  readonly points: number | undefined;
}

/**
 * The losses for which a number of test points is to be chosen. None where all rows stand for the expected loss in any case: they cost no
 * more than descent, or it varies with itself.
 */
export function lossesOfPoints({ landscape, numbers }: AnyRequest): readonly SimulatedNumber[] {
  return isWritten(landscape) || needAllRows(numbers)
    ? []
    : numbers.filter(
        (number): number is SimulatedNumber =>
          "combination" in number &&
          isExpectation(number) &&
          number.combination.every(({ quantity }) => orderOf(quantity) === undefined),
      );
}

/** The most test points that a trial may have. */
export function mostPoints({ rows, point }: CostOfTest): number {
  return Math.max(1, Math.min(rows - 1, Math.floor(mostOfExpectation / point)));
}

/** How many test points the second of two pilots has. */
export function pointsOfPilots(cost: CostOfTest): number {
  return Math.min(pointsOfPilot, mostPoints(cost));
}

/** The variances of numbers of which one pilot has a test point a trial, and another several. */
export function variancesOf(
  one: SimulationResult,
  more: SimulationResult,
  several: number,
): readonly TestVariance[] {
  return one.statistics.map((_, number) => {
    const [withOne, withSeveral] = [one, more].map(({ statistics }) => {
      const { standardError, count } = statistics[number]!;
      return standardError ** 2 * count;
    }) as [number, number];
    const ofTest = Math.max(0, (withOne - withSeveral) / (1 - 1 / several));
    return { ofTest, ofTraining: Math.max(0, withSeveral - ofTest / several) };
  });
}

/**
 * With `v` the variance that trials have by themselves, `w/n` what `n` test points add, and `c + n·d` the operations of a trial, the least
 * variance for so many operations has `n² = w·c/(v·d)`.
 */
export function bestTestPoints(variances: readonly TestVariance[], cost: CostOfTest): BestTestPoints {
  const { trial, row, rows, point } = cost;
  const wanted = variances.map(({ ofTraining, ofTest }) => {
    const isKnown = Number.isFinite(ofTest + ofTraining) && ofTest + ofTraining > 0;
    if (!isKnown) {
      // Where a pilot diverges: as long as descent takes.
      return { points: trial / point, areAllBetter: false };
    }
    return {
      points: Math.sqrt((ofTest * trial) / (ofTraining * point)),
      areAllBetter:
        (trial + rows * row) * ofTraining <= (Math.sqrt(trial * ofTraining) + Math.sqrt(point * ofTest)) ** 2,
    };
  });
  if (rows * row <= mostOfExpectation && wanted.some(({ areAllBetter }) => areAllBetter)) {
    return { points: undefined };
  }
  const points = Math.max(...wanted.map((one) => one.points));
  return { points: Math.round(Math.max(1, Math.min(mostPoints(cost), points))) };
}

/**
 * How many test points stand for the expected loss of each trial, where a block leaves it open; `undefined` where all rows do. As many as make the
 * variance of the observed losses least, for the operations that trials take. It hangs on neither the number of trials nor a clock.
 */
export async function testPointsOf(
  request: AnyRequest,
  simulate: (request: AnyRequest) => Promise<SimulationResult>,
): Promise<number | undefined> {
  const losses = lossesOfPoints(request);
  if (losses.length === 0) {
    return undefined;
  }
  const cost = costOfTest(request);
  if (cost.rows * cost.row <= cost.trial) {
    return undefined;
  }
  const { expansion: _, ...natural } = request;
  const pilot = { ...natural, numbers: losses, firstTrial: firstOfPilot, trials: pilotTrials };
  const several = pointsOfPilots(cost);
  if (several === 1) {
    return 1;
  }
  const one = await simulate({ ...pilot, testPoints: 1 });
  const more = await simulate({ ...pilot, testPoints: several });
  return bestTestPoints(variancesOf(one, more, several), cost).points;
}

/** Whether the test loss varies with itself: test points would be in that as training sets are. */
function needAllRows(numbers: readonly RequestedNumber[]): boolean {
  const isLoss = (place: number) => {
    const number = numbers[place]!;
    return (
      "combination" in number && number.combination.some(({ quantity }) => quantity.kind === "expected_loss")
    );
  };
  return numbers.some((number) => "pairs" in number && number.pairs.some((pair) => pair.every(isLoss)));
}
