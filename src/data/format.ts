/**
 * A format of files of data: how bytes become a table of numbers. One is added by a record like `csv/format.ts` and its
 * place in `formats.ts` (docs/how-to/add-a-data-format.md).
 */
export interface DataFormat {
  /** For people: `CSV`. */
  readonly name: string;
  /** How names of its files end, in small letters: `.csv`. */
  readonly extensions: readonly string[];
  /** Whether a file that begins so is of this format, whatever it is called; absent where its beginning tells nothing. */
  readonly begins?: (first: Uint8Array) => boolean;
  /**
   * Reads columns of a file.
   * @param names of the columns that are asked for, in order.
   * @throws UnreadableFile, when the file cannot be read at all.
   */
  read(file: DataFile, names: readonly string[]): Promise<Table>;
}

/** A file as formats read it. */
export interface DataFile {
  /** In bytes. */
  readonly size: number;
  /** Its bytes from the beginning, as often as they are asked for. A chunk holds until the next is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** The columns that are asked for, or why there are none. */
export type Table =
  | {
      /** Row by row one finite number for each name. */
      readonly values: Numbers;
      readonly header?: readonly string[];
      /** What could have been meant otherwise, one line each. */
      readonly remarks: readonly string[];
    }
  /** In one line behind the file's name: what is wrong, at which line or byte, and what to do. */
  | { readonly problem: string; readonly header?: readonly string[] }
  | MissingColumns;

/** Numbers in the narrowest kind of array that holds each of them exactly. */
export type Numbers = Int8Array | Int16Array | Float32Array | Float64Array;

/** The header does not name columns that are asked for. */
export interface MissingColumns {
  /** Which of the names. */
  readonly missing: readonly number[];
  /** The names that there are. */
  readonly header: readonly string[];
  /** What may explain it, to put behind the message. */
  readonly remark: string;
}
