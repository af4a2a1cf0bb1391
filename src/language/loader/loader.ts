import { Readable } from "node:stream";
import { URI, UriUtils } from "langium";
import {
  type DataSource,
  type DataTable,
  largestFile,
  openData,
  type ReadTable,
  readTable,
  readTensor,
  TableFiles,
  UnreadableData,
} from "../../data/index.js";
import { readTextFile } from "../../files/index.js";
import { largestText } from "../parsing/lexer.js";
import { isNowhere, pathOf } from "../paths.js";
import {
  type DataUse,
  isRowsUse,
  isTensorUse,
  type Loaded,
  type LoadedRows,
  type LoadedTable,
  type LoadedTensor,
  type ReadingProblem,
  type ReadTensor,
  type RowsUse,
  type TableUse,
  type TensorUse,
  urisOf,
} from "../read-sources.js";
import { readingProblem } from "../reading-problem.js";
import { Addresses, type OpenTexts, openAs, openTextsOf, pathOnDisk } from "./addresses.js";

/** Reads files by their paths; rejects when it cannot, with the system's code if there is one. */
export interface SourceReader {
  readText(path: string): Promise<string>;
  /** Reads columns of a table; where it is absent, tables are read from texts. */
  readTable?(
    path: string,
    names: readonly string[],
    isWanted: () => boolean,
  ): Promise<Pick<ReadTable, "table" | "digest">>;
  /** Reads rows whose entries have shapes. */
  readData?(source: DataSource, isWanted: () => boolean): Promise<DataTable>;
  /** Reads a tensor, of a file that has several the one of a name. */
  readTensor?(path: string, name: string | undefined, isWanted: () => boolean): Promise<ReadTensor>;
  /** Whether reading a table takes longer than somebody waits who types. */
  takesLong?(path: string): Promise<boolean>;
}

/** A text, or in a few words why there is none. */
export type LoadedText = { readonly text: string } | ReadingProblem;

type Found = { readonly text: string } | { readonly problem: string; readonly isMissing?: boolean };

const tables = new TableFiles();

const unreadable: ReadingProblem = { problem: "files of this kind cannot be read here" };

/** Reads files of the disk. */
export const diskReader: SourceReader = {
  readText: (path) => readTextFile(path, largestFile),
  readTable: (path, names) => tables.table(path, names),
  readData: (source) => openData(source),
  readTensor: (path, name) => readTensor(path, name),
};

/**
 * Loads what files name, the same for whoever asks: a source as an editor has it open, saved or not, by whichever of its
 * addresses, and otherwise from the disk; a table of data always from the disk.
 */
export class TextLoader {
  /**
   * @param reader of the disk; without one no file can be read.
   * @param texts that an editor has open.
   */
  constructor(
    private readonly reader: SourceReader | undefined,
    private readonly texts: OpenTexts = openTextsOf([]),
    readonly addresses = new Addresses(),
  ) {}

  /** A file of the language. */
  async load(uri: URI): Promise<LoadedText> {
    const loaded = await this.find(uri);
    if ("problem" in loaded) {
      return { problem: loaded.problem };
    }
    return loaded.text.length > largestText
      ? { problem: `it has more than ${largestText} characters` }
      : loaded;
  }

  /**
   * Whatever a text takes from files of data.
   * @param isWanted whether somebody waits for it still.
   */
  async data<Use extends DataUse>(use: Use, isWanted = () => true): Promise<Loaded<Use>> {
    const loaded = isRowsUse(use)
      ? await this.rows(use, isWanted)
      : isTensorUse(use)
        ? await this.tensor(use, isWanted)
        : await this.table(use as TableUse, isWanted);
    return loaded as Loaded<Use>;
  }

  private async rows({ uris, ...use }: RowsUse, isWanted: () => boolean): Promise<LoadedRows> {
    let files: string[] = [];
    try {
      files = uris.map((uri) => this.pathOf(uri));
      const read = this.reader?.readData;
      return read === undefined ? unreadable : { rows: await read({ ...use, files }, isWanted) };
    } catch (reason) {
      const file = reason instanceof UnreadableData ? files.indexOf(reason.file) : 0;
      return { problem: readingProblem(reason), file: Math.max(0, file) };
    }
  }

  private async tensor({ uri, tensor }: TensorUse, isWanted: () => boolean): Promise<LoadedTensor> {
    try {
      const read = this.reader?.readTensor;
      return read === undefined ? unreadable : { tensor: await read(this.pathOf(uri), tensor, isWanted) };
    } catch (reason) {
      return { problem: readingProblem(reason) };
    }
  }

  /** The path that an address is read by. @throws Error when nothing is read there. */
  private pathOf(uri: URI): string {
    const refusal = this.refusal(uri);
    if (refusal !== undefined) {
      throw new Error(refusal.problem);
    }
    return pathToRead(uri);
  }

  /**
   * Columns of a table of numbers.
   * @param isWanted whether somebody waits for it still.
   */
  async table({ uri, names }: TableUse, isWanted = () => true): Promise<LoadedTable> {
    const { reader } = this;
    const refusal = this.refusal(uri);
    if (refusal !== undefined || reader === undefined) {
      return { problem: refusal!.problem };
    }
    try {
      const path = pathToRead(uri);
      if (reader.readTable !== undefined) {
        const { table, digest } = await reader.readTable(path, names, isWanted);
        return { table, digest };
      }
      const text = await reader.readText(path);
      const bytes = new TextEncoder().encode(text);
      return await readTable({ size: bytes.length, chunks: () => Readable.from([bytes]) }, path, names);
    } catch (reason) {
      return { problem: readingProblem(reason) };
    }
  }

  /** Whether data are not to be waited for while somebody types. */
  async takesLong(use: DataUse): Promise<boolean> {
    for (const uri of urisOf(use)) {
      try {
        if (await this.reader?.takesLong?.(pathToRead(uri))) {
          return true;
        }
      } catch {
        // What cannot be read is said when it is read.
      }
    }
    return false;
  }

  private async find(uri: URI): Promise<Found> {
    const own = this.texts.get(uri.toString());
    if (own !== undefined) {
      return { text: own };
    }
    const open = await openAs(uri.toString(), this.texts, this.addresses);
    const text = open && this.texts.get(open.uri);
    if (open === undefined || text === undefined) {
      return this.read(uri);
    }
    if (open.isMade) {
      return { text };
    }
    const made = await this.read(uri);
    return "problem" in made && made.isMissing ? { text } : made;
  }

  private async read(uri: URI): Promise<Found> {
    const refusal = this.refusal(uri);
    if (refusal !== undefined || this.reader === undefined) {
      return refusal!;
    }
    try {
      return { text: await this.reader.readText(pathToRead(uri)) };
    } catch (reason) {
      const isMissing = (reason as { code?: unknown } | null)?.code === "ENOENT";
      return { problem: readingProblem(reason), isMissing };
    }
  }

  /** Why nothing is read at an address. */
  private refusal(uri: URI): { readonly problem: string; readonly isMissing?: boolean } | undefined {
    if (isNowhere(uri)) {
      return { problem: "there is no such file", isMissing: true };
    }
    return this.reader === undefined ? { problem: "files cannot be read here" } : undefined;
  }
}

function pathToRead(uri: URI): string {
  const path = uri.scheme === "relative" ? pathOf(uri) : pathOnDisk(uri.toString());
  if (path === undefined) {
    throw new Error(`it is not on the disk (${uri.scheme}:${UriUtils.basename(uri)})`);
  }
  return path;
}

/** Where the file of an address lies. @throws Error where it is not on the disk. */
export function pathOfAddress(uri: string): string {
  return pathToRead(URI.parse(uri));
}

/** An address as it is written here, however an editor writes it. */
export function addressOf(uri: string): string {
  return URI.parse(uri).toString();
}
