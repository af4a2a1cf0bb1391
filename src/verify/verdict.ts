/** What a verification says of a prediction (LANGUAGE.md, Verdict). */
export type Verdict = "agrees" | "disagrees" | "inconclusive";

/** A prediction of one number, with what it takes to judge it. */
export interface PredictedNumber {
  readonly predicted: number;
  /** `τ`: the magnitude of the next order's total. */
  readonly truncation: number;
  /** The prediction an order lower; absent for a prediction of order 0. */
  readonly lower?: number;
}

/** A measured mean over trials. */
export interface MeasuredNumber {
  readonly measured: number;
  readonly standardError: number;
  readonly trials: number;
  /** Trials whose weights left the finite numbers. */
  readonly diverged: number;
  /** What the mean may be off by when trials were simulated in single precision; absent for double. */
  readonly roundingFloor?: number;
  /** Whether trials of single precision that diverged were seen to do so in double precision too. */
  readonly divergesInDouble?: boolean;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** One line saying why, and for an inconclusive run what would decide. */
  readonly reason: string;
  /** Trials that would decide an inconclusive run; absent when none would. */
  readonly trialsToDecide?: number;
  /** Present when rounding decides: then double precision, on the processor, would tell. */
  readonly needsPrecision?: true;
}

/** Differences below this share of the numbers compared are rounding. */
const roundingShare = 1e-12;

/**
 * Judges a measurement: `disagrees` when `|Δ| > 3s + τ`, `inconclusive` when `3s` hides the last order. A rounding floor
 * widens both, and what lies between the two widths is inconclusive: a verdict is never better than its numbers.
 */
export function judge(prediction: PredictedNumber, measurement: MeasuredNumber): Judgement {
  const { predicted, truncation, lower } = prediction;
  const { measured, standardError, trials, diverged, roundingFloor: floor = 0 } = measurement;
  if (diverged > 0 && measurement.roundingFloor !== undefined && !measurement.divergesInDouble) {
    return {
      verdict: "inconclusive",
      reason:
        `${diverged} of ${trials} trials left what single precision can hold; ` +
        "double precision (backend cpu) would tell whether they diverge",
      needsPrecision: true,
    };
  }
  if (diverged > 0) {
    return {
      verdict: "disagrees",
      reason: `${diverged} of ${trials} trials diverged, so there is no mean to compare; lower eta`,
    };
  }
  if (!Number.isFinite(predicted) || !Number.isFinite(measured)) {
    const which = Number.isFinite(predicted) ? "measurement" : "prediction";
    return { verdict: "disagrees", reason: `the ${which} is not finite; lower eta or the order` };
  }
  const difference = Math.abs(measured - predicted);
  const rounding = roundingShare * Math.max(Math.abs(measured), Math.abs(predicted));
  const band = 3 * standardError + truncation + rounding;
  if (difference > band && difference <= band + floor) {
    return {
      verdict: "inconclusive",
      reason:
        `measured and predicted differ by ${short(difference)}, more than 3s + τ = ${short(band)}, but single ` +
        `precision errs by up to ${short(floor)}; double precision (backend cpu) would tell`,
      needsPrecision: true,
    };
  }
  if (difference > band) {
    return {
      verdict: "disagrees",
      reason: `measured and predicted differ by ${short(difference)}, more than 3s + τ = ${short(band)}`,
    };
  }
  if (!Number.isFinite(standardError)) {
    return { verdict: "inconclusive", reason: "one trial has no standard error; run more trials" };
  }
  if (lower === undefined) {
    return { verdict: "agrees", reason: `within 3s + τ = ${short(band)}` };
  }
  const signal = Math.abs(predicted - lower);
  if (3 * standardError + floor > signal) return hidden({ signal, noise: 3 * standardError, floor, trials });
  return { verdict: "agrees", reason: `within 3s + τ = ${short(band)}` };
}

/** What to say where the noise `3s`, the rounding floor or both together hide the last order. */
function hidden({
  signal,
  noise,
  floor,
  trials,
}: Record<"signal" | "noise" | "floor" | "trials", number>): Judgement {
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
        "double precision (backend cpu) would tell",
      needsPrecision: true,
    };
  }
  const trialsToDecide = Math.ceil(trials * (noise / (signal - floor)) ** 2);
  const known = Number.isSafeInteger(trialsToDecide);
  const enough = known ? `about ${many(trialsToDecide)} trials` : "more trials than can be run";
  if (noise > signal) {
    return {
      verdict: "inconclusive",
      reason: `3s = ${short(noise)} hides the last order's ${short(signal)}; ${enough} would decide`,
      ...(known ? { trialsToDecide } : {}),
    };
  }
  return {
    verdict: "inconclusive",
    reason:
      `3s = ${short(noise)} and single precision's error of up to ${short(floor)} hide the last order's ` +
      `${short(signal)}; ${enough} or double precision (backend cpu) would decide`,
    needsPrecision: true,
    ...(known ? { trialsToDecide } : {}),
  };
}

function many(count: number): string {
  return count < 1e9 ? count.toLocaleString("en-US") : count.toExponential(1).replace("e+", "·10^");
}

function short(value: number): string {
  return value.toPrecision(3);
}
