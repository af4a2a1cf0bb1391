import type { Criteria } from "../evaluate/index.js";
import { asSentence, printableLine } from "../printable/index.js";
import { digitsBeside, embeddingsText, measuredText, type Run, stoppedNote } from "../runs/index.js";
import { formatNumber, formatRate, formatTable } from "./table.js";

/** A value: a number, or a list where the observable has one. */
type Value = number | readonly number[];

/** The answer of `diag evaluate`, as `--json` prints it. */
export interface EvaluationAnswer {
  readonly observable: string;
  readonly eta: number;
  readonly total: Value;
  readonly series: readonly Value[];
  readonly criteria: Record<keyof Criteria, number | null>;
  readonly terms: readonly {
    readonly diagram: string;
    readonly name?: string;
    readonly edges: number;
    readonly automorphisms: number;
    /** `null` where they are infinitely many, in a limit. */
    readonly embeddings: number | null;
    readonly minusEmbeddings?: number | null;
    readonly value: Value;
    /** Of an estimate. */
    readonly standardError?: Value;
  }[];
  /** Standard errors, where it is estimated from so many rows for each expectation. */
  readonly totalError?: Value;
  readonly seriesError?: readonly Value[];
  readonly samples?: number;
}

/**
 * The terms, the total and the series of an evaluation as a table for people.
 * @param notes lines to be read with it.
 */
export function formatEvaluation(
  {
    terms,
    total,
    series,
    totalError,
    seriesError,
    samples,
  }: Pick<EvaluationAnswer, "terms" | "total" | "series" | "totalError" | "seriesError" | "samples">,
  notes: readonly string[] = [],
  room?: number,
): string {
  const list = (value: Value) => (typeof value === "number" ? [value] : value);
  // Each number has its own digits: what is small beside others, or what they cancel to, is no 0.
  const numbers = (value: Value, error?: Value) =>
    list(value)
      .map((one, index) => {
        const own = error === undefined ? 0 : list(error)[index]!;
        return Number.isNaN(one) ? "no value" : own === 0 ? formatNumber(one, 8) : measuredText(one, own);
      })
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
      ...terms.map((term) => [
        term.diagram,
        term.name ?? "",
        String(term.automorphisms),
        // In a limit they are infinitely many.
        embeddingsText(term, (count) =>
          series.length === 0 && !Number.isFinite(count) ? "∞" : formatNumber(count),
        ),
        numbers(term.value, term.standardError),
      ]),
      ["total", "", "", "", numbers(total, totalError)],
    ],
    room,
  );
  const powers = series.map((value, power) => `  eta^${power}: ${numbers(value, seriesError?.[power])}`);
  const remarks = notes.length === 0 ? [] : ["", ...notes.map((note) => printableLine(asSentence(note)))];
  // Of a limit there is none.
  const taylor = powers.length === 0 ? [] : ["Taylor series, from uvalues", ...powers];
  const estimated =
    samples === undefined
      ? []
      : [`Estimated from ${samples} rows drawn for each expectation; ± standard errors`];
  const below = [...taylor, ...estimated, ...remarks];
  return [table, ...(below.length === 0 ? [] : ["", ...below])].join("\n");
}

/** What criteria say of the generalization gap, a line each. */
export function formatCriteria({ aic, tic, stic }: Criteria): string[] {
  const shown = (value: number) => (Number.isFinite(value) ? formatNumber(value, 8) : "infinite");
  return [
    "Criteria for the gap, at the start",
    `  AIC   ${shown(aic)}  p/N`,
    `  TIC   ${shown(tic)}  Tr(C H⁻¹)/N`,
    `  STIC  ${shown(stic)}  Tr(C H⁻¹ (1 − e^(−ηTH)))/N`,
  ];
}

const signs = { agrees: "✓ agrees", disagrees: "✗ disagrees", inconclusive: "? inconclusive" };

const nothing = "–";

/** The runs of a verification as a table, and a line for each that does not agree, was stopped or lost trials. */
export function formatRuns(runs: readonly Run[], room?: number): string {
  if (runs.length === 0) {
    return "";
  }
  const hasOrders = runs.some(({ orders }) => orders != null);
  // Only engines of single precision have one.
  const hasFloor = runs.some(({ roundingFloor }) => roundingFloor !== undefined);
  const isOver = runs.some((run) => run.with !== undefined);
  const table = formatTable(
    [
      { title: "verify" },
      ...(isOver ? [{ title: "with" } as const] : []),
      { title: "eta", align: "right" },
      { title: "observable" },
      { title: "predicted", align: "right" },
      ...(hasOrders ? [] : [{ title: "± truncation", align: "right" } as const]),
      { title: "measured", align: "right" },
      ...(hasOrders ? [{ title: "left over", align: "right" } as const] : []),
      ...(hasFloor ? [{ title: "± rounding", align: "right" } as const] : []),
      { title: "trials", align: "right" },
      { title: "steps/s", align: "right" },
      { title: "verdict" },
    ],
    runs.map((run) => [
      run.verify,
      ...(isOver ? [valuesOfWith(run)] : []),
      formatNumber(run.eta),
      run.observable,
      predictedText(run),
      ...(hasOrders ? [] : [run.truncation === null ? nothing : formatNumber(run.truncation, 2)]),
      measuredText(run.measured, run.standardError),
      ...(hasOrders ? [leftOver(run)] : []),
      ...(hasFloor ? [run.roundingFloor === undefined ? "" : formatNumber(run.roundingFloor, 2)] : []),
      String(run.trials),
      formatRate(run.stepsPerSecond),
      run.verdict === null ? nothing : signs[run.verdict],
    ]),
    room,
  );
  const reasons = runs
    .filter((run) => run.verdict !== "agrees" || run.cancelled || run.orders != null)
    .filter((run) => run.verdict !== null || run.cancelled || run.diverged > 0)
    .map((run) => {
      const stopped = stoppedNote(run);
      const judged =
        run.verdict === null
          ? `measured${stopped}${divergedWords(run)}`
          : `${run.verdict}${stopped}: ${run.reason}`;
      return `${placeOf(run)}, ${run.observable}: ${judged}`;
    });
  const errorRates = runs.flatMap((run) => {
    const { errorRate } = run;
    return errorRate === undefined
      ? []
      : [
          `${placeOf(run)}: error rate ${measuredText(errorRate.measured, errorRate.standardError)} of ${errorRate.trials} trials`,
        ];
  });
  const notes = runs
    .filter(
      (run) => run.verdict === "agrees" && !run.cancelled && run.orders == null && run.note !== undefined,
    )
    .map((run) => `${placeOf(run)}: ${run.note}`);
  return [table, ...[...reasons, ...new Set(errorRates), ...new Set(notes)].map(printableLine)].join("\n");
}

/** That the mean is of some trials only, which is no expectation. */
function divergedWords({ diverged, trials }: Run): string {
  if (diverged === 0) {
    return "";
  }
  const left = diverged === trials ? "there is no mean" : "the mean is of the others alone";
  return `: ${diverged} of ${trials} trials diverged, so ${left}; lower eta`;
}

function predictedText(run: Run): string {
  const { predicted, predictedError = 0 } = run;
  if (predicted === null) {
    return nothing;
  }
  return predictedError === 0
    ? formatNumber(predicted, digitsBeside(predicted, run.standardError, 7))
    : measuredText(predicted, predictedError);
}

/** `H = 0.1`, of a run over a param. */
function valuesOfWith(run: Run): string {
  return Object.entries(run.with ?? {})
    .map(([name, value]) => `${name} = ${formatNumber(value)}`)
    .join(", ");
}

function placeOf(run: Run): string {
  const over = valuesOfWith(run);
  return `${run.verify}${over === "" ? "" : ` with ${over}`}, eta = ${formatNumber(run.eta)}`;
}

function leftOver({ remainder }: Run): string {
  return remainder == null ? "" : measuredText(remainder.measured, remainder.standardError);
}

/** What sums over whole times come to, where integrals stand for them and differ. */
function besideExact(predicted: number, exact: number | null | undefined): string {
  return typeof exact !== "number" || exact === predicted ? "" : ` (sum ${formatNumber(exact, 7)})`;
}

/** The orders of runs beside what was measured of each, a row an order; a line where none was measured. */
export function formatOrders(runs: readonly Run[], room?: number): string {
  const rows = runs.flatMap((run) => {
    const over = valuesOfWith(run);
    const name = over === "" ? run.verify : `${run.verify} with ${over}`;
    const place = [name, formatNumber(run.eta), run.observable];
    const orders = (run.orders ?? []).map(({ order, predicted, exact, measured, standardError }) => [
      ...place,
      String(order),
      predicted === null
        ? "not finite"
        : formatNumber(predicted, digitsBeside(predicted, standardError, 7)) + besideExact(predicted, exact),
      measured === null ? "not measured" : measuredText(measured, standardError),
    ]);
    return run.remainder == null ? orders : [...orders, [...place, "left over", "", leftOver(run)]];
  });
  if (rows.length === 0) {
    return "no orders were measured";
  }
  return formatTable(
    [
      { title: "verify" },
      { title: "eta", align: "right" },
      { title: "observable" },
      { title: "order", align: "right" },
      { title: "predicted", align: "right" },
      { title: "measured", align: "right" },
    ],
    rows,
    room,
  );
}
