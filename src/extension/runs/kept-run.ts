import { createHash } from "node:crypto";
import * as v from "valibot";
import { orderSchema, type RunOrder } from "../../runner/index.js";
import { contradictionIn, isRecord, type RunRecord } from "../../runs/index.js";
import { isFields } from "../../shape/index.js";

/** A run as its file holds it. */
export interface KeptRun {
  readonly record: RunRecord;
  /** Without the text of its sources. */
  readonly order: RunOrder;
}

/** Raised when what is kept is not what was written here. */
const format = 1;

/** A run as the text of its file, with a digest, so that nothing of it is changed unnoticed. */
export function writeKeptRun({ record, order }: KeptRun): string {
  const text = JSON.stringify({ format, record, order: withoutTexts(order) });
  return `${text.slice(0, -1)},"digest":"${digestOf(text)}"}`;
}

/**
 * Reads the text of a run's file, which may be damaged or of another version: every field that is used later is
 * judged, and whether they agree. Earlier versions wrote no digest.
 * @param tell hears in words what is wrong with it.
 * @returns `undefined` when it is not sound.
 */
export function readKeptRun(
  text: string,
  tell: (why: string) => void = () => undefined,
): KeptRun | undefined {
  const kept = soundRun(text);
  if (typeof kept !== "string") {
    return kept;
  }
  tell(kept);
  return undefined;
}

/** The run of a text, or what is wrong with it. */
function soundRun(text: string): KeptRun | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is cut off";
  }
  if (!isFields(value) || value.format !== format) {
    return "it is of another version";
  }
  const { digest, record, order } = value;
  if (digest !== undefined && digest !== digestOf(JSON.stringify({ format, record, order }))) {
    return "it is not as it was written";
  }
  if (!isRecord(record) || !v.is(orderSchema, order)) {
    return "it lacks something, or holds something else";
  }
  return contradictionIn(record) ?? { record, order };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** An order as it is kept: what a file says is read from it when it is run again. */
export function withoutTexts(order: RunOrder): RunOrder {
  const { uri, path } = order.source;
  return { ...order, source: { uri, path } };
}
