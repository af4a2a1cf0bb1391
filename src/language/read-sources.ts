import type { URI } from "langium";
import type { Table } from "../data/index.js";

/** Why a file could not be read, in a few words. */
export interface ReadingProblem {
  readonly problem: string;
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

/** What a statement takes from a table. */
export interface TableUse {
  readonly uri: URI;
  /** The columns, in order. */
  readonly names: readonly string[];
}

/** Tables of data, by what is taken from them. Whoever may read files puts them here before documents are checked. */
export class DataTables {
  private readonly tables = new Map<
    string,
    { readonly use: TableUse; readonly table: LoadedTable | "unread" }
  >();

  /** @param absent what is to be said of tables that nobody has put here. */
  constructor(private readonly absent: LoadedTable | "unread" = { problem: "there is no such file" }) {}

  /** @param table `"unread"` while it is being read. */
  set(use: TableUse, table: LoadedTable | "unread"): void {
    this.tables.set(keyOf(use), { use, table });
  }

  /** Forgets all that was taken from a file. */
  delete(uri: URI): void {
    for (const [key, { use }] of this.tables) {
      if (use.uri.toString() === uri.toString()) {
        this.tables.delete(key);
      }
    }
  }

  /** Forgets what is not among these. */
  retain(uses: readonly TableUse[]): void {
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
    return [...new Set([...this.tables.values()].map(({ use }) => use.uri.toString()))];
  }

  /** Another one whenever a table is put here: what is read for one turn is nothing to the next. */
  turn(use: TableUse): object | undefined {
    return this.tables.get(keyOf(use));
  }

  /** What is known of a table. */
  known(use: TableUse): LoadedTable | "unread" | undefined {
    return this.tables.get(keyOf(use))?.table;
  }

  get(use: TableUse): LoadedTable | "unread" {
    return this.known(use) ?? this.absent;
  }
}

function keyOf({ uri, names }: TableUse): string {
  return JSON.stringify([uri.toString(), names]);
}
