import type { EngineSource, RunTarget } from "../../engine/index.js";
import { isKind, isRecord, type RunRecord } from "../../results/index.js";
import {
  hasFields,
  hasKind,
  isAbsentOr,
  isBoolean,
  isCount,
  isFields,
  isListOf,
  isNumber,
  isOneOf,
  isText,
} from "../../shape/index.js";
import { backendChoices } from "../../verify/backend.js";
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
  return { record, order: order as RunOrder };
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

const isSource = hasFields({ uri: isText, path: isText });
const isSetting = hasFields({
  landscape: isText,
  spacetime: isText,
  etas: isListOf(isNumber),
  observables: isListOf(isText),
  sum: isOneOf("exact", "integral"),
  landscapeSource: isAbsentOr(isSource),
});
const isTarget = hasKind<RunTarget["kind"]>("kind", {
  verify: hasFields({ name: isText, etas: isAbsentOr(isListOf(isNumber)) }),
  diagrams: hasFields({ names: isListOf(isText), setting: isSetting }),
});
const isOrder = hasFields({
  kind: isKind,
  source: isSource,
  target: isTarget,
  trials: isAbsentOr(isCount),
  seed: isAbsentOr(isNumber),
  backend: isAbsentOr(isOneOf(...backendChoices)),
  resume: isAbsentOr(isBoolean),
});
