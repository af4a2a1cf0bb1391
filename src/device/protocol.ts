import * as v from "valibot";
import { count, listUpTo, maybe, number, type Shape, textUpTo } from "../shape/index.js";

/**
 * What is asked of a device that simulates elsewhere: in a process of its own, or in a page. All of it can be cloned as
 * messages are.
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

const longestList = 2 ** 25;
const mostDigits = 4000; // hexadecimal; twice what sums of doubles need

/** A message of one line, or a word in one. */
export const lineSchema = textUpTo(1000);

const wordSchema = v.custom<number>(isWord);

/** Lists in which no schema runs for each item, since they may be long. */
function longListOf<Item>(isItem: (item: unknown) => boolean) {
  return v.custom<Item[]>(
    (value) => Array.isArray(value) && value.length <= longestList && value.every((item) => isItem(item)),
  );
}

const longNumbers = longListOf<number>(Number.isFinite);
const integerSchema = v.custom<string>(
  (value) => v.is(textUpTo(mostDigits), value) && /^-?[0-9a-f]+$/.test(value),
);

export const deviceSchema = v.object({
  /** For people, in a few words: `nvidia-h200`. */
  name: lineSchema,
  /** Whether it is a program that imitates a GPU, which the CPU's own engine outruns. */
  software: v.boolean(),
  /** Versions, driver and limits, each with its name, in the order in which to show them. */
  facts: listUpTo(v.strictTuple([lineSchema, lineSchema]), longestList),
});
/** A device as `diag doctor` shows it. */
export type DeviceDescription = Shape<typeof deviceSchema>;

/** What a device can load: a shader with its tables, or a request that becomes tensors there. */
export type DeviceJob = ShaderJob | TensorJob;

/** What a shader writes in place of 1 for a trial that did not diverge and whose test loss does not hold. */
export const unsettledMark = 2;

export const shaderSchema = v.object({
  kind: v.literal("shader"),
  code: textUpTo(10_000_000),
  /** Words of 32 bits that the shader looks up; at least one. */
  table: longListOf<number>(isWord),
  /** Numbers kept for each trial between dispatches. */
  state: count,
  /** Numbers of training data kept for each trial, 0 when they are drawn anew where they are used. */
  stored: count,
  /** Measured numbers of a trial. */
  columns: count,
  /** Products of two of them, or of products that stand before, by place; products stand behind what is measured. */
  products: listUpTo(v.strictTuple([count, count]), longestList),
  /** Training points, four a block. */
  blocks: count,
  /** Blocks of an epoch's descent: twice as many where points are first put in order, and then visited. */
  descentBlocks: count,
  epochs: count,
  /** Evaluations of a loss that measuring a trial takes, beyond those of training points. */
  extraVisits: count,
  /** Weights of a trial when its test loss is checked, else 0. They are the first of its numbers, then what they miss. */
  checked: count,
  /** Whether the shader has the entry point that measures train losses. */
  trainLoss: v.boolean(),
  /** Low and high word. */
  seed: v.strictTuple([wordSchema, wordSchema]),
});
/** A simulation as WGSL; `src/engines/webgpu` writes it. */
export type ShaderJob = Shape<typeof shaderSchema>;

/** A simulation as the landscape and what to do with it, or as programs of tensors; `src/engines/tensors` reads it. */
export interface TensorJob {
  readonly kind: "tensors";
  /** Means nothing to who only carries it. */
  readonly work: unknown;
}

export const trialsSchema = v.object({
  /** Trials are numbered as in docs/streams.md, below 2^53. */
  first: count,
  trials: count,
  /** Whether to tell what each trial measured. */
  values: maybe(v.boolean()),
});
export type RunTrials = Shape<typeof trialsSchema>;

const unsettledSchema = v.object({
  /** Counted from the first of the trials that were asked for. */
  trials: longListOf<number>((one) => v.is(count, one)),
  /** For each weight a list. */
  weights: listUpTo(longNumbers, longestList),
  /** For each column but products a list: what was measured less the center, the test loss counted as 0. */
  values: listUpTo(longNumbers, longestList),
});
/** Trials which did not diverge but whose test loss does not hold, in lists of equal length. */
export type UnsettledTrials = Shape<typeof unsettledSchema>;

export const doneSchema = v.object({
  /** 0 when the run was stopped: then nothing is known of its trials. */
  trials: count,
  /** Those among them that stayed finite, and whose test loss holds. */
  count,
  /**
   * For each column Σ(x − center) in units of 2^-1074 and Σ(x − center)² in units of 2^-2148, in hexadecimal; and in how
   * many of the trials counted a product or an order is no finite double, when there are any. Those are in neither sum.
   */
  sums: listUpTo(
    v.object({ sum: integerSchema, squares: integerSchema, overflowed: maybe(count) }),
    longestList,
  ),
  /** Present when there are any; they are in no sum. */
  unsettled: maybe(unsettledSchema),
  /** What each column is in each trial less the center, a list a column; null where it is in no sum. */
  values: maybe(
    listUpTo(
      longListOf<number | null>((one) => one === null || Number.isFinite(one)),
      longestList,
    ),
  ),
  seconds: number,
});
/** Exact sums over trials. */
export type TrialsDone = Shape<typeof doneSchema>;

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

/** Words of 32 bits. */
function isWord(value: unknown): boolean {
  return v.is(count, value) && value < 2 ** 32;
}
