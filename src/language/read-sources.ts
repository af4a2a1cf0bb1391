import type { URI } from "langium";
import type { AskedColumn, DataTable, Table, Tensor } from "../data/index.js";

/** Why a file could not be read, in a few words. */
export interface ReadingProblem {
  readonly problem: string;
  /** Which of several files it is, from 0. */
  readonly file?: number;
}

/** Why imported files could not be read. Whoever may read files says it here before documents are checked. */
export class MissingSources {
  private readonly problems = new Map<string, ReadingProblem>();

  set(uri: URI, problem: ReadingProblem): void {
    this.problems.set(uri.toString(), problem);
  }

  delete(uri: URI): void {
    this.problems.delete(uri.toString());
  }

  clear(): void {
    this.problems.clear();
  }

  /** The addresses of all. */
  addresses(): string[] {
    return [...this.problems.keys()];
  }

  has(uri: URI): boolean {
    return this.problems.has(uri.toString());
  }

  get(uri: URI): ReadingProblem | undefined {
    return this.problems.get(uri.toString());
  }
}

/** A table of data, or why it could not be read. */
export type LoadedTable =
  | {
      readonly table: Table;
      /** SHA-256 of the text that it was read from, in hexadecimal. */
      readonly digest: string;
    }
  | ReadingProblem;

/** Rows of tensors, or why they could not be read. */
export type LoadedRows = { readonly rows: DataTable } | ReadingProblem;

/** A tensor, or why it could not be read. */
export type LoadedTensor = { readonly tensor: ReadTensor } | ReadingProblem;

/** What of a tensor is read. */
export type ReadTensor = Pick<Tensor, "shape" | "values" | "digest">;

/** What a statement takes from a table. */
export interface TableUse {
  readonly uri: URI;
  /** The columns, in order. */
  readonly names: readonly string[];
}

/** What a statement takes from files whose rows have shapes. */
export interface RowsUse {
  /** The name of a format of data. */
  readonly format: string;
  readonly uris: readonly URI[];
  readonly columns: readonly AskedColumn[];
  /** How many rows, from the first; all when absent. */
  readonly take?: number;
}

/** A tensor at which a weight starts. */
export interface TensorUse {
  readonly uri: URI;
  /** Of the tensor, where a file has several. */
  readonly tensor: string | undefined;
}

export type DataUse = TableUse | RowsUse | TensorUse;

/** What is read for a use. */
export type Loaded<Use extends DataUse> = Use extends TableUse
  ? LoadedTable
  : Use extends RowsUse
    ? LoadedRows
    : LoadedTensor;

export function isRowsUse(use: DataUse): use is RowsUse {
  return "format" in use;
}

export function isTensorUse(use: DataUse): use is TensorUse {
  return "tensor" in use;
}

/** SHA-256 in hexadecimal of a table's file; nothing of other files, of which digests are of what was read of all of them. */
export function digestOf(loaded: LoadedTable | LoadedRows | LoadedTensor): string | undefined {
  return "digest" in loaded ? loaded.digest : undefined;
}

/** The addresses of the files that a use is about. */
export function urisOf(use: DataUse): readonly URI[] {
  return isRowsUse(use) ? use.uris : [use.uri];
}

/** Data, by what is taken from them. Whoever may read files puts them here before documents are checked. */
export class DataTables {
  private readonly tables = new Map<
    string,
    { readonly use: DataUse; readonly loaded: Loaded<DataUse> | "unread" }
  >();

  /** @param absent what is to be said of data that nobody has put here. */
  constructor(private readonly absent: ReadingProblem | "unread" = { problem: "there is no such file" }) {}

  /** @param loaded `"unread"` while it is being read. */
  set<Use extends DataUse>(use: Use, loaded: Loaded<Use> | "unread"): void {
    this.tables.set(keyOf(use), { use, loaded });
  }

  /** Forgets all that was taken from a file. */
  delete(uri: URI): void {
    const address = uri.toString();
    for (const [key, { use }] of this.tables) {
      if (urisOf(use).some((one) => one.toString() === address)) {
        this.tables.delete(key);
      }
    }
  }

  /** Forgets what is not among these. */
  retain(uses: readonly DataUse[]): void {
    const kept = new Set(uses.map(keyOf));
    for (const key of this.tables.keys()) {
      if (!kept.has(key)) {
        this.tables.delete(key);
      }
    }
  }

  clear(): void {
    this.tables.clear();
  }

  /** The addresses of all files. */
  addresses(): string[] {
    return [
      ...new Set([...this.tables.values()].flatMap(({ use }) => urisOf(use).map((uri) => uri.toString()))),
    ];
  }

  /** The addresses of files of which something could not be read. */
  failed(): string[] {
    const failed = [...this.tables.values()].filter(
      ({ loaded }) => loaded !== "unread" && "problem" in loaded,
    );
    return [...new Set(failed.flatMap(({ use }) => urisOf(use).map((uri) => uri.toString())))];
  }

  /** Another one whenever data are put here: what is read for one turn is nothing to the next. */
  turn(use: DataUse): object | undefined {
    return this.tables.get(keyOf(use));
  }

  /** What is known of data. */
  known<Use extends DataUse>(use: Use): Loaded<Use> | "unread" | undefined {
    return this.tables.get(keyOf(use))?.loaded as Loaded<Use> | "unread" | undefined;
  }

  get<Use extends DataUse>(use: Use): Loaded<Use> | ReadingProblem | "unread" {
    return this.known(use) ?? this.absent;
  }
}

/** The same for two uses of the same. */
export function keyOf(use: DataUse): string {
  const { uri, uris, ...rest } = { uri: undefined, uris: undefined, ...use };
  return JSON.stringify([(uris ?? [uri!]).map(String), rest]);
}
