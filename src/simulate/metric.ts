import type { ProgramBuilder, Value } from "../compile/program.js";
import type { Series } from "../compile/series.js";
import { type Expression, type Landscape, type Metric, raised } from "../landscape/index.js";

/** `m^{μν} v_ν`, of values one a weight; these themselves where there is no metric. What is absent is 0. */
export function raisedValues<V extends Value | undefined>(
  builder: ProgramBuilder,
  metric: Metric | undefined,
  values: readonly V[],
): readonly V[] {
  return metric === undefined
    ? values
    : metric.map(
        (row) =>
          row
            .flatMap((factor, index): Value[] => {
              const value = values[index];
              return factor === 0 || value === undefined
                ? []
                : [factor === 1 ? value : builder.multiply(builder.constant(factor), value)];
            })
            .reduce<Value | undefined>(
              (sum, term) => (sum === undefined ? term : builder.add(sum, term)),
              undefined,
            ) as V,
      );
}

/** The same of series, order by order. */
export function raisedSeries(
  builder: ProgramBuilder,
  metric: Metric | undefined,
  all: readonly Series[],
): readonly Series[] {
  if (metric === undefined) {
    return all;
  }
  const length = Math.max(...all.map((series) => series.length));
  const orders = Array.from({ length }, (_, order) =>
    raisedValues(
      builder,
      metric,
      all.map((series) => series[order]),
    ),
  );
  return all.map((_, weight) => orders.map((values) => values[weight]));
}

/** The same of expressions. */
export function raisedSlopes({ metric }: Landscape, slopes: readonly Expression[]): readonly Expression[] {
  return metric === undefined
    ? slopes
    : metric.map((row): Expression => {
        const terms = row.flatMap((value, index): Expression[] =>
          value === 0 ? [] : [{ kind: "product", factors: [{ kind: "number", value }, slopes[index]!] }],
        );
        return terms.length === 1 ? terms[0]! : { kind: "sum", terms };
      });
}

/** `m^{μν} H_{νλ}`, a row a weight. */
export function raisedRows(
  metric: Metric | undefined,
  rows: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  if (metric === undefined) {
    return rows;
  }
  const columns = rows.map((_, column) =>
    raised(
      metric,
      rows.map((row) => row[column]!),
    ),
  );
  return rows.map((_, row) => columns.map((column) => column[row]!));
}
