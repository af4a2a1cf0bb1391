import { SimulationError } from "../compile/error.js";
import {
  type AnyLandscape,
  isWritten,
  type LargeLandscape,
  type WrittenLandscape,
} from "../evaluate/any-landscape.js";
import type { ObservedNumber } from "../observables/index.js";
import type { SpaceTime } from "../optimisers/index.js";
import type { EngineName, processor } from "../runs/backends.js";
import type { ControlFit } from "./controls/model.js";
import type { ExactMoments } from "./exact-sum.js";
import { hexadecimalInteger, meanOf, mergeMoments, noMoments, standardErrorOf } from "./exact-sum.js";
import type { PathControls } from "./tensors/controls/model.js";
import { mergeUnfound, type UnfoundLosses } from "./unfound.js";

export type { UnfoundLosses } from "./unfound.js";

/**
 * A product of two numbers of the same trial, each less the center of its sums. Its mean is a covariance about these centers,
 * and its sum of squares that covariance's error; products of products are third moments and fourth powers.
 */
export interface ProductNumber {
  readonly label: string;
  /** Which of the numbers that stand before this one; they may be one and the same, and products too. */
  readonly product: readonly [number, number];
}

/**
 * A sum of products of two numbers of the same trial, each less the center of its sums. Its mean is a covariance about these
 * centers, to which an order of a covariance adds up.
 */
export interface PairedNumber {
  readonly label: string;
  /** Which of the numbers that are measured, all of which stand before this one; they may be one and the same. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Which of them is added to it, less its center: a control that is taken off. */
  readonly added?: number;
}

/**
 * An observed number, or what is left of it when a control is taken off: its mean is the same, its variance mostly far less. Its
 * combination is empty where it is a control alone, with the sign of what is taken off.
 */
export interface SimulatedNumber extends ObservedNumber {
  /** Which of the request's controls is taken off; none where it is absent. */
  readonly control?: number;
  /** What its sums are about; a number near where it starts where absent. */
  readonly center?: number;
}

export type RequestedNumber = SimulatedNumber | PairedNumber | ProductNumber;

/** How a trial is expanded about the start (THEORY §8). */
export interface ExpansionForm {
  /** The last order; 0 carries nothing along, and measures losses where trials start. */
  readonly order: number;
  /** Whether steps along the expected loss's curvature are of no order, as in rvalues; otherwise orders are those of uvalues. */
  readonly keepsCurvature: boolean;
}

/** The controls of a request, of each of its descents. */
export type Controls = Pick<AnyRequest, "controls" | "minusControls">;

/** What to simulate: independent trials of SGD on a landscape, each measured after its last update. */
export interface AnyRequest {
  readonly landscape: AnyLandscape;
  readonly spacetime: SpaceTime;
  readonly eta: number;
  /** What is measured of each trial, and then products of that. */
  readonly numbers: readonly RequestedNumber[];
  /** What the orders of quantities in the numbers are of; nothing is carried beside the weights where there is none. */
  readonly expansion?: ExpansionForm;
  /** What is taken off numbers that have a control (`controlsOf`), for engines of double precision. */
  readonly controls?: ControlFit | PathControls;
  /** Of a difference the same of the descent that is taken off. */
  readonly minusControls?: ControlFit | PathControls;
  /**
   * So many fresh points stand for the expected loss in each trial, of a landscape of tensors, or all rows where there are no more; all rows
   * where absent. What is expected of a number does not hang on it.
   */
  readonly testPoints?: number;
  /** How many trials; they are numbered from `firstTrial` (0 when absent), so that shards draw their own. */
  readonly trials: number;
  readonly firstTrial?: number;
  /** 64 bits. */
  readonly seed: bigint | number;
}

/** One on a landscape that is written with scalars. */
export interface SimulationRequest extends AnyRequest {
  readonly landscape: WrittenLandscape;
  readonly controls?: ControlFit;
  readonly minusControls?: ControlFit;
}

/** One on a landscape of tensors that is too large for that. */
export interface LargeRequest extends AnyRequest {
  readonly landscape: LargeLandscape;
  readonly controls?: PathControls;
  readonly minusControls?: PathControls;
}

export function isWrittenRequest(request: AnyRequest): request is SimulationRequest {
  return isWritten(request.landscape);
}

/**
 * What is known of a number before any trial; of a product nothing is, and all is 0. Numbers that are the same for all trials are kept apart from those that
 * trials are about, so that these are not rounded against them.
 */
export interface Origin {
  /** A constant of the loss, which is no part of what is summed: the mean is this and what is measured. */
  readonly offset: number;
  /** What the sums are of where descent starts (the expectation of it for losses of training data). */
  readonly start: number;
  /** What a mean may be off by since trials are evaluated in doubles. */
  readonly resolution: number;
}

/** A number's mean over the trials that did not diverge. */
export interface ObservableStatistics {
  /** The number's. */
  readonly label: string;
  readonly count: number;
  /** NaN, as its error, where some of the trials' products are more than a double can hold. */
  readonly mean: number;
  readonly standardError: number;
  readonly origin: Origin;
  /** The sums behind them, without rounding: shards merge to the same bits in any order. */
  readonly moments: ExactMoments;
}

/** The CPU's: the kernel in WebAssembly, and its twin in JavaScript. Both give the same bits. */
export type LocalBackend = "wasm" | "js";

export type Backend = LocalBackend | Exclude<EngineName, typeof processor.name>;

export interface SimulationResult {
  /** In the order of the numbers that were asked for. */
  readonly statistics: readonly ObservableStatistics[];
  /** Trials done, diverged ones included. */
  readonly trials: number;
  /** Trials with a weight or a measurement that is not finite; they are in no mean. */
  readonly diverged: number;
  /** Present when there are such trials: they are in no mean of test losses. */
  readonly unfound?: UnfoundLosses;
  /** Updates done: `trials · T`. */
  readonly steps: number;
  /** Wall clock, from the first trial's start to the last one's end. */
  readonly seconds: number;
  readonly backend: Backend;
  /** Present when the run was stopped before all trials were done. */
  readonly cancelled?: true;
  /** Present when numbers are missing among the trials done; else they are the first ones that were asked for. */
  readonly scattered?: true;
}

export interface SimulationProgress {
  readonly trials: number;
  readonly total: number;
  readonly diverged: number;
  readonly statistics: readonly ObservableStatistics[];
}

export function statisticsOf(
  label: string,
  moments: ExactMoments,
  origin: Origin = { offset: 0, start: 0, resolution: 0 },
): ObservableStatistics {
  return {
    label,
    count: moments.count,
    mean: origin.offset + meanOf(moments),
    standardError: standardErrorOf(moments),
    origin,
    moments,
  };
}

/** How far trials have gone from where they start, on the average: the mean less the value there, without its rounding. */
export function changeOf({ moments, origin }: ObservableStatistics): number {
  return moments.center - origin.start + meanOf({ ...moments, center: 0 });
}

/** Two shards of one request (same landscape, space-time, `eta` and numbers) as one result. */
export function mergeResults(first: SimulationResult, second: SimulationResult): SimulationResult {
  const labels = (result: SimulationResult) => result.statistics.map((entry) => entry.label).join(", ");
  if (labels(first) !== labels(second)) {
    throw new SimulationError(`results of "${labels(first)}" and of "${labels(second)}" cannot be merged`);
  }
  return {
    statistics: first.statistics.map((entry, index) =>
      statisticsOf(entry.label, mergeMoments(entry.moments, second.statistics[index]!.moments), entry.origin),
    ),
    trials: first.trials + second.trials,
    diverged: first.diverged + second.diverged,
    steps: first.steps + second.steps,
    seconds: first.seconds + second.seconds,
    backend: first.backend,
    ...mergeUnfound(first, second),
    ...(first.cancelled || second.cancelled ? { cancelled: true as const } : {}),
    ...(first.scattered || second.scattered ? { scattered: true as const } : {}),
  };
}

/** The result of no trials, of the request that this is a result of. */
export function noneOf(result: SimulationResult): SimulationResult {
  const { scattered: _, unfound: __, ...rest } = result;
  const statistics = result.statistics.map(({ label, moments, origin }) =>
    statisticsOf(label, noMoments(moments.center), origin),
  );
  return { ...rest, statistics, trials: 0, diverged: 0, steps: 0 };
}

/** {@link ObservableStatistics} as JSON can hold it: big integers in hexadecimal. */
export interface SerializedStatistics extends Origin {
  readonly label: string;
  readonly center: number;
  readonly count: number;
  readonly sum: string;
  readonly squares: string;
  readonly overflowed?: number;
}

export function serializeStatistics(statistics: ObservableStatistics): SerializedStatistics {
  const { center, count, sum, squares, overflowed } = statistics.moments;
  const { label, origin } = statistics;
  const sums = { count, sum: sum.toString(16), squares: squares.toString(16) };
  return { label, ...origin, center, ...sums, ...(overflowed === undefined ? {} : { overflowed }) };
}

/** Reads what {@link serializeStatistics} wrote; throws one line when it is something else. */
export function deserializeStatistics(serialized: SerializedStatistics): ObservableStatistics {
  const { label, center, count, offset, start, resolution, overflowed } = serialized;
  const sum = parseHexadecimal(serialized.sum);
  const squares = parseHexadecimal(serialized.squares);
  const numbers = [center, offset, start, resolution];
  const sound = typeof label === "string" && numbers.every(Number.isFinite) && Number.isSafeInteger(count);
  const isOverflow = overflowed === undefined || (Number.isSafeInteger(overflowed) && overflowed > 0);
  if (!sound || !isOverflow || count < 0 || sum === undefined || squares === undefined) {
    throw new SimulationError("the saved statistics are damaged; delete them and simulate again");
  }
  const sums = { count, sum, squares, ...(overflowed === undefined ? {} : { overflowed }) };
  return statisticsOf(label, { center, ...sums }, { offset, start, resolution });
}

function parseHexadecimal(text: unknown): bigint | undefined {
  if (typeof text !== "string" || !/^-?[0-9a-f]{1,4000}$/.test(text)) {
    return undefined;
  }
  return hexadecimalInteger(text);
}
