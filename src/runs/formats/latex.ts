import { stoppedNote } from "../conclusion.js";
import type { RunPoint, RunRecord } from "../model.js";
import { embeddingsText } from "../written.js";
import { type ResultTable, type TermRow, termRows } from "./tables.js";

type Columns<Row> = readonly {
  readonly heading: string;
  readonly alignment: "l" | "r";
  readonly cell: (row: Row) => string;
  /** Whether a row has something for a column that is left out when none has. */
  readonly isIn?: (row: Row) => boolean;
}[];

const pointColumns: Columns<RunPoint> = [
  { heading: "observable", alignment: "l", cell: ({ observable }) => escapeLatex(observable) },
  { heading: "$\\eta$", alignment: "r", cell: ({ eta }) => formatNumber(eta) },
  {
    heading: "predicted",
    alignment: "r",
    cell: ({ predicted, standardError, predictedError: own }) =>
      formatNumber(predicted, own || predictedError(predicted, standardError)),
  },
  {
    heading: "$\\tau$",
    alignment: "r",
    cell: ({ truncation, remainder }) => (remainder == null ? formatNumber(truncation, truncation) : ""),
    isIn: ({ remainder }) => remainder == null,
  },
  {
    heading: "measured",
    alignment: "r",
    cell: ({ measured, standardError }) => formatNumber(measured, standardError),
  },
  {
    heading: "$s$",
    alignment: "r",
    cell: ({ standardError }) => formatNumber(standardError, standardError),
  },
  {
    heading: "left over",
    alignment: "r",
    cell: ({ remainder }) =>
      remainder == null ? "" : formatNumber(remainder.measured, remainder.standardError),
    isIn: ({ remainder }) => remainder != null,
  },
  {
    heading: "rounding",
    alignment: "r",
    cell: ({ roundingFloor = null }) =>
      roundingFloor === null ? "" : formatNumber(roundingFloor, roundingFloor),
    isIn: ({ roundingFloor }) => roundingFloor !== undefined,
  },
  { heading: "trials", alignment: "r", cell: ({ trials }) => String(trials) },
  {
    heading: "verdict",
    alignment: "l",
    cell: (point) => (point.verdict == null ? "" : `${point.verdict}${stoppedNote(point)}`),
  },
];

const termColumns: Columns<TermRow> = [
  { heading: "observable", alignment: "l", cell: ({ observable }) => escapeLatex(observable) },
  { heading: "$\\eta$", alignment: "r", cell: ({ eta }) => formatNumber(eta) },
  { heading: "diagram", alignment: "l", cell: ({ diagram }) => `\\texttt{${escapeLatex(diagram)}}` },
  { heading: "name", alignment: "l", cell: ({ name }) => escapeLatex(name ?? "") },
  { heading: "edges", alignment: "r", cell: ({ edges }) => String(edges) },
  {
    heading: "$|\\mathrm{Aut}|$",
    alignment: "r",
    cell: ({ automorphisms }) => String(automorphisms),
  },
  { heading: "embeddings", alignment: "r", cell: (term) => embeddingsText(term, formatNumber) },
  {
    heading: "value",
    alignment: "r",
    cell: ({ value, standardError }) => formatNumber(value, standardError ?? null),
  },
];

/** A table of a run as a LaTeX `tabular` that needs no packages. Values are rounded to their standard errors. */
export function formatLatex(record: Pick<RunRecord, "points" | "terms">, table: ResultTable): string {
  return table === "points"
    ? formatColumns(pointColumns, record.points)
    : formatColumns(termColumns, termRows(record));
}

function formatColumns<Row>(all: Columns<Row>, rows: readonly Row[]): string {
  const columns = all.filter(({ isIn }) => isIn === undefined || rows.some(isIn));
  const line = (cells: readonly string[]): string => `  ${cells.join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{${columns.map(({ alignment }) => alignment).join("")}}`,
    "  \\hline",
    line(columns.map(({ heading }) => heading)),
    "  \\hline",
    ...rows.map((row) => line(columns.map(({ cell }) => cell(row)))),
    "  \\hline",
    "\\end{tabular}",
    "",
  ].join("\n");
}

/** What a prediction is rounded by: the error that it is compared within, as long as two digits more than its first are left. */
function predictedError(predicted: number | null, standardError: number | null): number | null {
  return predicted === null || standardError === null
    ? null
    : Math.min(standardError, Math.abs(predicted) / 100);
}

/**
 * A number in LaTeX's mathematics, to the second digit of its error, or to six digits without one.
 * @param error `null` when there is none that is finite.
 */
function formatNumber(value: number | null, error: number | null = null): string {
  if (value === null || !Number.isFinite(value)) {
    return "not finite";
  }
  if (value === 0) {
    return "$0$";
  }
  if (error === null || !Number.isFinite(error) || error <= 0) {
    return formatExact(value);
  }
  const decimals = 1 - exponentOf(Number(error.toPrecision(2)));
  const digits = exponentOf(value) + decimals + 1;
  if (decimals >= 0 && (Math.abs(value) >= smallest || digits < 1)) {
    return `$${value.toFixed(Math.min(decimals, 100)).replace(/^-(?=[0.]*$)/, "")}$`;
  }
  return inPowers(value.toExponential(Math.max(0, Math.min(digits - 1, 100))));
}

const smallest = 1e-4; // numbers below it are written with powers of ten, and those from the largest on
const largest = 1e7;

/** A number without an error: zeros at its end tell nothing. */
function formatExact(value: number): string {
  const short = Number(value.toPrecision(6));
  const size = Math.abs(short);
  return size >= smallest && size < largest ? `$${short}$` : inPowers(short.toExponential());
}

/** `2.5e-6` as `2.5 × 10⁻⁶`. */
function inPowers(exponential: string): string {
  const [mantissa, power] = exponential.split("e");
  return `$${mantissa} \\times 10^{${Number(power)}}$`;
}

/** The power of ten of a number's first digit. */
function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\ensuremath{<}",
  ">": "\\ensuremath{>}",
  "|": "\\ensuremath{|}",
  '"': "\\char34{}",
};

// Capitals that look Latin have no commands of their own.
const greek: Readonly<Record<string, string>> = Object.fromEntries(
  [
    [
      "αβγδεζηθικλμνξπρστυφχψω",
      "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega",
    ],
    ["ΓΔΘΛΞΠΣΥΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"],
  ].flatMap(([letters, names]) => {
    const commands = names!.split(" ");
    return [...letters!].map((letter, index) => [letter, `\\ensuremath{\\${commands[index]}}`] as const);
  }),
);

/** Text as it may stand in LaTeX: letters that a plain document does not know become question marks. */
export function escapeLatex(text: string): string {
  return [...text.replace(/\s+/g, " ")].map(escapeCharacter).join("");
}

function escapeCharacter(character: string): string {
  const escaped = escapes[character] ?? greek[character];
  if (escaped !== undefined) {
    return escaped;
  }
  return /[\x20-\x7e\u00c0-\u017f]/.test(character) ? character : "?";
}
