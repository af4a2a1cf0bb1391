import type { RunRecord } from "../model.js";

/** The whole record of a run as JSON, with all digits of all numbers. */
export function formatJson(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
