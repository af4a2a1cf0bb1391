import { Readable } from "node:stream";
import { URI, UriUtils } from "langium";
import { largestFile, type ReadTable, readTable, TableFiles } from "../../data/index.js";
import { readTextFile } from "../../files/index.js";
import { largestText } from "../parsing/lexer.js";
import { isNowhere, pathOf } from "../paths.js";
import type { LoadedTable, ReadingProblem, TableUse } from "../read-sources.js";
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
  /** Whether reading a table takes longer than somebody waits who types. */
  takesLong?(path: string): Promise<boolean>;
}

/** A text, or in a few words why there is none. */
export type LoadedText = { readonly text: string } | ReadingProblem;

type Found = { readonly text: string } | { readonly problem: string; readonly isMissing?: boolean };

const tables = new TableFiles();

/** Reads files of the disk. */
export const diskReader: SourceReader = {
  readText: (path) => readTextFile(path, largestFile),
  readTable: (path, names) => tables.table(path, names),
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

  /** Whether a table is not to be waited for while somebody types. */
  async takesLong({ uri }: TableUse): Promise<boolean> {
    try {
      return (await this.reader?.takesLong?.(pathToRead(uri))) ?? false;
    } catch {
      return false;
    }
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

/** An address as it is written here, however an editor writes it. */
export function addressOf(uri: string): string {
  return URI.parse(uri).toString();
}
