/** A prediction of one number, with what it takes to judge it. */
export interface PredictedNumber {
  readonly predicted: number;
  /** Of a prediction that is estimated. */
  readonly standardError?: number;
  /** From how many independent samples. */
  readonly samples?: number;
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
  /** Present where the processor has such trials in single precision too. */
  readonly isSingleOnly?: true;
  /** Present where nothing is random, and one trial tells all: what it may be off by. */
  readonly exactness?: number;
}

/** Differences below this share of the numbers compared are rounding. */
const roundingShare = 1e-12;

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
