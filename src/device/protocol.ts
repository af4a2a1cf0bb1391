/**
 * What is asked of a device that simulates elsewhere: in a process of its own, or in a page. All of it can be written
 * as JSON.
 */
export interface DeviceRequests {
  /** Finds the device and makes it ready. Fails with one line that says why it cannot be used. */
  readonly open: { readonly parameters: OpenParameters; readonly answer: DeviceDescription };
  /** What is to be simulated from now on, instead of what was loaded before. */
  readonly load: { readonly parameters: DeviceJob; readonly answer: null };
  /** Simulates some trials of what is loaded. */
  readonly run: { readonly parameters: RunTrials; readonly answer: TrialsDone };
}

export interface OpenParameters {
  /** For tensors, what carries them out: a backend of tfjs, or the native runtime in this folder. */
  readonly tensors?: "cpu" | "wasm" | "webgpu" | { readonly runtime: string };
  /** Folders that somebody has named: a package webgpu of theirs may be loaded. */
  readonly folders?: readonly string[];
  /** For tests of a GPU: how many points a dispatch visits, instead of as many as its time allows. */
  readonly visits?: number;
}

/** A device as `diag doctor` shows it. */
export interface DeviceDescription {
  /** For people, in a few words: `nvidia-h200`. */
  readonly name: string;
  /** Whether it is a program that imitates a GPU, which the CPU's own engine outruns. */
  readonly software: boolean;
  /** Versions, driver and limits, in the order in which to show them. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** What a device can load: a shader with its tables, or a request that becomes tensors there. */
export type DeviceJob = ShaderJob | TensorJob;

/** What a shader writes in place of 1 for a trial that did not diverge and whose test loss does not hold. */
export const unsettledMark = 2;

/** A simulation as WGSL; `src/engines/webgpu` writes it. */
export interface ShaderJob {
  readonly kind: "shader";
  readonly code: string;
  /** Words of 32 bits that the shader looks up; at least one. */
  readonly table: readonly number[];
  /** Numbers kept for each trial between dispatches. */
  readonly state: number;
  /** Numbers of training data kept for each trial, 0 when they are drawn anew where they are used. */
  readonly stored: number;
  /** Measured numbers of a trial. */
  readonly columns: number;
  /** Training points, four a block. */
  readonly blocks: number;
  /** Blocks of an epoch's descent: twice as many where points are first put in order, and then visited. */
  readonly descentBlocks: number;
  readonly epochs: number;
  /** Evaluations of a loss that measuring a trial takes, beyond those of training points. */
  readonly extraVisits: number;
  /** Weights of a trial when its test loss is checked, else 0. They are the first of its numbers, then what they miss. */
  readonly checked: number;
  /** Whether the shader has the entry point that measures train losses. */
  readonly trainLoss: boolean;
  /** Low and high word. */
  readonly seed: readonly [number, number];
}

/** A simulation as the landscape and what to do with it; `src/engines/tensors` reads it. */
export interface TensorJob {
  readonly kind: "tensors";
  /** A `SimulationRequest` as JSON, its seed in decimal. */
  readonly request: string;
}

export interface RunTrials {
  /** Trials are numbered as in docs/streams.md, below 2^53. */
  readonly first: number;
  readonly trials: number;
  /** Whether to tell what each trial measured. */
  readonly values?: boolean;
}

/** Trials which did not diverge but whose test loss does not hold, in lists of equal length. */
export interface UnsettledTrials {
  /** Counted from the first of the trials that were asked for. */
  readonly trials: readonly number[];
  /** For each weight a list. */
  readonly weights: readonly (readonly number[])[];
  /** For each column a list: what was measured less the center, the test loss counted as 0. */
  readonly values: readonly (readonly number[])[];
}

/** Exact sums over trials. */
export interface TrialsDone {
  /** 0 when the run was stopped: then nothing is known of its trials. */
  readonly trials: number;
  /** Those among them that stayed finite, and whose test loss holds. */
  readonly count: number;
  /** For each column Σ(x − center) in units of 2^-1074 and Σ(x − center)² in units of 2^-2148, in hexadecimal. */
  readonly sums: readonly { readonly sum: string; readonly squares: string }[];
  /** Present when there are any; they are in no sum. */
  readonly unsettled?: UnsettledTrials;
  /** What each trial measured less the center, a list for each column; null where it is in no sum. */
  readonly values?: readonly (readonly (number | null)[])[];
  readonly seconds: number;
}

export type DeviceMethod = keyof DeviceRequests;

/** A way to a device. What is asked is answered in order. */
export interface DeviceLink {
  /**
   * @param signal stops a `run`, which is then answered with no trials.
   * @throws DeviceLost when there is no device any more; errors of one line when it refuses.
   */
  ask<Name extends DeviceMethod>(
    name: Name,
    parameters: DeviceRequests[Name]["parameters"],
    signal?: AbortSignal,
  ): Promise<DeviceRequests[Name]["answer"]>;
  /** When the device was last heard of, on the clock of `performance.now()`: long work says now and then that it goes on. */
  readonly heard: number;
  /** Lets the device go at once, whatever it does. */
  close(): void;
}

/** The device is gone, or does not answer; the message is one line that says which. */
export class DeviceLost extends Error {
  override readonly name = "DeviceLost";
}
