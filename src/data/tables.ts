import { createHash } from "node:crypto";
import { UnreadableFile, withFile } from "../files/index.js";
import { withoutMark } from "./csv/mark.js";
import type { DataFile, DataFormat, Table } from "./format.js";
import { dataFormats, tensorFormats } from "./formats.js";
import { isPacked, unpacked } from "./gzip/unpack.js";
import { FileMemory } from "./memory.js";
import { beginningOf, ChangedFile, inPeace } from "./tensors/open-file.js";

/** A table as it was read from a file. */
export interface ReadTable {
  readonly table: Table;
  /** SHA-256 of the bytes, unpacked and without the mark of their order that a text may begin with, in hexadecimal. */
  readonly digest: string;
  /** Of the file that it was read from. */
  readonly edition: string;
}

/** The largest file read, in bytes; a table of a million rows fits. */
export const largestFile = 64 * 2 ** 20;

/**
 * Reads columns of a table from a file of whatever format.
 * @throws UnreadableFile.
 */
export async function readTableFile(path: string, names: readonly string[]): Promise<ReadTable> {
  return inPeace(() =>
    withFile(path, largestFile, async (file) => {
      const read = await readTable(file, path, names);
      if (!(await file.isUnchanged())) {
        throw new ChangedFile(path);
      }
      return { ...read, edition: file.edition };
    }),
  );
}

/**
 * Reads columns of a table from the bytes of a file, which gzip may have packed.
 * @param path whose end may tell the format.
 * @throws UnreadableFile.
 */
export async function readTable(
  file: DataFile,
  path: string,
  names: readonly string[],
): Promise<Pick<ReadTable, "table" | "digest">> {
  const plain = isPacked(await beginningOf(file)) ? await unpackedFile(file) : file;
  const format = await formatOf(plain, path.replace(/\.gz$/i, ""));
  const digested = new DigestedFile(plain);
  return { table: await format.read(digested, names), digest: await digested.digest() };
}

/** What is packed, which is no larger than what is not. */
async function unpackedFile(packed: DataFile): Promise<DataFile> {
  let size = 0;
  for await (const chunk of unpacked(packed.chunks(), packed.size)) {
    size += chunk.length;
    if (size > largestFile) {
      throw new UnreadableFile(`has more than ${largestFile / 2 ** 20} MiB unpacked; make it smaller`);
    }
  }
  return { size, chunks: () => unpacked(packed.chunks(), packed.size) };
}

async function formatOf(file: DataFile, path: string): Promise<DataFormat> {
  const name = path.toLowerCase();
  const first = (await beginningOf(file)).subarray(0, longestBeginning);
  const known =
    dataFormats.find(({ begins }) => begins?.(first)) ??
    dataFormats.find(({ extensions }) => endsIn(name, extensions));
  if (known !== undefined) {
    return known;
  }
  // Text has no zeros; a table that is only called like another format is read as one.
  const other = first.includes(0)
    ? tensorFormats.find(({ extensions }) => endsIn(name, extensions))
    : undefined;
  if (other !== undefined) {
    throw new UnreadableFile(`is a file of ${other.title}; write ${other.name}(…) around its name`);
  }
  return dataFormats.at(-1)!;
}

function endsIn(name: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => name.endsWith(extension));
}

/** So many bytes tell what a file is, if they do. */
const longestBeginning = 1024;

/** A file whose digest is made as it is read for the first time. */
class DigestedFile implements DataFile {
  private readonly hash = createHash("sha256");
  private began = false;
  private hashed = false;

  constructor(private readonly file: DataFile) {}

  get size(): number {
    return this.file.size;
  }

  chunks(): AsyncIterable<Uint8Array> {
    if (this.began) {
      return this.file.chunks();
    }
    this.began = true;
    return this.hashing(this.file.chunks());
  }

  async digest(): Promise<string> {
    if (!this.hashed) {
      // Its reader left off before the end.
      return digestOf(this.file);
    }
    return this.hash.digest("hex");
  }

  private async *hashing(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    let isFirst = true;
    for await (const chunk of chunks) {
      this.hash.update(isFirst ? withoutMark(chunk) : chunk);
      isFirst = false;
      yield chunk;
    }
    this.hashed = true;
  }
}

async function digestOf(file: DataFile): Promise<string> {
  const again = new DigestedFile(file);
  for await (const _ of again.chunks()) {
    // Only its digest is wanted.
  }
  return again.digest();
}

/** Tables are remembered up to so many, and so many bytes. */
const most = { count: 32, bytes: 2 ** 27 };

/** Reads columns of a table from a file of so many bytes. */
type ReadsTables = (
  path: string,
  names: readonly string[],
  size: number,
  isWanted: () => boolean,
) => Promise<ReadTable>;

/** Tables of files, each read once as long as the file is the same. */
export class TableFiles {
  private readonly memory = new FileMemory<ReadTable>(most, bytesOf);

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
    return this.memory.get(
      JSON.stringify([path, names]),
      () => withFile(path, largestFile, async (file) => file),
      ({ size }) => this.read(path, names, size, isWanted),
    );
  }
}

function bytesOf({ table }: ReadTable): number {
  return "values" in table ? table.values.buffer.byteLength : 0;
}
