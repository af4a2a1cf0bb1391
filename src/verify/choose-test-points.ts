import { isWritten } from "../evaluate/any-landscape.js";
import { isExpectation } from "../observables/index.js";
import { orderOf } from "../simulate/orders.js";
import type { AnyRequest, RequestedNumber, SimulationResult } from "../simulate/request.js";
import { costOfTest, mostOfExpectation } from "../simulate/tensors/index.js";

/** Trials on streams that no run has (docs/streams.md); they tell a deviation to a tenth. */
const pilotTrials = 32;
const firstOfPilot = 2 ** 52 + 2 ** 33;

/** Test points of the second pilot, that with one tells apart what training points and what test points do. */
const pointsOfPilot = 16;

/**
 * How many test points stand for the expected loss of each trial, where a block leaves it open; `undefined` where all rows do. As many as make the
 * variance of the observed losses least, for the operations that trials take: with `v` the variance that trials have by themselves,
 * `w/n` what `n` test points add, and `c + n·d` the operations, `n² = w·c/(v·d)`. It hangs on neither the number of trials nor a clock.
 */
export async function testPointsOf(
  request: AnyRequest,
  simulate: (request: AnyRequest) => Promise<SimulationResult>,
): Promise<number | undefined> {
  const losses = request.numbers.filter(
    (number) =>
      "combination" in number &&
      isExpectation(number) &&
      number.combination.every(({ quantity }) => orderOf(quantity) === undefined),
  );
  if (isWritten(request.landscape) || losses.length === 0 || needAllRows(request.numbers)) {
    return undefined;
  }
  const { trial, row, rows, point } = costOfTest(request);
  if (rows * row <= trial) {
    return undefined;
  }
  const most = Math.max(1, Math.min(rows - 1, Math.floor(mostOfExpectation / point)));
  const { expansion: _, ...natural } = request;
  const pilot = { ...natural, numbers: losses, firstTrial: firstOfPilot, trials: pilotTrials };
  const several = Math.min(pointsOfPilot, most);
  if (several === 1) {
    return 1;
  }
  const [one, more] = [
    await simulate({ ...pilot, testPoints: 1 }),
    await simulate({ ...pilot, testPoints: several }),
  ];
  const wanted = losses.map((_, number) => {
    const [withOne, withSeveral] = [one, more].map(({ statistics }) => {
      const { standardError, count } = statistics[number]!;
      return standardError ** 2 * count;
    }) as [number, number];
    const ofTest = Math.max(0, (withOne - withSeveral) / (1 - 1 / several));
    const ofTraining = Math.max(0, withSeveral - ofTest / several);
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
    return undefined;
  }
  const points = Math.max(...wanted.map((one) => one.points));
  return Math.round(Math.max(1, Math.min(most, points)));
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
