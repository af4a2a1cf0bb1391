import { SimulationError } from "../compile/error.js";
import type { DeviceDescription } from "../device/index.js";
import type { EngineName } from "../runs/backends.js";
import type { AnyRequest } from "../simulate/request.js";
import type { Simulator } from "./processor/local.js";

export type { EngineName };

/** An engine has no trials of a request that others have: why, and what to do instead. */
export class UntriedTrials extends SimulationError {
  constructor(
    readonly why: string,
    advice: string,
  ) {
    super(`${why}; ${advice}`);
  }
}

/** Something that simulates, with a name. All engines draw the same streams (docs/streams.md). */
export interface Engine extends Simulator {
  readonly name: EngineName;
  /** What it runs on, in a few words: `2 threads of WebAssembly`, `nvidia-h200`. */
  readonly device: string;
  /** Versions, driver and limits, for whoever asks what is wrong. */
  readonly facts: DeviceDescription["facts"];
  /** Whether the device is a program that imitates another. */
  readonly software: boolean;
  /** Whether trials of a request are simulated in double precision, so that rounding is no matter; else in single precision. */
  isPrecise(request: AnyRequest): boolean;
  /**
   * Makes ready what can be of a request without any of its trials, to find out what would be refused of it: soon, since others wait. Absent where that is nothing.
   * @throws SimulationError of one line.
   */
  admit?(request: AnyRequest): Promise<void>;
  /**
   * About how many seconds pass before the first trial of a request: what the engine needs has to be made, unless it is kept. Absent where that is
   * nothing to speak of.
   */
  secondsToBegin?(request: AnyRequest): Promise<number>;
  /**
   * What each of a request's trials measured, less the column's center: a list for each of the columns of
   * `SimulationResult.statistics`, NaN where a trial is in no sum of it. When the signal stops it, numbers are missing.
   */
  trialValues(request: AnyRequest, signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
  /**
   * The same of trials in double precision, whatever those of this engine are in: what rounding is measured against. Absent where all trials are
   * in double precision, or none.
   */
  preciseValues?(request: AnyRequest, signal?: AbortSignal): Promise<readonly (readonly number[])[]>;
}
