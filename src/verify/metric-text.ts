import type { AnyMetric } from "../landscape/metric.js";
import { shortNumber } from "../optimisers/index.js";

/** Larger ones are cut short: a line is to be read. */
const mostEntries = 8;

/** A metric as a file writes it behind `metric`: `diag(2, 1)`, `[2, 1/4; 1/4, 1]`, `A: 2`. */
export function formatMetric(any: AnyMetric): string {
  const list = (entries: readonly string[], separator: string) =>
    (entries.length > mostEntries ? [...entries.slice(0, mostEntries), "…"] : entries).join(separator);
  const factors = any.flatMap((row) => ("factor" in row ? [row] : []));
  if (factors.length > 0) {
    return list(
      factors.flatMap(({ weight, factor }) => (factor === 1 ? [] : [`${weight}: ${shortNumber(factor)}`])),
      ", ",
    );
  }
  const metric = any.flatMap((row) => ("factor" in row ? [] : [row]));
  const size = metric.length;
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
export function wordsOfMetric(metric: AnyMetric | undefined): string {
  return metric === undefined ? "" : ` by the metric ${formatMetric(metric)}`;
}
