import type { RunPoint, RunRecord } from "../model.js";
import { type ResultTable, type TermRow, termRows } from "./tables.js";

type Cell = string | number | null | undefined;
/** Columns of a table, each with its heading. */
export type Columns<Row> = readonly (readonly [heading: string, cell: (row: Row) => Cell])[];

/** Of points that are measured order by order. */
const measuredColumns: Columns<RunPoint> = [
  ["predicted_error", ({ predictedError }) => predictedError],
  ["remainder", ({ remainder }) => remainder?.measured],
  ["remainder_error", ({ remainder }) => remainder?.standardError],
  ["plain", ({ plain }) => plain?.measured],
  ["plain_error", ({ plain }) => plain?.standardError],
  ["error_rate", ({ errorRate }) => errorRate?.measured],
  ["error_rate_error", ({ errorRate }) => errorRate?.standardError],
  ["eta_to_decide", ({ etaToDecide }) => etaToDecide],
  ["order_to_decide", ({ orderToDecide }) => orderToDecide],
];

const usualColumns: Columns<RunPoint> = [
  ["eta", ({ eta }) => eta],
  ["observable", ({ observable }) => observable],
  ["predicted", ({ predicted }) => predicted],
  ["truncation", ({ truncation }) => truncation],
  ["measured", ({ measured }) => measured],
  ["standard_error", ({ standardError }) => standardError],
  ["rounding_floor", ({ roundingFloor }) => roundingFloor],
  ["trials", ({ trials }) => trials],
  ["diverged", ({ diverged }) => diverged],
  ["verdict", ({ verdict }) => verdict],
  ["reason", ({ reason }) => reason],
  ["trials_to_decide", ({ trialsToDecide }) => trialsToDecide],
  ["needs_precision", ({ needsPrecision }) => (needsPrecision ? "yes" : "no")],
  ["backend", ({ backend }) => backend],
  ["steps", ({ steps }) => steps],
  ["steps_per_second", ({ stepsPerSecond }) => stepsPerSecond],
  ["cancelled", ({ cancelled }) => (cancelled ? "yes" : "no")],
];

const termColumns: Columns<TermRow> = [
  ["eta", ({ eta }) => eta],
  ["observable", ({ observable }) => observable],
  ["diagram", ({ diagram }) => diagram],
  ["name", ({ name }) => name],
  ["edges", ({ edges }) => edges],
  ["automorphisms", ({ automorphisms }) => automorphisms],
  ["embeddings", ({ embeddings }) => embeddings],
  ["minus_embeddings", ({ minusEmbeddings }) => minusEmbeddings],
  ["value", ({ value }) => value],
  ["value_error", ({ standardError }) => standardError],
];

/** Left out where no term has them. */
const columnsOfSome: readonly string[] = ["minus_embeddings", "value_error"];

/**
 * A table of a run as CSV (RFC 4180) with a line of headings. Numbers have all their digits: reading them gives the
 * same double. What is not finite or not there is an empty cell.
 */
export function formatCsv(record: Pick<RunRecord, "points" | "terms">, table: ResultTable): string {
  return table === "points"
    ? formatRows(pointColumns(record.points), record.points)
    : formatRows(
        termColumns.filter((column) => !columnsOfSome.includes(column[0]) || isIn(termRows(record))(column)),
        termRows(record),
      );
}

/** The columns of points: those that are measured order by order have some more. */
export function pointColumns(points: readonly RunPoint[]): Columns<RunPoint> {
  return [...usualColumns, ...measuredColumns.filter(isIn(points))];
}

/** Whether some row has something for a column. */
function isIn<Row>(rows: readonly Row[]) {
  return ([, cell]: Columns<Row>[number]): boolean => rows.some((row) => (cell(row) ?? null) !== null);
}

/** A table as CSV. */
export function formatRows<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = [
    columns.map(([heading]) => heading),
    ...rows.map((row) => columns.map(([, cell]) => formatCell(cell(row)))),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

function formatCell(cell: Cell): string {
  if (cell === null || cell === undefined) {
    return "";
  }
  if (typeof cell === "number") {
    return Number.isFinite(cell) ? String(cell) : "";
  }
  // Spreadsheets take a text that begins so for a formula, and the text may be a stranger's.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
