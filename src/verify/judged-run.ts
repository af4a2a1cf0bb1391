import { isExpectation, type ObservedNumber } from "../observables/index.js";
import type { Run } from "../runs/index.js";
import { changeOf, type ObservableStatistics, type SimulationResult } from "../simulate/index.js";
import { type Estimate, estimateOf } from "./controlled.js";
import type { Judgement, Outlook } from "./doubts.js";
import { exactnessOf, finite, isSingleOnly, type Measured } from "./measured.js";
import type { ErrorsExist } from "./moments.js";
import { judgedOrders, ordersMeasured, statisticsOfBlock } from "./order-run.js";
import { type LabelledPrediction, namesOf } from "./run-engines.js";
import type { VerifySpecification } from "./specification.js";
import { judgeTotal } from "./total.js";
import { differenceOf, type MeasuredNumber } from "./verdict.js";

/** What the numbers of one learning rate share. */
export interface JudgedRate {
  readonly specification: VerifySpecification;
  readonly eta: number;
  readonly seed: number;
  /** Trials that were asked for. */
  readonly wanted: number;
  readonly errorExists: ErrorsExist;
  /** One line on the descent itself, such as that it diverges by its learning rate. */
  readonly note: string | undefined;
}

/** A number of a run, as it is predicted where it is. */
export interface NumberOfRun extends LabelledPrediction {
  readonly number: ObservedNumber;
  /** There where a prediction is. */
  readonly outlook?: Outlook;
}

/** Of a number that is measured only. */
const unjudged = {
  verdict: null,
  reason: "",
  truncation: null,
  orders: null,
  remainder: null,
} as const;

/** What is told of all numbers of a learning rate when its trials are done. */
export function judgedRuns(rate: JudgedRate, predictions: readonly NumberOfRun[], measured: Measured): Run[] {
  const { specification } = rate;
  const known = ordersMeasured(
    predictions.flatMap(({ number, orders }) =>
      orders === undefined ? [] : [{ number, predicted: orders }],
    ),
    measured,
    rate.errorExists,
  );
  const statistics = statisticsOfBlock(known, specification.rates ?? specification.etas.length);
  return predictions.map((one) => {
    const { result } = measured;
    const estimate = estimateOf(one.label, result, isOfAll(result), measured.floors);
    const orders = known.find(({ number }) => number === one.number);
    const { prediction, outlook } = one;
    const judged =
      prediction === undefined || outlook === undefined
        ? unjudged
        : orders === undefined
          ? judgedTotal({ ...one, prediction, outlook }, estimate.plain, measured, specification)
          : judgedOrders(orders, measured, statistics, outlook, specification);
    const notes = [rate.note, estimate.note].filter((note) => note !== undefined);
    return withNote({ ...factsOf(rate, one, estimate, measured), ...judged }, notes);
  });
}

/** Whether every trial is in the means. */
export function isOfAll({ diverged, unfound }: Pick<SimulationResult, "diverged" | "unfound">): boolean {
  return diverged === 0 && unfound === undefined;
}

/** What is told of a number but what it is judged by. */
function factsOf(
  { specification, eta, seed, wanted }: JudgedRate,
  { label, number, prediction }: NumberOfRun,
  { best, plain }: Estimate,
  { result, engines, device, floors, testPoints, errorRate }: Measured,
): Omit<Run, "verdict" | "reason" | "truncation"> {
  const { metric } = specification.landscape;
  const roundingFloor = floors.get(label)?.floor;
  const unfound = isExpectation(number) ? result.unfound : undefined;
  const between = prediction && differenceOf(prediction, measuredNumber(number, best, result));
  return {
    verify: specification.name,
    ...(specification.with === undefined ? {} : { with: specification.with }),
    ...(metric === undefined ? {} : { metric }),
    eta,
    observable: label,
    predicted: prediction?.predicted ?? null,
    ...(prediction?.standardError === undefined ? {} : { predictedError: prediction.standardError }),
    ...(prediction?.samples === undefined ? {} : { predictedSamples: prediction.samples }),
    ...meanOf(best),
    plain: meanOf(plain),
    difference: between === undefined ? null : finite(between.difference),
    rounding: between === undefined ? null : finite(between.rounding),
    trials: result.trials,
    diverged: result.diverged,
    ...(unfound === undefined ? {} : { unfound: unfound.trials }),
    ...(testPoints === undefined || !isExpectation(number) ? {} : { testPoints }),
    ...(errorRate === undefined ? {} : { errorRate }),
    steps: result.steps,
    ...(roundingFloor === undefined ? {} : { roundingFloor: Math.min(roundingFloor, Number.MAX_VALUE) }),
    backend: namesOf(engines),
    device,
    seed,
    stepsPerSecond: Math.round(result.steps / Math.max(result.seconds, 1e-6)),
    ...(result.trials < wanted ? { cancelled: true as const } : {}),
  };
}

/** A mean is no surer than a double: its error is half a unit in its last place at least, unless all trials are alike. */
function meanOf({ mean, standardError }: ObservableStatistics): NonNullable<Run["plain"]> {
  const least = standardError === 0 ? 0 : Math.abs(mean) * 2 ** -53;
  return { measured: finite(mean), standardError: finite(Math.max(standardError, least)) };
}

function measuredNumber(
  number: ObservedNumber,
  statistics: ObservableStatistics,
  { trials, diverged, unfound }: SimulationResult,
): MeasuredNumber {
  const { origin } = statistics;
  return {
    measured: statistics.mean,
    start: origin.offset + origin.start,
    change: changeOf(statistics),
    resolution: origin.resolution,
    standardError: statistics.standardError,
    trials,
    diverged,
    ...(unfound === undefined || !isExpectation(number) ? {} : { unfound }),
  };
}

/** Of a number whose orders are not measured. */
function judgedTotal(
  { label, number, prediction, outlook }: Required<Omit<NumberOfRun, "orders">>,
  statistics: ObservableStatistics,
  measured: Measured,
  specification: VerifySpecification,
): Judgement & Pick<Run, "orders" | "remainder" | "truncation"> {
  const { result, floors, isExact } = measured;
  const rounding = floors.get(label);
  const measurement: MeasuredNumber = {
    ...measuredNumber(number, statistics, result),
    ...(isExact === undefined ? {} : { exactness: exactnessOf(statistics.mean) }),
    ...(rounding === undefined ? {} : { roundingFloor: rounding.floor, divergesInDouble: rounding.diverges }),
    ...(isSingleOnly(measured, specification) ? { isSingleOnly: true } : {}),
  };
  return {
    ...judgeTotal(prediction, measurement, outlook),
    truncation: prediction.truncation,
    orders: null,
    remainder: null,
  };
}

function withNote(run: Run, notes: readonly string[]): Run {
  const note = notes.join("; ");
  return notes.length === 0
    ? run
    : { ...run, reason: [run.reason, note].filter((part) => part !== "").join("; "), note };
}
