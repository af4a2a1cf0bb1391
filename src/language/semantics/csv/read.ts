import { countsUp, isCommentLine, type Layout, type LayoutFault, noRow, raggedness } from "./layout.js";
import { hasDecimals, NumeralReader, shown } from "./numbers.js";
import { cuttingOf, separatorName } from "./separator.js";
import { cutLines, type Line, otherKindOf, plainCell, refusalOf, withPlainLines } from "./text.js";

export type { MissingColumns } from "./layout.js";

/** The columns that are asked for, or what is wrong with the text, in one line. */
export type Table =
  | {
      /** One finite number for each name. */
      readonly rows: readonly (readonly number[])[];
      readonly header?: readonly string[];
      /** What could have been meant otherwise, one line each. */
      readonly remarks: readonly string[];
    }
  | { readonly problem: string }
  | LayoutFault;

/**
 * Reads the columns `names` of a table: by its header, or in order where it has none. Columns nobody asks for
 * may hold anything.
 */
export function readTable(given: string, names: readonly string[]): Table {
  const table = readRows(given, names);
  // What can be read is a table, whatever it looks like.
  const other = "rows" in table ? undefined : otherKindOf(given);
  return other === undefined ? table : { problem: other };
}

function readRows(given: string, names: readonly string[]): Table {
  const refusal = refusalOf(given);
  if (refusal !== undefined) {
    return { problem: refusal };
  }
  const { text, separator, layout } = cuttingOf(withPlainLines(given), names);
  const sign = separatorName(separator);
  const note = sign === undefined ? "" : ` (columns are separated by ${sign} here)`;
  const told = (problem: string): Table => ({ problem: problem + note });
  if ("problem" in layout) {
    const decimals = sign === undefined && layout.doubled;
    return told(
      layout.problem + (decimals ? "; if its commas are decimal, separate the columns by `;`" : ""),
    );
  }
  if (!("places" in layout)) {
    return { ...layout, remark: layout.remark + note };
  }
  const rows = new RowReader(layout);
  const problem =
    cutLines(
      text,
      separator,
      (line) => rows.read(line),
      (line, fault) => `row ${line}: ${fault}`,
    ) ?? rows.doubt;
  if (problem !== undefined) {
    return told(problem);
  }
  const found = rows.finish();
  return found.rows.length === 0
    ? told(noRow(rows.hasEmptyLines ? "its rows are empty" : "it has a header and no row"))
    : { ...found, ...(layout.header === undefined ? {} : { header: layout.header }) };
}

/** The names of a table's columns, when it has a header with the names that are asked for. */
export function headerOf(given: string, names: readonly string[]): readonly string[] | undefined {
  if (refusalOf(given) !== undefined) {
    return undefined;
  }
  const { layout } = cuttingOf(withPlainLines(given), names);
  return "header" in layout ? layout.header : undefined;
}

function isBlank(cell: string): boolean {
  return plainCell(cell) === "";
}

class RowReader {
  private readonly rows: number[][] = [];
  private readonly numerals = new NumeralReader();
  /** A line of empty cells: nothing, when it is at the end. */
  private emptyLine: number | undefined;
  private firstCells: readonly string[] = [];
  private firstLine = 0;
  /** Which of the columns have a number with decimals behind the first row. */
  private readonly decimals: boolean[];

  constructor(private readonly layout: Layout) {
    this.decimals = layout.places.map(() => false);
  }

  /** Takes a line, or says what is wrong with it. */
  read(line: Line): string | undefined {
    const { layout } = this;
    const { cells, number } = line;
    if (number <= layout.headLines) {
      return undefined;
    }
    if (!layout.hashIsText && isCommentLine(line)) {
      return this.faultOfComment(line);
    }
    if (cells.length !== layout.width) {
      return raggedness(line, layout.width);
    }
    if (cells.length > 1 && plainCell(cells[layout.places[0]!]!) === "" && cells.every(isBlank)) {
      this.emptyLine ??= number;
      return undefined;
    }
    if (this.emptyLine !== undefined) {
      return `row ${this.emptyLine} has empty cells only, and rows follow it; remove it`;
    }
    const row: number[] = [];
    for (const [index, place] of layout.places.entries()) {
      const cell = plainCell(cells[place]!);
      const value = this.numerals.read(cell, () => this.place(number, place));
      if (typeof value === "string") {
        return `${this.place(number, place)}: ${value}`;
      }
      row.push(value);
      if (layout.doubtfulFirst && !this.decimals[index] && this.rows.length > 0 && hasDecimals(cell)) {
        this.decimals[index] = true;
      }
    }
    if (this.rows.length === 0) {
      this.firstCells = layout.places.map((place) => plainCell(cells[place]!));
      this.firstLine = number;
    }
    this.rows.push(row);
    return undefined;
  }

  private place(line: number, column: number): string {
    return `row ${line}, column ${shown(this.layout.header?.[column] || String(column + 1))}`;
  }

  /** Where the first column may be text, a line that begins with `#` and is as long as a row may be one. */
  private faultOfComment({ cells, number }: Line): string | undefined {
    const { width, places } = this.layout;
    return width > 1 && cells.length === width && !places.includes(0)
      ? `row ${number} begins with \`#\` and has as many columns as a row; remove it, if it is a comment`
      : undefined;
  }

  get hasEmptyLines(): boolean {
    return this.emptyLine !== undefined;
  }

  get doubt(): string | undefined {
    return this.numerals.doubt;
  }

  /** The rows, and what a first row of whole numbers was taken for: a header of numbers is no row. */
  finish(): { rows: number[][]; remarks: string[] } {
    const { rows } = this;
    if (!this.layout.doubtfulFirst || rows.length < 2) {
      return { rows, remarks: [] };
    }
    const cells = this.firstCells;
    const isNumbered = cells.length > 1 && countsUp(cells);
    const what = `row ${this.firstLine} (${shown(cells.join(", "))})`;
    const [decimal, next] = this.numerals.hasCommas ? [",", "; "] : [".", ", "];
    const asRow = shown(cells.map((cell) => `${cell}${decimal}0`).join(next));
    if (isNumbered && this.decimals.every(Boolean)) {
      return {
        rows: rows.slice(1),
        remarks: [
          `${what} is taken for a header of column numbers, because each column has decimals below it; if it is a row, write ${asRow}`,
        ],
      };
    }
    const why = this.decimals.includes(true) ? ", though there are decimals below it" : "";
    return {
      rows,
      remarks:
        isNumbered || why !== ""
          ? [
              `${what} is taken for a row${why}; if it is one, write ${asRow}; if it is a header, remove it or name the columns`,
            ]
          : [],
    };
  }
}
