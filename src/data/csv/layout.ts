import { counted } from "../../printable/index.js";
import type { MissingColumns } from "../format.js";
import { isFortran, isMissing, isNumeral, isWhole, shown } from "./numbers.js";
import type { Line } from "./text.js";

/** Where the numbers of a table stand. */
export interface Layout {
  /** The names of the columns; empty where a column has none. */
  readonly header?: readonly string[];
  /** Lines up to this one are no rows. */
  readonly headLines: number;
  /** How many cells a row has. */
  readonly width: number;
  /** For each name that is asked for, its column in a row. */
  readonly places: readonly number[];
  /** Rows may begin with `#`, which otherwise begins a comment. */
  readonly hashIsText: boolean;
  /** There is no header and the first row has whole numbers only, none twice, as a header of numbers would. */
  readonly doubtfulFirst: boolean;
}

/** Columns that are asked for: by the names that a header has for them, or so many by their places. */
export type Wanted = readonly string[] | number;

export type LayoutFault =
  | {
      readonly problem: string;
      /** There are twice as many cells as there should be. */
      readonly doubled?: boolean;
    }
  | MissingColumns;

/** What spreadsheets write for a value that they could not compute. */
const spreadsheetError = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NUM!|NAME\?|NULL!)/i;

/** Whether a line is a comment where its first cell is not known to be text. */
export function isCommentLine({ cells }: Line): boolean {
  // Most lines begin with a number.
  if (!cells[0]!.includes("#")) {
    return false;
  }
  const first = cells[0]!.trimStart();
  return first.startsWith("#") && !spreadsheetError.test(first);
}

/**
 * Finds the header and the columns in the first lines of a table.
 * @param isQuoted whether a line begins with this text in quotes.
 */
export function layoutOf(
  lines: readonly Line[],
  wanted: Wanted,
  isQuoted: (cell: string) => boolean,
): Layout | LayoutFault {
  const start = lines.findIndex((line) => !isCommentLine(line));
  const first = lines[start];
  if (!first) {
    return { problem: noRow(lines.length === 0 ? "it is empty" : "it has comments only") };
  }
  // What Fortran writes is no name: it is refused as what it is.
  const isRow = first.cells.every((cell) => isNumberOrMissing(cell) || isFortran(cell));
  const isNamed = typeof wanted !== "number" && wanted.every((name) => first.cells.includes(name));
  if (isNamed || !isRow) {
    return withHeader(first, lines.slice(start + 1), wanted, isQuoted);
  }
  const numbered = columnsUnderNumbers(first.cells, lines.slice(start + 1), countOf(wanted), isQuoted);
  if (numbered) {
    return byPosition(numbered, wanted, {
      headLines: first.number,
      width: first.cells.length,
      hashIsText: false,
      doubtfulFirst: false,
    });
  }
  return withoutHeader(lines, start, wanted);
}

function countOf(wanted: Wanted): number {
  return typeof wanted === "number" ? wanted : wanted.length;
}

/** @param why says what there is instead. */
export function noRow(why: string): string {
  return `has no row of numbers: ${why}; write a line for each row`;
}

function isNumberOrMissing(cell: string): boolean {
  return isNumeral(cell) || isMissing(cell);
}

function withHeader(
  first: Line,
  behind: readonly Line[],
  wanted: Wanted,
  isQuoted: (cell: string) => boolean,
): Layout | LayoutFault {
  const sure = behind.filter((line) => !isCommentLine(line));
  const full = behind.filter(({ cells }) => cells.length === first.cells.length);
  const hashIsText = sure.length === 0 && full.length > 0 && first.cells.length > 1;
  const rows = hashIsText ? full : sure;
  let header = [...first.cells];
  const width = rows[0]?.cells.length ?? header.length;
  if (rows.length > 0 && width === header.length + 1) {
    if (rows.every(({ cells }) => cells.at(-1) === "")) {
      header.push("");
    } else if (beginWithNames(rows, header.length, isQuoted)) {
      header = ["", ...header];
    }
  }
  const ragged = rows.find(({ cells }) => cells.length !== header.length);
  if (ragged) {
    return {
      problem: raggedness(ragged, header.length),
      doubled: ragged.cells.length === 2 * header.length,
    };
  }
  const layout = { headLines: first.number, width: header.length, hashIsText, doubtfulFirst: false };
  if (typeof wanted === "number") {
    return byPlace(header, wanted, layout);
  }
  const places = wanted.map((name) => header.indexOf(name));
  for (const [index, place] of places.entries()) {
    const other = header.indexOf(wanted[index]!, place + 1);
    if (place >= 0 && other >= 0) {
      return {
        problem: `row ${first.number}, column ${other + 1}: in the header this column has the name \`${shown(wanted[index]!)}\` of another`,
      };
    }
  }
  const missing = places.flatMap((place, index) => (place < 0 ? [index] : []));
  return missing.length > 0
    ? { missing, header: header.filter((name) => name !== ""), remark: whyHeader(first) }
    : { header, places, ...layout };
}

/** Takes columns under a header in order; a first or last one without a name only where that many are asked for. */
function byPlace(
  header: readonly string[],
  count: number,
  layout: Omit<Layout, "places">,
): Layout | LayoutFault {
  let columns = header.map((_, index) => index);
  if (columns.length > count && header.at(-1) === "") {
    columns = columns.slice(0, -1);
  }
  if (columns.length > count && header[0] === "") {
    columns = columns.slice(1);
  }
  return columns.length === count
    ? { ...layout, header, places: columns }
    : { problem: columnsFault(columns.length, count), doubled: columns.length === 2 * count };
}

function columnsFault(found: number, wanted: number): string {
  return `has ${counted(found, "column")}, and ${counted(wanted, "is", "are")} asked for`;
}

/** A first line with numbers in it may have been meant as a row. */
function whyHeader({ cells, number }: Line): string {
  const text = cells.find((cell) => !isNumberOrMissing(cell));
  return text !== undefined && cells.some(isNumeral)
    ? ` (row ${number} is taken for the header, because \`${shown(text)}\` is no number)`
    : "";
}

/** Whether rows that are one cell longer than the header begin with their own names, as R writes them. */
function beginWithNames(rows: readonly Line[], named: number, isQuoted: (cell: string) => boolean): boolean {
  const starts = rows.map(({ cells }) => cells[0]!);
  if (starts.some((cell) => cell !== "" && !isNumberOrMissing(cell)) || starts.every(isQuoted)) {
    return true;
  }
  // One name over two cells may be one number with a decimal comma as well.
  const from = Number(starts[0]);
  return (
    named > 1 && (from === 0 || from === 1) && starts.every((cell, index) => cell === String(from + index))
  );
}

/**
 * The columns of a header of numbers, where it is certain that it is one: behind an empty cell, which pandas
 * writes above its index, or when it is in quotes and the rows are not.
 */
function columnsUnderNumbers(
  cells: readonly string[],
  behind: readonly Line[],
  count: number,
  isQuoted: (cell: string) => boolean,
): number[] | undefined {
  const next = behind.find((line) => !isCommentLine(line));
  if (!next || next.cells[0] === "") {
    return undefined;
  }
  const columns = cells.map((_, index) => index);
  if (cells[0] === "" && cells.length === count + 1 && cells.slice(1).every(isWhole)) {
    return columns.slice(1);
  }
  return cells[0] !== "" && isQuoted(cells[0]!) && !isQuoted(next.cells[0]!) ? columns : undefined;
}

/** Whether cells are 0, 1, 2 and so on. */
export function countsUp(cells: readonly string[]): boolean {
  return cells.every((cell, index) => cell === String(index));
}

function withoutHeader(lines: readonly Line[], start: number, wanted: Wanted): Layout | LayoutFault {
  const names = typeof wanted === "number" ? [] : wanted;
  const first = lines[start]!;
  const width = first.cells.length;
  const comment = lines[start - 1];
  const title = comment && titleOf(comment);
  if (title && title.length === width && names.some((name) => title.includes(name))) {
    // A header behind `#`, as numerical programs write it.
    return withHeader({ cells: title, number: comment.number }, lines.slice(start), names, () => false);
  }
  const rows = lines.slice(start).filter((line) => !isCommentLine(line));
  const ragged = rows.find(({ cells }) => cells.length !== width);
  if (ragged) {
    return { problem: raggedness(ragged, width), doubled: ragged.cells.length === 2 * width };
  }
  let used = width;
  while (used > countOf(wanted) && rows.every(({ cells }) => (cells[used - 1] ?? "") === "")) {
    used--;
  }
  return byPosition(
    Array.from({ length: used }, (_, index) => index),
    wanted,
    {
      headLines: first.number - 1,
      width,
      hashIsText: false,
      doubtfulFirst:
        first.cells.slice(0, used).every(isWhole) && new Set(first.cells.slice(0, used)).size === used,
    },
  );
}

export function raggedness({ cells, number }: Line, width: number): string {
  return `row ${number} has ${counted(cells.length, "column")}, and the first row has ${width}`;
}

function titleOf({ cells }: Line): string[] {
  const [first = "", ...rest] = cells;
  const name = first.replace(/^[#\s]+/, "");
  return name === "" ? rest : [name, ...rest];
}

/** Takes columns in order. */
function byPosition(
  columns: readonly number[],
  wanted: Wanted,
  layout: Omit<Layout, "places" | "header">,
): Layout | LayoutFault {
  const [count, given] = [columns.length, countOf(wanted)];
  if (count === given) {
    return { ...layout, places: columns };
  }
  return {
    problem:
      typeof wanted === "number"
        ? columnsFault(count, given)
        : `has no header and ${counted(count, "column")}, but ${counted(given, "name is", "names are")} given here; name each column in order`,
    doubled: count === 2 * given,
  };
}
