import type { Metric, WeightFactor } from "./landscape.js";

/** A pivot below this share of its diagonal is rounding. */
const negligible = 1e-14;

/** A metric as a matrix, or as a number for each name. */
export type AnyMetric = Metric | readonly WeightFactor[];

/** A landscape with another metric, of the form that it has, or with none; the identity is none. */
export function withMetric<Any extends { readonly metric?: AnyMetric }>(
  landscape: Any,
  metric: AnyMetric | undefined,
): Any {
  if (metric === undefined || isIdentity(metric)) {
    const { metric: before, ...rest } = landscape;
    return before === undefined ? landscape : (rest as Any);
  }
  return { ...landscape, metric };
}

function isIdentity(metric: AnyMetric): boolean {
  return metric.every((row, i) =>
    "factor" in row ? row.factor === 1 : row.every((entry, j) => entry === (i === j ? 1 : 0)),
  );
}

/**
 * Cholesky's root `A` of a symmetric matrix, `m = A Aᵀ`, which has nothing above its diagonal; undefined where the matrix is
 * not positive definite.
 */
export function metricRoot(metric: Metric): number[][] | undefined {
  const root: number[][] = [];
  for (const [row, entries] of metric.entries()) {
    const own = metric.map(() => 0);
    for (let column = 0; column <= row; column++) {
      const left = own
        .slice(0, column)
        .reduce((rest, value, index) => rest - value * root[column]![index]!, entries[column]!);
      if (column < row) {
        own[column] = left / root[column]![column]!;
      } else if (left > negligible * entries[row]!) {
        own[row] = Math.sqrt(left);
      } else {
        return undefined;
      }
      root[row] = own;
    }
  }
  return root;
}

/** `m^{μν} v_ν`, of numbers one a weight; these themselves where there is no metric. */
export function raised(metric: Metric | undefined, entries: readonly number[]): readonly number[] {
  return metric === undefined
    ? entries
    : metric.map((row) =>
        row.reduce((sum, factor, index) => (factor === 0 ? sum : sum + factor * entries[index]!), 0),
      );
}
