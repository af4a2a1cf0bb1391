import type { EngineSource, RunTarget } from "../../engine/index.js";
import { isId, type RunRecord } from "../../results/index.js";
import { backendChoices } from "../../verify/choice.js";
import type { RunOrder } from "./runs.js";

/** A run as its file holds it. */
export interface KeptRun {
  readonly record: RunRecord;
  /** Without the text of its sources. */
  readonly order: RunOrder;
}

/** Raised when what is kept is not what was written here. */
const format = 1;

/** A run as the text of its file. */
export function writeKeptRun({ record, order }: KeptRun): string {
  return JSON.stringify({ format, record, order: withoutTexts(order) });
}

/**
 * Reads the text of a run's file, which may be damaged or of another version: every field that is used later is
 * judged.
 * @returns `undefined` when it is not sound.
 */
export function readKeptRun(text: string): KeptRun | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(value) || value.format !== format) return undefined;
  const { record, order } = value;
  if (!isRecord(record) || !isOrder(order)) return undefined;
  return { record: record as RunRecord, order: order as RunOrder };
}

/** An order as it is kept: what a file says is read from it when it is run again. */
export function withoutTexts(order: RunOrder): RunOrder {
  const { target } = order;
  const source = withoutText(order.source);
  if (target.kind === "verify" || target.setting.landscapeSource === undefined)
    return { ...order, source, target };
  const setting = { ...target.setting, landscapeSource: withoutText(target.setting.landscapeSource) };
  return { ...order, source, target: { ...target, setting } };
}

function withoutText({ uri, path }: EngineSource): EngineSource {
  return { uri, path };
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isBoolean: Check = (value) => typeof value === "boolean";

function isOneOf(...values: readonly unknown[]): Check {
  return (value) => values.includes(value);
}

function isListOf(isItem: Check): Check {
  return (value) => Array.isArray(value) && value.every(isItem);
}

function hasFields(needed: Readonly<Record<string, Check>>, absentOr: Record<string, Check> = {}): Check {
  return (value) =>
    isFields(value) &&
    Object.entries(needed).every(([name, check]) => check(value[name])) &&
    Object.entries(absentOr).every(([name, check]) => value[name] === undefined || check(value[name]));
}

const isKind = isOneOf("evaluation", "verification");
const measurement = {
  eta: isNumber,
  observable: isText,
  measured: isNumberOrNull,
  standardError: isNumberOrNull,
  trials: isCount,
  diverged: isCount,
};
const isPoint = hasFields(
  {
    ...measurement,
    predicted: isNumberOrNull,
    truncation: isNumberOrNull,
    verdict: isOneOf("agrees", "disagrees", "inconclusive"),
    reason: isText,
    steps: isNumber,
    stepsPerSecond: isNumber,
  },
  {
    trialsToDecide: isNumber,
    roundingFloor: isNumber,
    needsPrecision: isOneOf(true),
    backend: isText,
    cancelled: isOneOf(true),
  },
);
const isContribution = hasFields(
  { diagram: isText, edges: isCount, automorphisms: isNumber, embeddings: isNumber, value: isNumberOrNull },
  { name: isText },
);
const isTerms = hasFields({ eta: isNumber, observable: isText, terms: isListOf(isContribution) });
const isCurves = hasFields({
  observable: isText,
  etas: isListOf(isNumber),
  orders: isListOf(isListOf(isNumberOrNull)),
  truncation: isListOf(isNumberOrNull),
});
const isProgress = hasFields({
  eta: isNumber,
  trials: isCount,
  totalTrials: isCount,
  stepsPerSecond: isNumber,
  secondsLeft: isNumberOrNull,
});
const isEngine = hasFields({ device: isText, why: isText }, { fallback: isOneOf(true) });
const isRecord = hasFields(
  {
    id: isId,
    kind: isKind,
    title: isText,
    uri: isText,
    file: isText,
    textHash: isText,
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
    state: isOneOf("running", "done", "cancelled", "failed", "interrupted"),
    points: isListOf(isPoint),
    partial: isListOf(hasFields(measurement)),
    terms: isListOf(isTerms),
    curves: isListOf(isCurves),
  },
  { message: isText, engine: isEngine, finished: isNumber, progress: isProgress },
);

const isSource = hasFields({ uri: isText, path: isText });
const isSetting = hasFields(
  {
    landscape: isText,
    spacetime: isText,
    etas: isListOf(isNumber),
    observables: isListOf(isText),
    sum: isOneOf("exact", "integral"),
  },
  { landscapeSource: isSource },
);
const targets: Readonly<Record<RunTarget["kind"], Check>> = {
  verify: hasFields({ name: isText }, { etas: isListOf(isNumber) }),
  diagrams: hasFields({ names: isListOf(isText), setting: isSetting }),
};
const isTarget: Check = (value) =>
  isFields(value) && (value.kind === "verify" || value.kind === "diagrams") && targets[value.kind](value);
const isOrder = hasFields(
  { kind: isKind, source: isSource, target: isTarget },
  { trials: isCount, seed: isNumber, backend: isOneOf(...backendChoices), resume: isBoolean },
);
