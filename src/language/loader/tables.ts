import { createHash } from "node:crypto";
import { decoded, type OpenFile, UnreadableFile, withFile } from "../../files/index.js";
import { type Table, TableReader, TextSurvey } from "../semantics/csv/index.js";

/** A table as it was read from a file. */
export interface ReadTable {
  readonly table: Table;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
  /** Of the file that it was read from. */
  readonly edition: string;
}

/** The largest file read, in bytes; a table of a million rows fits. */
export const largestFile = 64 * 2 ** 20;

/** How often a file is read anew that is written meanwhile. */
const mostReadings = 3;

/**
 * Reads columns of a table from a file, in parts: once to know what the text is, and once to understand it.
 * @throws UnreadableFile.
 */
export async function readTableFile(path: string, names: readonly string[]): Promise<ReadTable> {
  for (let reading = 1; reading <= mostReadings; reading++) {
    const found = await withFile(path, largestFile, async (file) => {
      const read = await readOnce(file, names);
      return (await file.isUnchanged()) ? read : undefined;
    });
    if (found !== undefined) {
      return found;
    }
  }
  throw new UnreadableFile("changes while it is read; wait until it is written");
}

async function readOnce(file: OpenFile, names: readonly string[]): Promise<ReadTable> {
  const hash = createHash("sha256");
  const survey = new TextSurvey();
  for await (const part of decoded(file.chunks())) {
    hash.update(part);
    survey.add(part);
  }
  const reader = new TableReader(survey.facts, names);
  for await (const part of decoded(file.chunks())) {
    reader.push(part);
    if (reader.isDone) {
      break;
    }
  }
  return { table: reader.finish(), digest: hash.digest("hex"), edition: file.edition };
}

/** Tables are remembered up to so many, and so many bytes. */
const most = { tables: 32, bytes: 2 ** 27 };

/** A file that changed within so many milliseconds may change again without another time being noted. */
const coarsestTime = 2000;

/** Reads columns of a table from a file of so many bytes. */
type ReadsTables = (
  path: string,
  names: readonly string[],
  size: number,
  isWanted: () => boolean,
) => Promise<ReadTable>;

/** Tables of files, each read once as long as the file is the same. */
export class TableFiles {
  private readonly tables = new Map<string, ReadTable>();
  private readonly reading = new Map<string, Promise<ReadTable>>();

  /** @param read reads a table that is not remembered. */
  constructor(private readonly read: ReadsTables = readTableFile) {}

  /**
   * @param isWanted whether somebody waits for it still.
   * @throws UnreadableFile, and what reading throws.
   */
  async table(
    path: string,
    names: readonly string[],
    isWanted: () => boolean = () => true,
  ): Promise<ReadTable> {
    const { edition, modified, size } = await withFile(path, largestFile, async (file) => file);
    const isOld = Date.now() - modified > coarsestTime;
    const key = JSON.stringify([path, names]);
    const known = this.tables.get(key);
    if (known?.edition === edition) {
      this.remember(key, known);
      return known;
    }
    const turn = `${edition} ${key}`;
    const begun = this.reading.get(turn);
    const reading = (isOld ? begun : undefined) ?? this.read(path, names, size, isWanted);
    this.reading.set(turn, reading);
    try {
      const found = await reading;
      if (isOld && found.edition === edition) {
        this.remember(key, found);
      }
      return found;
    } finally {
      this.reading.delete(turn);
    }
  }

  private remember(key: string, table: ReadTable): void {
    this.tables.delete(key);
    this.tables.set(key, table);
    let bytes = 0;
    for (const [index, [one, kept]] of [...this.tables].reverse().entries()) {
      bytes += bytesOf(kept);
      if (index >= most.tables || (index > 0 && bytes > most.bytes)) {
        this.tables.delete(one);
      }
    }
  }
}

function bytesOf({ table }: ReadTable): number {
  return "values" in table ? table.values.buffer.byteLength : 0;
}
