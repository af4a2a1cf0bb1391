import { errorsWith, errorsWord, threeErrors } from "../runs/index.js";
import {
  type Doubt,
  doubtsOfTrials,
  hiddenByRounding,
  inconclusive,
  type Judgement,
  largerRate,
  type Outlook,
  precisionDoubt,
  trialsDoubt,
  withAdvice,
  wordsOfDrawing,
} from "./doubts.js";
import { fewestAlike, mostLeftOver } from "./judgement.js";
import { changeIn, differenceOf, type MeasuredNumber, type PredictedNumber } from "./verdict.js";
import { lostInNoise, many, share, short } from "./words.js";

/**
 * Judges a mean over trials as a whole: `disagrees` where it is off by more than three errors and the truncation, `inconclusive`
 * where the truncation is more than a quarter of what is predicted beyond order 0, or three errors hide the last order that is
 * not zero. With few trials it takes more than three to be as sure. A rounding floor widens both, and what lies between the two
 * widths is inconclusive: a verdict is never better than its numbers.
 */
export function judgeTotal(
  prediction: PredictedNumber,
  measurement: MeasuredNumber,
  outlook: Pick<Outlook, "rate" | "order" | "drawing">,
): Judgement {
  const { trials, standardError } = measurement;
  const lost = doubtsOfTrials(measurement);
  if (lost.length > 0) {
    return inconclusive(lost);
  }
  if (!Number.isFinite(measurement.measured) || !Number.isFinite(standardError)) {
    const reason =
      trials > 1
        ? "trials spread so far that their standard error is more than a double can hold (1.8e308); lower eta, or measure in larger units"
        : "one trial has no standard error; run more trials";
    return inconclusive([{ reason }]);
  }
  const { roundingFloor: floor = 0 } = measurement;
  const { truncation } = prediction;
  const between = differenceOf(prediction, measurement);
  const difference = Math.abs(between.difference);
  const { exactness } = measurement;
  const noise = exactness ?? errorsWith(trials, threeErrors) * standardError;
  const band = noise + truncation + between.rounding;
  const words = `${exactness === undefined ? `${errorsWord(trials, threeErrors)}s + ` : ""}τ = ${short(band)}`;
  const off = `measured and predicted differ by ${short(difference)}`;
  if (difference > band + floor && (standardError > 0 || trials >= fewestAlike || exactness !== undefined)) {
    return { verdict: "disagrees", reason: `${off}, more than ${words}${wordsOfDrawing(outlook)}` };
  }
  const doubts: Doubt[] = [];
  if (difference > band + floor) {
    const alike = `${off}, but all ${many(trials)} trials measured the same, which does not tell how far they spread`;
    doubts.push({ reason: `${alike}; ${fewestAlike} trials would`, trialsToDecide: fewestAlike });
  } else if (difference > band) {
    const what = `${off}, more than ${words}, but single precision errs by up to ${short(floor)}`;
    doubts.push(precisionDoubt(what, undefined, largerRate, measurement.isSingleOnly));
  }
  doubts.push(...doubtsOfTruncation(prediction, outlook), ...doubtsOfLast(prediction, measurement));
  return doubts.length > 0 ? inconclusive(doubts) : { verdict: "agrees", reason: `within ${words}` };
}

function doubtsOfTruncation(prediction: PredictedNumber, outlook: Pick<Outlook, "rate" | "order">): Doubt[] {
  const { truncation } = prediction;
  const change = Math.abs(changeIn(prediction));
  if (truncation <= mostLeftOver * change) {
    return [];
  }
  const size = Number.isFinite(truncation) ? `${share(truncation, change)} of it` : "no finite number";
  const what = `the prediction does not carry what is measured at this eta: τ of the orders beyond is ${size}`;
  return [withAdvice(what, outlook, truncation)];
}

function doubtsOfLast({ last }: PredictedNumber, measurement: MeasuredNumber): Doubt[] {
  if (last === undefined) {
    return [];
  }
  const { trials, standardError, roundingFloor: floor = 0 } = measurement;
  const size = Math.abs(last.predicted);
  const noise = standardError === 0 ? 0 : errorsWith(trials, threeErrors) * standardError;
  if (noise + floor <= size) {
    return [];
  }
  if (floor >= size) {
    return [hiddenByRounding(last.order, size, floor, measurement.isSingleOnly)];
  }
  const hides = lostInNoise(last.order, size, errorsWord(trials, threeErrors), noise);
  return [trialsDoubt(hides, trials * ((3 * standardError) / (size - floor)) ** 2)];
}
