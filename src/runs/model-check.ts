import {
  hasFields,
  isAbsentOr,
  isBoolean,
  isCount,
  isListOf,
  isNumber,
  isNumberOrNull,
  isOneOf,
  isText,
} from "../shape/index.js";
import type { RunRecord, RunState } from "./model.js";

/* Checks of runs and their pieces, which come to a page as messages and to the editor from kept files. */

/** Whether a text names a run, and so may be part of a file's name. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9-]{1,100}$/.test(value);
}

export const isKind = isOneOf("evaluation", "verification");
export const isVerdict = isOneOf("agrees", "disagrees", "inconclusive");
const endStates: readonly RunState[] = ["done", "cancelled", "failed", "interrupted"];
export const isEndState = isOneOf(...endStates);
export const isState = isOneOf<RunState>("running", ...endStates);

const isInput = hasFields({
  uri: isText,
  kind: isOneOf("source", "data"),
  hash: (value) => value === null || isText(value),
});

const header = {
  id: isId,
  kind: isKind,
  title: isText,
  uri: isText,
  file: isText,
  textHash: isText,
  inputs: isAbsentOr(isListOf(isInput)),
  started: isNumber,
  landscape: isText,
  spacetime: isText,
  prediction: isText,
  sum: isText,
  order: isCount,
  observables: isListOf(isText),
  etas: isListOf(isNumber),
  trials: isCount,
  seed: isNumber,
  backend: isText,
  version: isText,
};

const measurement = {
  eta: isNumber,
  observable: isText,
  measured: isNumberOrNull,
  standardError: isNumberOrNull,
  trials: isCount,
  diverged: isCount,
};

export const isHeader = hasFields(header);
export const isMeasurement = hasFields(measurement);

export const isPoint = hasFields({
  ...measurement,
  predicted: isNumberOrNull,
  truncation: isNumberOrNull,
  verdict: isVerdict,
  reason: isText,
  unfound: isAbsentOr(isCount),
  trialsToDecide: isAbsentOr(isNumber),
  difference: isAbsentOr(isNumberOrNull),
  rounding: isAbsentOr(isNumberOrNull),
  roundingFloor: isAbsentOr(isNumber),
  needsPrecision: isAbsentOr(isOneOf(true)),
  backend: isAbsentOr(isText),
  steps: isNumber,
  stepsPerSecond: isNumber,
  cancelled: isAbsentOr(isOneOf(true)),
});

export const isProgress = hasFields({
  eta: isNumber,
  trials: isCount,
  totalTrials: isCount,
  stepsPerSecond: isNumber,
  secondsLeft: isNumberOrNull,
});

const isContribution = hasFields({
  diagram: isText,
  name: isAbsentOr(isText),
  edges: isCount,
  automorphisms: isNumber,
  embeddings: isNumber,
  value: isNumberOrNull,
});

export const isTerms = hasFields({ eta: isNumber, observable: isText, terms: isListOf(isContribution) });

export const isCurves = hasFields({
  observable: isText,
  etas: isListOf(isNumber),
  orders: isListOf(isListOf(isNumberOrNull)),
  truncation: isListOf(isNumberOrNull),
});

export const engineFields = { device: isText, why: isText, fallback: isAbsentOr(isOneOf(true)) };

const record = hasFields({
  ...header,
  state: isState,
  message: isAbsentOr(isText),
  engine: isAbsentOr(hasFields(engineFields)),
  finished: isAbsentOr(isNumber),
  points: isListOf(isPoint),
  partial: isListOf(isMeasurement),
  kept: isAbsentOr(isListOf(isMeasurement)),
  progress: isAbsentOr(isProgress),
  terms: isListOf(isTerms),
  curves: isListOf(isCurves),
  notes: isAbsentOr(isListOf(isText)),
});

export function isRecord(value: unknown): value is RunRecord {
  return record(value);
}

export const isSummary = hasFields({
  id: isId,
  kind: isKind,
  title: isText,
  uri: isText,
  file: isText,
  started: isNumber,
  state: isState,
  backend: isAbsentOr(isText),
  verdict: isAbsentOr(isVerdict),
  changed: isBoolean,
  resumable: isBoolean,
});
