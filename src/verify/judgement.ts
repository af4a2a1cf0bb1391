import { counted } from "../printable/index.js";
import { errorsWith, sharedBy, threeErrors } from "../runs/index.js";
import {
  type Doubt,
  doubtsOfTrials,
  hiddenByRounding,
  inconclusive,
  type Judgement,
  type Outlook,
  type TrialsCounted,
  trialsDoubt,
  withAdvice,
  wordsOfDrawing,
} from "./doubts.js";
import { isZero, type PredictedOrder } from "./predicted-orders.js";
import { trialsForSkewness, withoutSkewness } from "./skewness.js";
import { listed, lostInNoise, share, short } from "./words.js";

/** One order as trials measured it. */
export interface MeasuredOrder {
  readonly measured: number;
  /** 0 where all trials measure the same. */
  readonly standardError: number;
  readonly skewness: number;
  /** Trials in the mean. */
  readonly count: number;
  /** How trials on streams of their own spread, of which there are enough to see rare ones; absent where none were run. */
  readonly pilot?: { readonly deviation: number; readonly skewness: number };
  /** Whether the data have the moments that the expectation of the error takes. */
  readonly errorExists: boolean;
  /** What the mean may be off by when an engine of single precision measured it. */
  readonly roundingFloor?: number;
  /** Present where nothing is random, and one trial tells all: what it may be off by. */
  readonly exactness?: number;
}

/** What trials measured of a number order by order. */
export interface MeasuredOrders extends TrialsCounted {
  /** From order 0 on; `null` for one that was not measured. */
  readonly orders: readonly (MeasuredOrder | null)[];
  /** The mean over trials of the observable less its orders. */
  readonly remainder: {
    readonly measured: number;
    readonly standardError: number;
    /** What it may be off by in single precision; absent for double. */
    readonly roundingFloor?: number;
  };
  /** All numbers with an error that are compared in the `verify` block: orders, observables, learning rates. */
  readonly statistics: number;
  /** Present where nothing is random: what the number may be off by. */
  readonly exactness?: number;
  /** The probability with which a trial meets the rarest outcome of the data, where outcomes are few. */
  readonly rarest?: number;
}

/** More than this share of what lies beyond order 0 may not be left over. */
export const mostLeftOver = 1 / 4;

/** Fewer trials that all measure the same say nothing of what others would. */
export const fewestAlike = 100;

/** An order beside its prediction. */
interface Compared {
  readonly order: number;
  readonly predicted: PredictedOrder;
  readonly measured: MeasuredOrder;
  /** What the two may differ by without any noise. */
  readonly floor: number;
}

/**
 * Judges each order of a number by itself, and whether they carry what was measured. `disagrees` where an order that was
 * measured from enough trials is further off than its error and its floor allow; `inconclusive` where trials diverged, too
 * much is left over, or an order is not known well enough; else `agrees`. The next order's size makes no verdict.
 */
export function judgeOrders(
  predicted: readonly PredictedOrder[],
  measurement: MeasuredOrders,
  outlook: Outlook,
): Judgement {
  const isExact = measurement.exactness !== undefined;
  if (measurement.trials < 2 && !isExact) {
    return { verdict: "inconclusive", reason: "one trial has no standard error; run more trials" };
  }
  const compared = comparedOrders(predicted, measurement);
  const level = sharedBy(measurement.statistics, threeErrors);
  const errors: Errors = (one) => (isExact ? 0 : errorsWith(countOf(one, measurement.trials), level));
  const wrong = compared.filter(
    (one) =>
      one.measured.count === measurement.trials &&
      isTrusted(one, measurement) &&
      !agrees(one, errors) &&
      // What is asked last takes an evaluation.
      !agrees({ ...one, floor: one.floor + outlook.rounding(one.order) }, errors),
  );
  if (wrong.length > 0) {
    return {
      verdict: "disagrees",
      reason: wordsOfWrong(wrong, errors, outlook),
      wrongOrder: wrong[0]!.order,
    };
  }
  const doubts = [
    ...doubtsOfTrials(measurement),
    ...doubtsOfRest(predicted, measurement, outlook),
    ...doubtsOfOrders(predicted, measurement, compared),
  ];
  if (doubts.length > 0) {
    return inconclusive(doubts);
  }
  return { verdict: "agrees", reason: wordsOfAgreement(predicted, measurement, outlook) };
}

function comparedOrders(
  predicted: readonly PredictedOrder[],
  { orders }: Pick<MeasuredOrders, "orders">,
): Compared[] {
  const spread = spreadOfOrders(orders);
  return predicted.flatMap((order, at) => {
    const measured = orders[at] ?? null;
    if (measured === null) {
      return [];
    }
    const integrals = order.exact === undefined ? 0 : Math.abs(order.predicted - order.exact);
    const { roundingFloor = 0, exactness = 0 } = measured;
    const rounding = 1e-10 * order.magnitude + 1e-13 * spread + roundingFloor + exactness;
    return [{ order: order.order, predicted: order, measured, floor: rounding + integrals }];
  });
}

/** The sum of the root mean squares, over trials, of orders from the first on. */
function spreadOfOrders(orders: MeasuredOrders["orders"]): number {
  return orders.slice(1).reduce((sum, order) => (order === null ? sum : sum + rootMeanSquare(order)), 0);
}

function rootMeanSquare({ measured, standardError, count }: MeasuredOrder): number {
  return Number.isFinite(standardError) ? Math.hypot(measured, standardError * Math.sqrt(count - 1)) : 0;
}

/** Trials that meet the rarest outcome of the data before what is alike in all of them is what others would be. */
const fewestMeetings = 10;

/** Whether the error of an order says how far its mean may be off. */
function isTrusted(one: Compared, facts: Pick<MeasuredOrders, "rarest">): boolean {
  return hasError(one) && one.measured.count >= trialsForError(one, facts);
}

function hasError({ measured }: Compared): boolean {
  const { skewness, standardError, pilot } = measured;
  const known = [measured.measured, standardError, skewness, pilot?.skewness ?? 0];
  if (isTooSmall(measured.measured)) {
    return measured.exactness !== undefined;
  }
  // What is the same in all trials needs no moments.
  const exists = measured.errorExists || (standardError === 0 && (pilot?.deviation ?? 0) === 0);
  return exists && known.every(Number.isFinite);
}

/** Squares and cubes of smaller numbers lose their digits. */
const smallest = 1e-90;

/** Whether a measured order is so small that a double does not hold what its error is found from. */
function isTooSmall(measured: number): boolean {
  return measured !== 0 && Math.abs(measured) < smallest;
}

/** So many trials its error takes to be trusted. */
function trialsForError(one: Compared, { rarest }: Pick<MeasuredOrders, "rarest">): number {
  const { measured, standardError, skewness, count, pilot, exactness } = one.measured;
  if (exactness !== undefined) {
    return 0;
  }
  // Rare trials may hide behind the floor of a prediction that is far from what was measured.
  const floor = differenceOf(one) <= one.floor ? one.floor : Math.min(one.floor, 1e-10 * Math.abs(measured));
  const isWithinFloor = (error: number) => error <= floor;
  // Beside a difference, trials that are all alike may have missed what makes it.
  const unmet = rarest === undefined || differenceOf(one) <= one.floor ? 0 : fewestMeetings / rarest;
  if (!isWithinFloor(standardError)) {
    return trialsForSkewness(Math.max(Math.abs(skewness), Math.abs(pilot?.skewness ?? 0)));
  }
  if (pilot !== undefined) {
    const isAlike = isWithinFloor(pilot.deviation / Math.sqrt(count));
    return Math.max(unmet, isAlike ? 0 : trialsForSkewness(pilot.skewness));
  }
  return isWithinFloor(differenceOf(one)) ? 0 : Math.max(unmet, fewestAlike);
}

function differenceOf({ predicted, measured }: Compared): number {
  return Math.abs(measured.measured - predicted.predicted);
}

/** Whether an order is as near to its prediction as its error and its floor allow. */
function agrees(one: Compared, errors: Errors): boolean {
  const { measured, predicted, floor } = one;
  const beyond = differenceOf(one) - floor;
  const error = errorOf(one);
  if (!(beyond > 0) || error === 0) {
    return !(beyond > 0);
  }
  const statistic = (Math.sign(measured.measured - predicted.predicted) * beyond) / error;
  // Of what skews trials the errors of estimates make less.
  const skewness = measured.skewness * (measured.standardError / error) ** 3;
  return Math.abs(withoutSkewness(statistic, skewness, measured.count)) <= errors(one);
}

/** How many errors an order may be off. */
type Errors = (one: Compared) => number;

/** Of the difference of an order from its prediction, which may have an error of its own. */
function errorOf({ measured, predicted }: Compared): number {
  return Math.hypot(measured.standardError, predicted.estimate?.standardError ?? 0);
}

/** Student's degrees of freedom by Welch's and Satterthwaite's rule, whole, and one more: what a mean of so many numbers has. */
function countOf({ measured, predicted }: Compared, trials: number): number {
  const { standardError = 0, samples = 2 } = predicted.estimate ?? {};
  const [ofTrials, ofSamples] = [measured.standardError ** 2, standardError ** 2];
  return ofSamples === 0
    ? trials
    : 1 +
        Math.floor(
          (ofTrials + ofSamples) ** 2 / (ofTrials ** 2 / (trials - 1) + ofSamples ** 2 / (samples - 1)),
        );
}

function wordsOfWrong(wrong: readonly Compared[], errors: Errors, outlook: Outlook): string {
  const [first, ...others] = wrong;
  const { order, measured, predicted } = first!;
  const also =
    others.length === 0
      ? ""
      : `, and so ${others.length === 1 ? "does order" : "do orders"} ${listed(others.map((one) => String(one.order)))}`;
  const named = wrong
    .map((one) => ({ one, lacks: outlook.lacking(one.order) }))
    .filter(({ lacks }) => lacks.length > 0)
    .map(({ one, lacks }) => `; ${others.length === 0 ? "it" : `order ${one.order}`} lacks ${listed(lacks)}`)
    .join("");
  const [error, allowed] =
    measured.exactness === undefined
      ? [` ± ${short(measured.standardError)}`, `${errors(first!).toPrecision(3)} errors are allowed`]
      : ["", "nothing is random"];
  // What a prediction by names lacks is the likelier reason.
  const tails = named === "" ? wordsOfDrawing(outlook) : "";
  const estimated = predicted.estimate === undefined ? "" : ` ± ${short(predicted.estimate.standardError)}`;
  return (
    `order ${order} disagrees${also}: measured ${short(measured.measured)}${error}, ` +
    `predicted ${short(predicted.predicted)}${estimated}, where ${allowed}${named}${tails}`
  );
}

/** What lies beyond order 0, as far as it was measured. */
function beyondStart({ orders, remainder }: MeasuredOrders): number {
  return orders.slice(1).reduce((sum, order) => sum + (order?.measured ?? 0), remainder.measured);
}

/** Of a prediction that is 0 whatever the learning rate, as that of a difference of two that agree so far. */
const zerosCarryNothing =
  "all orders beyond 0 are predicted to be 0, which carries nothing at any eta; leave `predict` out to measure what is left over";

/** Whether the orders carry what was measured. */
function doubtsOfRest(
  predicted: readonly PredictedOrder[],
  measurement: MeasuredOrders,
  outlook: Outlook,
): Doubt[] {
  const { remainder, diverged, unfound, trials } = measurement;
  // Means of some trials only carry nothing.
  if (diverged > 0 || unfound !== undefined) {
    return [];
  }
  // Without an order what is left over is not known.
  if (predicted.some(({ order }) => (measurement.orders[order] ?? null) === null)) {
    return [];
  }
  const size = Math.abs(remainder.measured);
  if (!Number.isFinite(size) || !Number.isFinite(remainder.standardError)) {
    const reason = `trials spread so far that what ${trials} of them leave over has no error; lower eta`;
    return [{ reason }];
  }
  const beyond = Math.abs(beyondStart(measurement));
  const last = predicted.length - 1;
  const spread = spreadOfOrders(measurement.orders);
  const rounding = roundingOfRest(predicted, measurement);
  if (spread > 0 && remainder.standardError > Math.max(spread, rounding)) {
    // So few trials carry it that its mean says nothing.
    const what = `what is left over is lost in its noise, ${short(3 * remainder.standardError)}, which is more than all orders together: some trials run far off`;
    return [withAdvice(what, outlook, remainder.standardError)];
  }
  const isLarge = (known: number) => size - known > mostLeftOver * beyond;
  const known = 3 * remainder.standardError + rounding + (remainder.roundingFloor ?? 0);
  if (
    !isLarge(known) ||
    !isLarge(known + predicted.reduce((sum, { order }) => sum + outlook.rounding(order), 0))
  ) {
    return [];
  }
  const rest = `${share(size, beyond)} of it is left over`;
  const what = `order ${last} does not carry what was measured at this eta: ${rest}`;
  const isNothing = last > 0 && predicted.slice(1).every(isZero);
  const otherwise = isNothing ? zerosCarryNothing : undefined;
  return [withAdvice(what, outlook, remainder.measured, otherwise)];
}

/** What rounding leaves of an observable less its orders. */
function roundingOfRest(
  predicted: readonly PredictedOrder[],
  { orders, exactness = 0 }: MeasuredOrders,
): number {
  return 1e-13 * spreadOfOrders(orders) + 1e-14 * (predicted[0]?.magnitude ?? 0) + exactness;
}

/** Orders that are not known well enough. */
function doubtsOfOrders(
  predicted: readonly PredictedOrder[],
  facts: MeasuredOrders,
  compared: readonly Compared[],
): Doubt[] {
  const { orders, diverged, trials } = facts;
  // What would help is nothing to what diverged trials need.
  if (diverged > 0) {
    return [];
  }
  const doubts: Doubt[] = [];
  const missing = predicted.filter(({ order }) => (orders[order] ?? null) === null);
  if (missing.length > 0) {
    const names = listed(missing.map(({ order }) => String(order)));
    const which = missing.length === 1 ? `order ${names} was` : `orders ${names} were`;
    const what = `${which} not measured, since so many weights make it too costly`;
    doubts.push({ reason: `${what}; --measure total compares the total alone` });
  }
  const endless = compared.filter((one) => !hasError(one));
  if (endless.length > 0) {
    const one = endless[0]!;
    const why = isTooSmall(one.measured.measured)
      ? "is less than a double can hold; raise eta, or measure in smaller units"
      : one.measured.errorExists
        ? "is more than a double can hold; lower eta, or measure in larger units"
        : "has no finite expectation, so no number of trials would do; take data with lighter tails or a lower order";
    doubts.push({ reason: `the error of order ${one.order} ${why}` });
  }
  const known = compared.filter(hasError);
  const trialsFor = (one: Compared) => trialsForError(one, facts);
  const few = known.filter((one) => one.measured.count < trialsFor(one));
  if (few.length > 0) {
    const needed = Math.max(...few.map(trialsFor));
    const names = listed(few.map(({ order }) => String(order)));
    const what = few.length === 1 ? `the error of order ${names}` : `the errors of orders ${names}`;
    doubts.push(
      trialsDoubt(`${counted(trials, "trial is", "trials are")} too few for ${what} to be trusted`, needed),
    );
  }
  const last = predicted.findLast((one) => one.order > 0 && !isZero(one));
  const coarse = known.find(({ order }) => order === last?.order);
  if (coarse !== undefined) {
    doubts.push(...doubtOfLast(coarse, facts));
  }
  return doubts;
}

/** Whether the last order that is not zero can be told from zero. */
function doubtOfLast({ order, measured, predicted }: Compared, { isSingleOnly }: MeasuredOrders): Doubt[] {
  const size = Math.abs(predicted.predicted);
  const { standardError, count, roundingFloor = 0 } = measured;
  const noise = 3 * standardError;
  const ofEstimate = 3 * (predicted.estimate?.standardError ?? 0);
  if (ofEstimate > size) {
    const reason = `the estimate of order ${order}, ${short(size)}, is less than three of its errors, ${short(ofEstimate)}; predict from more samples`;
    return [{ reason }];
  }
  if (!(noise + roundingFloor > size)) {
    return [];
  }
  if (roundingFloor >= size) {
    return [hiddenByRounding(order, size, roundingFloor, isSingleOnly)];
  }
  const needed = count * (noise / (size - roundingFloor)) ** 2;
  return [trialsDoubt(lostInNoise(order, size, "three", noise), needed)];
}

function wordsOfAgreement(
  predicted: readonly PredictedOrder[],
  measurement: MeasuredOrders,
  outlook: Outlook,
): string {
  const last = predicted.length - 1;
  const { remainder } = measurement;
  const beyond = Math.abs(beyondStart(measurement));
  const size = Math.abs(remainder.measured);
  const noise = 3 * remainder.standardError + (remainder.roundingFloor ?? 0);
  const which = last === 0 ? "order 0 agrees" : `orders 0 to ${last} agree`;
  const rounding = roundingOfRest(predicted, measurement);
  // What is much beside the rest may be rounding of what cancels, which takes an evaluation to know.
  const isRounding = () =>
    size > mostLeftOver * beyond &&
    size <= rounding + predicted.reduce((sum, { order }) => sum + outlook.rounding(order), 0);
  if (size <= rounding || isRounding()) {
    return `${which}; nothing is left over`;
  }
  if (size <= noise && size + noise > beyond) {
    return `${which}; what is left over is lost in its noise`;
  }
  return size > noise || beyond === 0
    ? `${which}; ${share(size, beyond)} of what was measured beyond order 0 is left over`
    : `${which}; what is left over is less than ${share(size + noise, beyond)} of what was measured beyond order 0`;
}
