import { errorsWith, errorsWord, processor, threeErrors } from "../runs/index.js";
import type { Judgement } from "./doubts.js";

/** A prediction of one number, with what it takes to judge it. */
export interface PredictedNumber {
  readonly predicted: number;
  /** `τ`: the magnitude of the next order's total. */
  readonly truncation: number;
  /**
   * The prediction in two parts: its order 0, and what the others add. So rounding of the one does not hide the other. When
   * absent, all of it is `change`.
   */
  readonly start?: number;
  readonly change?: number;
  /** The last order but order 0 that is not zero, where the total is all that is measured; absent where there is none. */
  readonly last?: { readonly order: number; readonly predicted: number };
  /** The change that is predicted an order lower; absent for a prediction of order 0. */
  readonly lower?: number;
}

/** A measured mean over trials. */
export interface MeasuredNumber {
  readonly measured: number;
  readonly standardError: number;
  readonly trials: number;
  /** Trials whose weights left the finite numbers. */
  readonly diverged: number;
  /** Trials that are in no mean since their expected loss could not be found where they ended, and why. */
  readonly unfound?: { readonly trials: number; readonly reason: string };
  /** The mean in two parts, as the prediction: where trials start, and how far they have gone. */
  readonly start?: number;
  readonly change?: number;
  /** What evaluating trials in doubles may have done to the mean. */
  readonly resolution?: number;
  /** What the mean may be off by when trials were simulated in single precision; absent for double. */
  readonly roundingFloor?: number;
  /** Whether trials of single precision that diverged were seen to do so in double precision too. */
  readonly divergesInDouble?: boolean;
}

/** Differences below this share of the numbers compared are rounding. */
const roundingShare = 1e-12;

/** Fewer trials that all measure the same say nothing of what others would: a value of one in ten is missed by so many once in 40,000 runs. */
const fewestAlike = 100;

/** Measured less predicted, and what of it rounding alone may have made. */
export interface Difference {
  readonly difference: number;
  readonly rounding: number;
}

/**
 * How far a measured number is from the prediction. Where descent starts both know the same number; what its rounding
 * leaves is no difference, and what is added to it is compared without it.
 */
export function differenceOf(prediction: PredictedNumber, measurement: MeasuredNumber): Difference {
  const { start: measuredStart = 0, change: measured = measurement.measured, resolution = 0 } = measurement;
  const { start: predictedStart = 0 } = prediction;
  const predicted = changeIn(prediction);
  const starts = measuredStart - predictedStart;
  const size = Math.max(Math.abs(measuredStart), Math.abs(predictedStart));
  return {
    difference: measured - predicted + (Math.abs(starts) <= roundingShare * size ? 0 : starts),
    rounding: roundingShare * Math.max(Math.abs(measured), Math.abs(predicted)) + resolution,
  };
}

/** What a prediction adds to order 0. */
export function changeIn({ predicted, change = predicted }: PredictedNumber): number {
  return change;
}

/** What the last order of a prediction adds, without its sign; infinite for a prediction of order 0. */
export function lastOrderOf(prediction: PredictedNumber): number {
  const { lower } = prediction;
  return lower === undefined ? Number.POSITIVE_INFINITY : Math.abs(changeIn(prediction) - lower);
}

/**
 * Judges a measurement: `disagrees` when `|Δ| > 3s + τ`, `inconclusive` when `3s` hides the last order; with few trials it
 * takes more than 3 to be as sure. A rounding floor widens both, and what lies between the two widths is inconclusive: a
 * verdict is never better than its numbers.
 */
export function judge(prediction: PredictedNumber, measurement: MeasuredNumber): Judgement {
  const { predicted, truncation } = prediction;
  const { measured, standardError, trials, diverged, roundingFloor: floor = 0 } = measurement;
  if (diverged > 0 && measurement.roundingFloor !== undefined && !measurement.divergesInDouble) {
    return {
      verdict: "inconclusive",
      reason:
        `${diverged} of ${trials} trials left what single precision can hold; ` +
        `double precision (backend ${processor.name}) would tell whether they diverge`,
      needsPrecision: true,
    };
  }
  if (diverged > 0) {
    return {
      verdict: "disagrees",
      reason: `${diverged} of ${trials} trials diverged, so there is no mean to compare; lower eta`,
    };
  }
  if (measurement.unfound !== undefined) {
    const { trials: unfound, reason } = measurement.unfound;
    return {
      verdict: "inconclusive",
      reason: `for ${unfound} of ${trials} trials the expected loss could not be found: ${reason}`,
    };
  }
  if (!Number.isFinite(predicted) || !Number.isFinite(measured)) {
    const which = Number.isFinite(predicted) ? "measurement" : "prediction";
    return { verdict: "disagrees", reason: `the ${which} is not finite; lower eta or the order` };
  }
  if (!Number.isFinite(standardError)) {
    const reason =
      trials > 1
        ? "trials spread so far that their standard error is more than a double can hold (1.8e308); lower eta, or measure in larger units"
        : "one trial has no standard error; run more trials";
    return { verdict: "inconclusive", reason };
  }
  const between = differenceOf(prediction, measurement);
  const difference = Math.abs(between.difference);
  const noise = errorsWith(trials, threeErrors) * standardError;
  const band = noise + truncation + between.rounding;
  const words = `${errorsWord(trials, threeErrors)}s + τ = ${short(band)}`;
  if (difference > band && difference <= band + floor) {
    return {
      verdict: "inconclusive",
      reason:
        `measured and predicted differ by ${short(difference)}, more than ${words}, but single ` +
        `precision errs by up to ${short(floor)}; double precision (backend ${processor.name}) would tell`,
      needsPrecision: true,
    };
  }
  if (difference > band && standardError === 0 && trials < fewestAlike) {
    return {
      verdict: "inconclusive",
      reason:
        `measured and predicted differ by ${short(difference)}, but all ${trials} trials measured the same, ` +
        `which does not tell how far they spread; ${fewestAlike} trials would`,
      trialsToDecide: fewestAlike,
    };
  }
  if (difference > band) {
    return {
      verdict: "disagrees",
      reason: `measured and predicted differ by ${short(difference)}, more than ${words}`,
    };
  }
  const signal = lastOrderOf(prediction);
  if (noise + floor > signal) {
    return hidden({ signal, standardError, floor, trials });
  }
  return { verdict: "agrees", reason: `within ${words}` };
}

/** What to say where the noise `3s`, the rounding floor or both together hide the last order. */
function hidden({
  signal,
  standardError,
  floor,
  trials,
}: Record<"signal" | "standardError" | "floor" | "trials", number>): Judgement {
  if (signal === 0) {
    return {
      verdict: "inconclusive",
      reason: "the prediction equals the one an order lower, so no number of trials tells them apart",
    };
  }
  if (floor >= signal) {
    return {
      verdict: "inconclusive",
      reason:
        `single precision errs by up to ${short(floor)}, which hides the last order's ${short(signal)}; ` +
        `double precision (backend ${processor.name}) would tell`,
      needsPrecision: true,
    };
  }
  const noise = errorsWith(trials, threeErrors) * standardError;
  const words = `${errorsWord(trials, threeErrors)}s = ${short(noise)}`;
  const trialsToDecide = trialsFor(signal - floor, standardError * Math.sqrt(trials));
  const known = Number.isSafeInteger(trialsToDecide);
  const enough = known ? `about ${many(trialsToDecide)} trials` : "more trials than can be run";
  if (noise > signal) {
    return {
      verdict: "inconclusive",
      reason: `${words} hides the last order's ${short(signal)}; ${enough} would decide`,
      ...(known ? { trialsToDecide } : {}),
    };
  }
  return {
    verdict: "inconclusive",
    reason:
      `${words} and single precision's error of up to ${short(floor)} hide the last order's ` +
      `${short(signal)}; ${enough} or double precision (backend ${processor.name}) would decide`,
    needsPrecision: true,
    ...(known ? { trialsToDecide } : {}),
  };
}

/** The fewest trials, at least two, whose band of three errors is no wider than this where a trial's deviation is known. */
function trialsFor(width: number, deviation: number): number {
  const isEnough = (trials: number) =>
    (errorsWith(trials, threeErrors) * deviation) / Math.sqrt(trials) <= width;
  let enough = 2;
  while (!isEnough(enough) && enough < Number.MAX_SAFE_INTEGER) {
    enough *= 2;
  }
  let few = enough / 2;
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) {
      enough = middle;
    } else {
      few = middle;
    }
  }
  return enough;
}

function many(count: number): string {
  return count < 1e9 ? count.toLocaleString("en-US") : count.toExponential(1).replace("e+", "·10^");
}

function short(value: number): string {
  return value.toPrecision(3);
}
