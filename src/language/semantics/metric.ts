import { type AnyLandscape, isWritten } from "../../evaluate/any-landscape.js";
import { symmetricEigenbasis } from "../../evaluate/eigen.js";
import { type AnyMetric, type Metric, metricRoot, weightsByName } from "../../landscape/index.js";
import { counted } from "../../printable/index.js";
import type { Expression, MetricChoice, MetricRow } from "../generated/ast.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { nearestName, suggestion } from "../spelling.js";
import { constantValue, excerpt } from "./expression.js";

/** What a metric is over. */
export interface MetricWeights {
  /** The landscape's name. */
  readonly name: string;
  /** Names of weights, in their order. */
  readonly weights: readonly string[];
  /** Of a landscape of tensors how many entries each has: all of them have the one number of their name. */
  readonly entries?: readonly number[] | undefined;
  /** Whether these numbers are all that is made: a matrix would be too large. */
  readonly isByName?: true;
}

/** What a metric of a landscape is over. */
export function metricWeightsOf(landscape: AnyLandscape): MetricWeights {
  const places = weightsByName(landscape);
  return {
    name: landscape.name,
    weights: [...places.keys()],
    ...(landscape.tensors && { entries: [...places.values()].map(({ length }) => length) }),
    ...(isWritten(landscape) ? {} : { isByName: true }),
  };
}

/** The word before a list of entries on the diagonal. */
const diagonalForm = "diag";

/** How far two entries may be apart, as a share, that are meant to be one: what their expressions round. */
const rounding = 1e-14;

/** Reads a metric; `undefined` when it is broken, which is reported. */
export function checkMetric(
  choice: MetricChoice,
  over: MetricWeights,
  problems: ProblemList,
): AnyMetric | undefined {
  if (choice.rows.length > 0 && over.entries !== undefined) {
    problems.error(
      "bad-value",
      rangeOf(choice),
      `a metric on \`${over.name}\` has one number for each of ${over.weights.join(", ")}; write \`metric ${over.weights[0]}: 2\``,
    );
    return undefined;
  }
  if (choice.rows.length > 0) {
    return checkMatrix(choice, over, problems);
  }
  const entries =
    choice.form === undefined ? checkEntries(choice, over, problems) : checkDiagonal(choice, over, problems);
  if (over.isByName) {
    return entries?.map((factor, name) => ({ weight: over.weights[name]!, factor }));
  }
  const all = entries?.flatMap((entry, name) => Array<number>(over.entries?.[name] ?? 1).fill(entry));
  return all && diagonal(all);
}

/** One number a weight. */
function checkDiagonal(
  choice: MetricChoice,
  over: MetricWeights,
  problems: ProblemList,
): readonly number[] | undefined {
  if (choice.form !== diagonalForm) {
    problems.error(
      "bad-value",
      rangeOf(choice, "form"),
      `\`${choice.form}\` is no form of a metric${suggestion(diagonalForm)}`,
      { data: { name: choice.form, suggestion: diagonalForm } },
    );
    return undefined;
  }
  const values = choice.values.map((value) => positive(value, problems));
  if (values.length !== over.weights.length) {
    problems.error(
      "bad-value",
      rangeOf(choice),
      `this metric has ${counted(values.length, "entry", "entries")}, and ${weightsOf(over)}; give one for each`,
    );
    return undefined;
  }
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** Numbers of some weights. */
function checkEntries(
  { entries }: MetricChoice,
  { name: landscape, weights }: MetricWeights,
  problems: ProblemList,
): readonly number[] | undefined {
  const values = new Map<string, number>();
  let isSound = true;
  for (const entry of entries) {
    const name = entry.weight.$refText;
    const value = positive(entry.value, problems);
    const place = rangeOf(entry, "weight");
    if (!weights.includes(name)) {
      const meant = nearestName(name, weights);
      problems.error(
        "unknown-symbol",
        place,
        `\`${landscape}\` has no weight \`${name}\`${suggestion(meant) || `; its weights are ${weights.join(", ")}`}`,
        { data: { name, ...(meant === undefined ? {} : { suggestion: meant }) } },
      );
      isSound = false;
    } else if (values.has(name)) {
      problems.error("bad-value", place, `\`${name}\` stands twice; remove one`, {
        data: { repeated: true },
      });
      isSound = false;
    } else {
      isSound &&= value !== undefined;
      values.set(name, value ?? Number.NaN);
    }
  }
  return isSound ? weights.map((name) => values.get(name) ?? 1) : undefined;
}

/** An entry of a diagonal. */
function positive(expression: Expression, problems: ProblemList): number | undefined {
  const value = constantValue(expression, () => undefined, problems);
  if (value !== undefined && !(value > 0)) {
    problems.error(
      "bad-value",
      rangeOf(expression),
      `\`${excerpt(expression)}\` is not positive; a metric is positive definite`,
    );
    return undefined;
  }
  return value;
}

function checkMatrix(choice: MetricChoice, over: MetricWeights, problems: ProblemList): Metric | undefined {
  const { rows } = choice;
  const size = over.weights.length;
  const values = rows.map((row) =>
    row.values.map((value) => constantValue(value, () => undefined, problems)),
  );
  if (rows.length !== size) {
    problems.error(
      "bad-value",
      rangeOf(choice),
      `this metric has ${counted(rows.length, "row", "rows")}, and ${weightsOf(over)}; give a row for each`,
    );
    return undefined;
  }
  const uneven = rows.filter((row) => row.values.length !== size);
  for (const row of uneven) {
    problems.error(
      "bad-value",
      rangeOf(row),
      `this row has ${counted(row.values.length, "entry", "entries")}, and ${weightsOf(over)}; give one for each`,
    );
  }
  const matrix: number[][] = [];
  for (const row of values) {
    if (!row.every((value) => value !== undefined)) {
      return undefined;
    }
    matrix.push(row);
  }
  return uneven.length === 0 && isSymmetric(rows, matrix, problems)
    ? checkPositive(choice, symmetric(matrix), problems)
    : undefined;
}

/** The entries below the diagonal stand for both. */
function symmetric(matrix: readonly (readonly number[])[]): Metric {
  return matrix.map((row, i) => row.map((value, j) => (j <= i ? value : matrix[j]![i]!)));
}

function isSymmetric(
  rows: readonly MetricRow[],
  matrix: readonly (readonly number[])[],
  problems: ProblemList,
): boolean {
  let found = true;
  for (const [i, row] of matrix.entries()) {
    for (let j = 0; j < i; j++) {
      const other = matrix[j]![i]!;
      if (Math.abs(row[j]! - other) <= rounding * Math.abs(other)) {
        continue;
      }
      const [here, there] = [rows[i]!.values[j]!, rows[j]!.values[i]!];
      problems.error(
        "bad-value",
        rangeOf(here),
        `the metric is not symmetric: \`${excerpt(here)}\` stands here, and \`${excerpt(there)}\` in row ${j + 1}, column ${i + 1}; write one in both places`,
        {
          related: [{ range: rangeOf(there), message: "the other entry" }],
          data: { replacement: there.$cstNode?.text },
        },
      );
      found = false;
    }
  }
  return found;
}

function checkPositive(choice: MetricChoice, metric: Metric, problems: ProblemList): Metric | undefined {
  if (metricRoot(metric) !== undefined) {
    return metric;
  }
  const least = Math.min(...symmetricEigenbasis(metric).values);
  const shown = least > 0 ? "nearly 0" : String(Number(least.toPrecision(3)));
  problems.error(
    "bad-value",
    rangeOf(choice),
    `the metric is not positive definite: its least eigenvalue is ${shown}; raise its diagonal, or bring what stands beside it nearer to 0`,
  );
  return undefined;
}

function diagonal(entries: readonly number[]): Metric {
  return entries.map((entry, row) => entries.map((_, column) => (row === column ? entry : 0)));
}

function weightsOf({ name, weights }: MetricWeights): string {
  const shown = weights.length > 8 ? [...weights.slice(0, 8), "…"] : weights;
  return `\`${name}\` has ${counted(weights.length, "weight", "weights")} (${shown.join(", ")})`;
}
