import type { MissingColumns, Numbers, Table } from "../format.js";
import { countsUp, isCommentLine, type Layout, noRow, raggedness, type Wanted } from "./layout.js";
import { hasDecimals, NumeralReader, shown } from "./numbers.js";
import { cuttingOf, sampleSize, separatorName } from "./separator.js";
import { NumberStore } from "./store.js";
import type { TextFacts } from "./survey.js";
import {
  type Line,
  LineCutter,
  otherKindOf,
  PlainLines,
  plainCell,
  refusalOf,
  SpacesAsTabs,
  takeHint,
} from "./text.js";

/** So much of a text tells what it is, if it is no table. */
const telling = 1000;

/** Lines are cut from so many characters at once, so that few texts of cells are held. */
const pieceSize = 1 << 13;

/** Columns of a table in groups, each in an array of its own, row by row. */
type Groups = Omit<Extract<Table, { values: Numbers }>, "values"> & { readonly groups: readonly Numbers[] };

/** The columns that are asked for, or why there are none. */
export type GroupedTable = Groups | Exclude<Table, { values: Numbers } | MissingColumns>;

/**
 * Reads columns of a table whose text comes in parts: those of some names by its header, or in order where it has none, or so
 * many by their places. Columns nobody asks for may hold anything.
 */
export class TableReader {
  private readonly plain: PlainLines;
  private start = "";
  /** The text up to where it is known how it is to be read. */
  private head: string | undefined = "";
  private told: Exclude<Table, { values: Numbers }> | undefined;
  private note = "";
  private tabs: SpacesAsTabs | undefined;
  private rows: RowReader | undefined;
  private cutter: LineCutter<string> | undefined;

  /** @param sizes of the groups of columns that are told apart, where they are asked for by their places. */
  constructor(
    private readonly facts: TextFacts,
    private readonly wanted: Wanted,
    private readonly sizes: readonly number[] = [typeof wanted === "number" ? wanted : wanted.length],
  ) {
    this.plain = new PlainLines(facts.hasSpacedQuotes);
  }

  /** Whether the rest of the text is of no interest any more. */
  get isDone(): boolean {
    return this.told !== undefined || this.cutter?.outcome !== undefined;
  }

  push(part: string): void {
    if (this.start.length < telling) {
      this.start += part.slice(0, telling);
      const refusal = refusalOf(this.facts);
      if (refusal !== undefined) {
        this.told = { problem: refusal };
      }
    }
    for (let at = 0; at < part.length && !this.isDone; at += pieceSize) {
      this.take(this.plain.push(part.slice(at, at + pieceSize)));
    }
  }

  /** The numbers of columns that are asked for by their names. */
  finish(): Table {
    const table = this.finishWhole();
    if (!("groups" in table)) {
      return table;
    }
    const { groups, ...rest } = table;
    return { values: groups[0]!, ...rest };
  }

  /** The numbers of columns that are asked for by their places. */
  finishGroups(): GroupedTable {
    const table = this.finishWhole();
    if ("missing" in table) {
      throw new TypeError("columns by their places have no names that could lack");
    }
    return table;
  }

  private finishWhole(): Groups | Exclude<Table, { values: Numbers }> {
    if (!this.isDone) {
      this.take(this.plain.finish());
    }
    if (!this.isDone && this.head !== undefined) {
      this.begin(this.head);
    }
    if (!this.isDone) {
      this.cutter!.push(this.tabs?.finish() ?? "");
      this.cutter!.finish();
    }
    const table = this.told ?? this.ofRows();
    // What can be read is a table, whatever it looks like.
    const other = "groups" in table ? undefined : otherKindOf(this.start);
    return other === undefined ? table : { problem: other };
  }

  private take(text: string): void {
    if (this.head === undefined) {
      this.cut(text);
      return;
    }
    this.head += text;
    if (this.head.length > sampleSize) {
      this.begin(this.head);
    }
  }

  /** Finds out how the table is made. */
  private begin(head: string): void {
    this.head = undefined;
    const { text, separator: hint } = takeHint(head);
    const { separator, bySpaces, layout } = cuttingOf(text, hint, this.wanted);
    const sign = separatorName(separator);
    this.note = sign === undefined ? "" : ` (columns are separated by ${sign} here)`;
    if ("problem" in layout) {
      const decimals = sign === undefined && layout.doubled;
      const advice = decimals ? "; if its commas are decimal, separate the columns by `;`" : "";
      this.told = { problem: layout.problem + advice + this.note };
    } else if (!("places" in layout)) {
      this.told = { ...layout, remark: layout.remark + this.note };
    } else {
      const rows = new RowReader(layout, this.sizes, this.facts.lines);
      this.rows = rows;
      this.tabs = bySpaces ? new SpacesAsTabs() : undefined;
      this.cutter = new LineCutter(
        separator,
        (line) => rows.read(line),
        (line, fault) => `row ${line}: ${fault}`,
      );
      this.cut(text);
    }
  }

  private cut(text: string): void {
    this.cutter!.push(this.tabs?.push(text) ?? text);
  }

  private ofRows(): Groups | Exclude<Table, { values: Numbers }> {
    const rows = this.rows!;
    const { header } = rows.layout;
    const withHeader = header === undefined ? {} : { header };
    const problem = this.cutter!.outcome ?? rows.doubt;
    if (problem !== undefined) {
      return { problem: problem + this.note, ...withHeader };
    }
    if (rows.isEmpty) {
      const why = noRow(rows.hasEmptyLines ? "its rows are empty" : "it has a header and no row");
      return { problem: why + this.note, ...withHeader };
    }
    return { ...rows.finish(), ...withHeader };
  }
}

function isBlank(cell: string): boolean {
  return plainCell(cell) === "";
}

class RowReader {
  private readonly stores: readonly NumberStore[];
  /** For each column, where its numbers go. */
  private readonly storeOf: readonly NumberStore[];
  private count = 0;
  private readonly numerals = new NumeralReader();
  /** A line of empty cells: nothing, when it is at the end. */
  private emptyLine: number | undefined;
  private firstCells: readonly string[] = [];
  private firstLine = 0;
  /** Which of the columns have a number with decimals behind the first row. */
  private readonly decimals: boolean[];

  private line = 0;
  private column = 0;
  /** Words for the place of the cell that is being read: made once, as they are seldom asked for. */
  private readonly where = (): string => this.place(this.line, this.column);

  /** @param most how many rows there are at most. */
  constructor(
    readonly layout: Layout,
    private readonly sizes: readonly number[],
    most: number,
  ) {
    this.decimals = layout.places.map(() => false);
    this.stores = sizes.map((size) => new NumberStore(size * most));
    this.storeOf = this.stores.flatMap((store, group) => Array.from({ length: sizes[group]! }, () => store));
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
    this.line = number;
    for (let index = 0; index < layout.places.length; index++) {
      const place = layout.places[index]!;
      const cell = plainCell(cells[place]!);
      this.column = place;
      const value = this.numerals.read(cell, this.where);
      if (typeof value === "string") {
        return `${this.place(number, place)}: ${value}`;
      }
      this.storeOf[index]!.push(value);
      if (layout.doubtfulFirst && !this.decimals[index] && this.count > 0 && hasDecimals(cell)) {
        this.decimals[index] = true;
      }
    }
    if (this.count === 0) {
      this.firstCells = layout.places.map((place) => plainCell(cells[place]!));
      this.firstLine = number;
    }
    this.count++;
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

  get isEmpty(): boolean {
    return this.count === 0;
  }

  get hasEmptyLines(): boolean {
    return this.emptyLine !== undefined;
  }

  get doubt(): string | undefined {
    return this.numerals.doubt;
  }

  /** The numbers, and what a first row of whole numbers was taken for: a header of numbers is no row. */
  finish(): Groups {
    if (!this.layout.doubtfulFirst || this.count < 2) {
      return { groups: this.rowsFrom(0), remarks: [] };
    }
    const cells = this.firstCells;
    const isNumbered = cells.length > 1 && countsUp(cells);
    const what = `row ${this.firstLine} (${shown(cells.join(", "))})`;
    const [decimal, next] = this.numerals.hasCommas ? [",", "; "] : [".", ", "];
    const asRow = shown(cells.map((cell) => `${cell}${decimal}0`).join(next));
    if (isNumbered && this.decimals.every(Boolean)) {
      return {
        groups: this.rowsFrom(1),
        remarks: [
          `${what} is taken for a header of column numbers, because each column has decimals below it; if it is a row, write ${asRow}`,
        ],
      };
    }
    const why = this.decimals.includes(true) ? ", though there are decimals below it" : "";
    return {
      groups: this.rowsFrom(0),
      remarks:
        isNumbered || why !== ""
          ? [
              `${what} is taken for a row${why}; if it is one, write ${asRow}; if it is a header, remove it or name the columns`,
            ]
          : [],
    };
  }

  private rowsFrom(first: number): Numbers[] {
    return this.stores.map((store, group) => store.finish(first * this.sizes[group]!));
  }
}
