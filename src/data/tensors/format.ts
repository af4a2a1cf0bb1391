import type { AskedColumn, ColumnBuilder } from "./column.js";

/** The bytes of a file as formats read them, unpacked where it is packed. */
export interface FileBytes {
  /** How many, where it is known before all are read. */
  readonly length?: number;
  /** How many there can be. */
  readonly most: number;
  /** From the beginning, as often as they are asked for. A chunk holds until the next is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
  /** The same from a byte on, of a file that is not packed. */
  chunksFrom?(position: number): AsyncIterable<Uint8Array>;
  /** Is told the bytes that numbers were made of, in order, of which the digest is made. */
  use(bytes: Uint8Array): void;
}

/** What of a file is asked for. */
export interface Asked {
  /** Which of the files it is, from 0. */
  readonly file: number;
  /** Columns to which the rows are appended. */
  readonly columns: readonly ColumnBuilder[];
  /** Rows that are taken of this file at most. */
  readonly most: number;
  /** How many bytes all files together have, where a file has rows of all columns. */
  readonly whole: number;
}

/**
 * A format of data with shapes: which files it has, and how their bytes become columns. One is added by a record like
 * `idx/format.ts` and its place in `formats.ts`.
 */
export interface TensorFormat {
  /** As texts name its reader: `idx`. */
  readonly name: string;
  /** For people: `IDX`. */
  readonly title: string;
  /** One sentence of Markdown: which files, which columns. */
  readonly documentation: string;
  /** What the files are, in order; the last one may be repeated where `repeats`. */
  readonly parameters: readonly string[];
  readonly repeats: boolean;
  /** How names of its files end, in small letters. */
  readonly extensions: readonly string[];
  /** Whether a file holds one column, or some rows of all columns. */
  readonly holds: "a column" | "rows";
  /** Whether nothing but a file's length says how many rows there are, so that it has to be known first. */
  readonly needsLength?: boolean;
  /** Why so many files do not hold such columns, in one line; nothing when they may. */
  problem(columns: readonly AskedColumn[], files: number): string | undefined;
  /**
   * Appends rows to columns.
   * @returns how many rows the file has, taken or not, and what could have been meant otherwise, one line each.
   * @throws Fault, and UnreadableFile where the bytes cannot be read.
   */
  read(
    file: FileBytes,
    asked: Asked,
  ): Promise<{ readonly rows: number; readonly remarks?: readonly string[] }>;
}
