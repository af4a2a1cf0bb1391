import type { Metric } from "../landscape/landscape.js";
import { shortNumber } from "../optimisers/index.js";

/** Larger ones are cut short: a line is to be read. */
const mostEntries = 8;

/** A metric as a file writes it behind `metric`: `diag(2, 1)`, `[2, 1/4; 1/4, 1]`. */
export function formatMetric(metric: Metric): string {
  const size = metric.length;
  const list = (entries: readonly string[], separator: string) =>
    (entries.length > mostEntries ? [...entries.slice(0, mostEntries), "…"] : entries).join(separator);
  if (metric.every((row, i) => row.every((entry, j) => i === j || entry === 0))) {
    return `diag(${list(
      Array.from({ length: size }, (_, index) => shortNumber(metric[index]![index]!)),
      ", ",
    )})`;
  }
  return `[${list(
    metric.map((row) => list(row.map(shortNumber), ", ")),
    "; ",
  )}]`;
}

/** What a line says behind a space-time: ` by the metric diag(2, 1)`, or nothing. */
export function wordsOfMetric(metric: Metric | undefined): string {
  return metric === undefined ? "" : ` by the metric ${formatMetric(metric)}`;
}
