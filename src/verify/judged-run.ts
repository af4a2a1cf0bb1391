import { isExpectation, type ObservedNumber } from "../observables/index.js";
import type { Run } from "../runs/index.js";
import { changeOf, type SimulationResult } from "../simulate/index.js";
import type { Outlook } from "./doubts.js";
import { type Floors, type LabelledPrediction, namesOf } from "./run-engines.js";
import type { VerifySpecification } from "./specification.js";
import { judgeTotal } from "./total.js";
import { differenceOf, judge, type MeasuredNumber } from "./verdict.js";

/** The trials at one learning rate. */
export interface Measured {
  readonly result: SimulationResult;
  /** Keys of what simulated, one after the other, and the last one's device. */
  readonly engines: readonly string[];
  readonly device: string;
  readonly floors: Floors;
}

/** What the numbers of one learning rate share. */
export interface JudgedRate {
  readonly specification: VerifySpecification;
  readonly eta: number;
  readonly seed: number;
  /** Trials that were asked for. */
  readonly wanted: number;
  /** One line on the descent itself, such as that it diverges by its learning rate. */
  readonly note: string | undefined;
}

/** A number as it is predicted. */
export interface PredictedOne extends LabelledPrediction {
  readonly number: ObservedNumber;
  readonly outlook: Outlook;
}

/** What is told of a number when its trials are done. */
export function judgedRun(
  { specification, eta, seed, wanted, note }: JudgedRate,
  { number, label, prediction, outlook }: PredictedOne,
  { result, engines, device, floors }: Measured,
): Run {
  const rounding = floors.get(label);
  const roundingFloor = rounding?.floor;
  const statistics = result.statistics.find((one) => one.label === label)!;
  const unfound = isExpectation(number) ? result.unfound : undefined;
  const { origin } = statistics;
  const measurement: MeasuredNumber = {
    measured: statistics.mean,
    start: origin.offset + origin.start,
    change: changeOf(statistics),
    resolution: origin.resolution,
    standardError: statistics.standardError,
    trials: result.trials,
    diverged: result.diverged,
    ...(unfound === undefined ? {} : { unfound }),
    ...(rounding === undefined ? {} : { roundingFloor: rounding.floor, divergesInDouble: rounding.diverges }),
  };
  const isTotal = specification.measure === "total";
  const judgement = isTotal ? judgeTotal(prediction, measurement, outlook) : judge(prediction, measurement);
  const between = differenceOf(prediction, measurement);
  const mean = { measured: finite(statistics.mean), standardError: finite(statistics.standardError) };
  const run: Run = {
    verify: specification.name,
    eta,
    observable: label,
    predicted: prediction.predicted,
    truncation: prediction.truncation,
    ...mean,
    ...(isTotal ? { orders: null, remainder: null, plain: mean } : {}),
    difference: finite(between.difference),
    rounding: finite(between.rounding),
    trials: result.trials,
    diverged: result.diverged,
    ...(unfound === undefined ? {} : { unfound: unfound.trials }),
    steps: result.steps,
    ...judgement,
    ...(roundingFloor === undefined ? {} : { roundingFloor: Math.min(roundingFloor, Number.MAX_VALUE) }),
    backend: namesOf(engines),
    device,
    seed,
    stepsPerSecond: Math.round(result.steps / Math.max(result.seconds, 1e-6)),
    ...(result.trials < wanted ? { cancelled: true as const } : {}),
  };
  return withNote(run, note);
}

export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function withNote(run: Run, note: string | undefined): Run {
  // Within an estimate that overflows, anything would agree.
  const judged: Run =
    run.verdict === "agrees" && !Number.isFinite(run.truncation)
      ? {
          ...run,
          verdict: "inconclusive",
          reason:
            "the truncation estimate is not finite, so nothing tells a right prediction; lower eta or the order",
        }
      : run;
  return note === undefined ? judged : { ...judged, reason: `${judged.reason}; ${note}`, note };
}
