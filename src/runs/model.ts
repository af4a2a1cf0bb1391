import * as v from "valibot";
import {
  count,
  manyOf,
  maybe,
  number,
  numberOrNull,
  numbers,
  numbersOrNull,
  type Shape,
} from "../shape/index.js";
import { onClusterSchema } from "./cluster.js";

/* What a run is: each type with the schema by which it is judged when it comes to a page as a message or from a kept file. */

/** Whether a text names a run, and so may be part of a file's name. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9-]{1,100}$/.test(value);
}

export const idSchema = v.custom<string>(isId);

export const kindSchema = v.picklist(["evaluation", "verification"]);
export type RunKind = Shape<typeof kindSchema>;

const verdictSchema = v.picklist(["agrees", "disagrees", "inconclusive"]);
/** What a verification says of a prediction (LANGUAGE.md, Verdict). */
export type Verdict = Shape<typeof verdictSchema>;

const endStates = ["done", "cancelled", "failed", "interrupted"] as const;
export const endStateSchema = v.picklist(endStates);
const stateSchema = v.picklist(["running", ...endStates]);
/** `failed` has a message; `interrupted` is a run whose process or window was gone before it ended. */
export type RunState = Shape<typeof stateSchema>;

const inputSchema = v.object({
  /** Its address. */
  uri: v.string(),
  /** A source is what the editor has open, if it has; data are on the disk. */
  kind: v.picklist(["source", "data"]),
  /** SHA-256 of the text, in hexadecimal; `null` when it could not be read. */
  hash: v.nullable(v.string()),
});
/** A file that a run was made from, beside its own: an import, one of an import, a table of data. */
export type RunInput = Shape<typeof inputSchema>;

const headerFields = {
  /** Unique in a workspace; letters, digits and `-`. */
  id: idSchema,
  kind: kindSchema,
  /** The name of the `verify` block or diagram, or names joined by ` + `. */
  title: v.string(),
  /** The address of the file, as the editor writes it, and its name without folders. */
  uri: v.string(),
  file: v.string(),
  /** SHA-256 of the file's text, in hexadecimal. */
  textHash: v.string(),
  /** All other files that it was made from; absent in records of versions that did not keep them. */
  inputs: maybe(v.array(inputSchema)),
  /** A digest of what was run, whatever it is called and however it is written; absent in records of versions that did not keep it. */
  meaning: maybe(v.string()),
  /** Milliseconds since 1970. */
  started: number,
  landscape: v.string(),
  /** As a file writes them: `sgd(N = 10, E = 1, B = 1)`, `order 3` or `skew + pair`, `exact`. */
  spacetime: v.string(),
  /** As a file writes it; absent where it is the identity. */
  metric: maybe(v.string()),
  /** Empty where trials are measured only. */
  prediction: v.string(),
  sum: v.string(),
  /** Present where the observable alone is measured, without its orders. */
  measure: maybe(v.literal("total")),
  /** The most edges of the diagrams predicted with. */
  order: count,
  /** One label a number. */
  observables: v.array(v.string()),
  etas: numbers,
  /** Trials for each learning rate; 0 for an evaluation. */
  trials: count,
  seed: number,
  /** What simulates, by the engine's name, or `auto` as long as that is not known; empty for an evaluation. */
  backend: v.string(),
  /** Of this software. */
  version: v.string(),
};
export const headerSchema = v.object(headerFields);
/** What is known of a run before its first number. */
export type RunHeader = Shape<typeof headerSchema>;

const measurementFields = {
  eta: number,
  observable: v.string(),
  measured: numberOrNull,
  standardError: numberOrNull,
  trials: count,
  diverged: count,
};
export const measurementSchema = manyOf(measurementFields);
/** A mean over trials, with its standard error; `null` stands for what is not finite. */
export type Measurement = Shape<typeof measurementSchema>;

const meanFields = { measured: numberOrNull, standardError: numberOrNull };
const meanSchema = v.object(meanFields);
/** A mean over trials with its standard error; `null` stands for what is not finite, or was not measured. */
export type Mean = Shape<typeof meanSchema>;

const errorRateSchema = v.object({
  ...meanFields,
  /** That did not diverge; the first of the run. */
  trials: count,
  /** How many points of the data stood for all of them; absent where all did. */
  testPoints: maybe(count),
});
/** How often the class that the largest logit says is wrong where trials end. */
export type ErrorRate = Shape<typeof errorRateSchema>;

const orderSchema = v.object({
  /** Edges. */
  order: count,
  predicted: numberOrNull,
  /** What sums over times would be, where the prediction takes integrals. */
  exact: maybe(numberOrNull),
  /** The standard error of the prediction, where it is estimated. */
  predictedError: maybe(number),
  ...meanFields,
});
/** One order of a prediction beside what was measured of it by itself. */
export type MeasuredOrderPoint = Shape<typeof orderSchema>;

export const pointSchema = manyOf({
  ...measurementFields,
  predicted: numberOrNull,
  /** The standard error of the prediction, where it is estimated. */
  predictedError: maybe(number),
  /** From how many independent samples of rows it is. */
  predictedSamples: maybe(count),
  /** `τ`: the magnitude of the next order's total. */
  truncation: numberOrNull,
  /** `null` where nothing was predicted. */
  verdict: v.nullable(verdictSchema),
  /** One line saying why; empty where there is no verdict. */
  reason: v.string(),
  /** What was measured of each order of the prediction, from order 0 on; `null` where only the total was. */
  orders: maybe(v.nullable(v.array(orderSchema))),
  /** What is left over: the mean over trials of the observable less its orders. */
  remainder: maybe(v.nullable(meanSchema)),
  /** The mean over trials, where `measured` is more precise. */
  plain: maybe(meanSchema),
  /** Trials that did not diverge and whose test loss could not be found where they ended; absent when there are none. */
  unfound: maybe(count),
  /** How many points of the data stood for the expected loss of each trial; absent where all of them did. */
  testPoints: maybe(count),
  /** Of a landscape whose loss is a cross entropy of tensors; predicted by nothing. */
  errorRate: maybe(errorRateSchema),
  /** The first order that disagrees, where orders are judged by themselves and one does. */
  wrongOrder: maybe(count),
  /** Trials that would decide an inconclusive point; absent when none would. */
  trialsToDecide: maybe(number),
  /** The largest learning rate at which the prediction carries what is measured, where it does not at this one. */
  etaToDecide: maybe(number),
  /** The order to predict instead, where no learning rate would do. */
  orderToDecide: maybe(count),
  /** Measured less predicted, to more digits than these two have where a constant of the loss is large. */
  difference: maybe(numberOrNull),
  /** What of it rounding alone may have made, of double precision and where trials start. */
  rounding: maybe(numberOrNull),
  /** What the mean may be off by, when an engine of single precision measured it. */
  roundingFloor: maybe(number),
  /** Present when rounding decides, and double precision, on the processor, would tell. */
  needsPrecision: maybe(v.literal(true)),
  /** What simulated it; `webgpu+cpu` when the processor had to go on. */
  backend: maybe(v.string()),
  /** Updates simulated, over all trials. */
  steps: number,
  stepsPerSecond: number,
  /** Present when stopped before all its trials were done. */
  cancelled: maybe(v.literal(true)),
});
/** One number verified at one learning rate. */
export type RunPoint = Shape<typeof pointSchema>;

/** A point as the command tells it (LANGUAGE.md, the rows of `diag verify`): with what it is of, before infinity became `null`. */
export interface Run extends RunPoint {
  /** The name of the `verify` block. */
  readonly verify: string;
  /** The value of the param that the block runs over. */
  readonly with?: Readonly<Record<string, number>>;
  /** The inverse metric, a row a weight, or a number for each tensor of a large landscape; absent where it is the identity. */
  readonly metric?:
    | readonly (readonly number[])[]
    | readonly { readonly weight: string; readonly factor: number }[];
  /** `null` where nothing was predicted, as the truncation. */
  readonly predicted: number | null;
  readonly truncation: number | null;
  readonly difference: number | null;
  readonly rounding: number | null;
  /** One line on the descent itself, such as that it diverges by its learning rate; the reason holds it too. */
  readonly note?: string;
  readonly backend: string;
  /** What that is here, in a few words. */
  readonly device: string;
  readonly seed: number;
}

const contributionSchema = manyOf({
  /** Short form; `(0)()` is the order-0 term. */
  diagram: v.string(),
  name: maybe(v.string()),
  edges: count,
  automorphisms: number,
  embeddings: number,
  /** Of a difference those of the descent that is taken off. */
  minusEmbeddings: maybe(number),
  value: numberOrNull,
  /** The standard error of the value, where it is estimated. */
  standardError: maybe(number),
});
/** What one diagram adds to a prediction, with sign and symmetry factor. */
export type Contribution = Shape<typeof contributionSchema>;

export const termsSchema = manyOf({
  eta: number,
  observable: v.string(),
  terms: v.array(contributionSchema),
});
/** The terms of a prediction of one number at one learning rate; they add up to it. */
export type PointTerms = Shape<typeof termsSchema>;

export const curvesSchema = v.object({
  observable: v.string(),
  /** Increasing. */
  etas: numbers,
  /** `orders[d][i]`: what diagrams of at most `d` edges predict at `etas[i]`. */
  orders: v.array(numbersOrNull),
  /** `τ` at each learning rate: the half width of the truncation band around the last order. */
  truncation: numbersOrNull,
  /** Of a prediction that is estimated: half the width of the 95 % interval around the last order at `etas[i]`. */
  interval: maybe(numbersOrNull),
  /** Of the generalization gap: what criteria say of it at `etas[i]`, `null` where that is infinite. */
  criteria: maybe(v.array(v.object({ name: v.string(), values: numbersOrNull }))),
});
/** Predictions of one number as functions of the learning rate. */
export type Curves = Shape<typeof curvesSchema>;

export const progressSchema = v.object({
  eta: number,
  trials: count,
  totalTrials: count,
  stepsPerSecond: number,
  /** Seconds until the whole run is done, at the present rate; `null` while unknown. */
  secondsLeft: numberOrNull,
});
/** How far the learning rate under way has come. */
export type RunProgress = Shape<typeof progressSchema>;

export const estimatingSchema = v.object({
  samples: count,
  /** As many as are known to be needed; more samples say how many it takes. */
  totalSamples: count,
  /** Rows that a sample draws for each expectation. */
  rows: count,
  /** The share of the work that is done, from 0 to 1. */
  share: number,
  /** Seconds until all are there, at the present rate; `null` while unknown. */
  secondsLeft: numberOrNull,
});
/** How far the estimate of a prediction has come. */
export type RunEstimating = Shape<typeof estimatingSchema>;

export const engineFields = {
  /** `nvidia-h200`, `WebAssembly on 8 threads`. */
  device: v.string(),
  /** Part of a line: `the run is short`. */
  why: v.string(),
  /** Present when another engine was lost and this one went on. */
  fallback: maybe(v.literal(true)),
};
const engineSchema = v.object(engineFields);
/** What simulates a run, and why that. */
export type RunEngine = Shape<typeof engineSchema>;

export const recordSchema = v.object({
  ...headerFields,
  state: stateSchema,
  /** One line: why it failed or was interrupted. */
  message: maybe(v.string()),
  /** What simulates, once that is known. */
  engine: maybe(engineSchema),
  /** Milliseconds since 1970; absent while it runs. */
  finished: maybe(number),
  /** In the order of the learning rates, then of the observables; an evaluation has none. */
  points: v.array(pointSchema),
  /** What is measured so far at the learning rate under way. */
  partial: v.array(measurementSchema),
  /** What of it a checkpoint has: that is what remains when the run ends before its end. */
  kept: maybe(v.array(measurementSchema)),
  progress: maybe(progressSchema),
  /** Of a run whose predictions are estimated, while it runs. */
  estimating: maybe(estimatingSchema),
  terms: v.array(termsSchema),
  curves: v.array(curvesSchema),
  /** Of a run whose trials are done on a cluster, once it has a folder there. */
  cluster: maybe(onClusterSchema),
  /** Lines on what is predicted: that descent diverges, that numbers overflow. */
  notes: maybe(v.array(v.string())),
});
/** A run as it is known so far. */
export type RunRecord = Shape<typeof recordSchema>;

export function isRecord(value: unknown): value is RunRecord {
  return v.is(recordSchema, value);
}

export const summarySchema = v.object({
  id: idSchema,
  kind: kindSchema,
  title: v.string(),
  uri: v.string(),
  file: v.string(),
  started: number,
  state: stateSchema,
  /** What simulated: `cpu`, `webgpu+cpu`; absent for an evaluation, and as long as it is not known. */
  backend: maybe(v.string()),
  /** The worst of its points'; absent while there is none. */
  verdict: maybe(verdictSchema),
  /** Whether the text of its file, or of another that it was made from, is another by now, or gone. */
  changed: v.boolean(),
  /** Whether it can go on where it stopped. */
  resumable: v.boolean(),
});
/** A run as a list shows it. */
export type RunSummary = Shape<typeof summarySchema>;
