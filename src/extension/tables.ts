import { formatMeasured, formatNumber, formatRate, formatTable } from "../cli/table.js";

/** The answer of `diag evaluate`. A displacement of all weights has arrays for numbers. */
export interface Evaluation {
  readonly observable: string;
  readonly eta: number;
  readonly total: number | readonly number[];
  readonly series: readonly (number | readonly number[])[];
  readonly terms: readonly {
    readonly diagram: string;
    readonly name?: string;
    readonly automorphisms: number;
    readonly embeddings: number;
    readonly value: number | readonly number[];
  }[];
}

/** A row of the answer of `diag verify`. */
export interface VerifyRun {
  readonly verify: string;
  readonly eta: number;
  readonly observable: string;
  readonly predicted: number;
  readonly truncation: number;
  readonly measured: number | null;
  readonly standardError: number | null;
  readonly trials: number;
  readonly diverged: number;
  readonly verdict: "agrees" | "disagrees" | "inconclusive";
  readonly reason: string;
  readonly backend: string;
  readonly seed: number;
  readonly stepsPerSecond: number;
  readonly cancelled?: true;
}

/** The terms, the total and the series of an evaluation, for people. */
export function evaluationTable(evaluation: Evaluation): string {
  const list = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? [value] : value;
  const largest = Math.max(...evaluation.terms.flatMap(({ value }) => list(value).map(Math.abs)));
  // What cancels to rounding is shown as the zero that it stands for.
  const numbers = (value: number | readonly number[]): string =>
    list(value)
      .map((one) => formatNumber(Math.abs(one) < 1e-15 * largest ? 0 : one, 8))
      .join("  ");
  const table = formatTable(
    [
      { title: "diagram" },
      { title: "name" },
      { title: "|Aut|", align: "right" },
      { title: "embeddings", align: "right" },
      { title: "value" },
    ],
    [
      ...evaluation.terms.map((term) => [
        term.diagram,
        term.name ?? "",
        String(term.automorphisms),
        formatNumber(term.embeddings),
        numbers(term.value),
      ]),
      ["total", "", "", "", numbers(evaluation.total)],
    ],
  );
  const series = evaluation.series.map((value, power) => `  eta^${power}: ${numbers(value)}`);
  return [table, "", "Taylor series, from uvalues", ...series].join("\n");
}

/** The runs of a verification, and a line for each that does not agree. */
export function runsTable(runs: readonly VerifyRun[]): string {
  const table = formatTable(
    [
      { title: "eta", align: "right" },
      { title: "observable" },
      { title: "predicted", align: "right" },
      { title: "± truncation", align: "right" },
      { title: "measured", align: "right" },
      { title: "trials", align: "right" },
      { title: "steps/s", align: "right" },
      { title: "verdict" },
    ],
    runs.map((run) => [
      formatNumber(run.eta),
      run.observable,
      formatNumber(run.predicted, 7),
      formatNumber(run.truncation, 2),
      formatMeasured(run.measured, run.standardError),
      String(run.trials),
      formatRate(run.stepsPerSecond),
      run.cancelled ? `${run.verdict} (stopped early)` : run.verdict,
    ]),
  );
  const reasons = runs
    .filter((run) => run.verdict !== "agrees" || run.cancelled)
    .map((run) => `eta = ${formatNumber(run.eta)}, ${run.observable}: ${run.reason}`);
  return [table, ...reasons].join("\n");
}

/** The verdict of all runs together: the worst of theirs. */
export function verdictOf(runs: readonly VerifyRun[]): VerifyRun["verdict"] {
  const order = ["disagrees", "inconclusive", "agrees"] as const;
  return order.find((verdict) => runs.some((run) => run.verdict === verdict)) ?? "inconclusive";
}
