import { URI, UriUtils } from "langium";
import { readTextFile } from "../../files/index.js";
import { largestText } from "../parsing/lexer.js";
import { isNowhere, pathOf } from "../paths.js";
import { readingProblem } from "../reading-problem.js";
import { largestTable } from "../semantics/csv/index.js";
import { Addresses, type OpenTexts, openAs, openTextsOf, pathOnDisk } from "./addresses.js";

/** Reads files by their paths; rejects when it cannot, with the system's code if there is one. */
export interface SourceReader {
  readText(path: string): Promise<string>;
}

/** A file of the language, or a table of numbers. */
export type TextKind = "source" | "data";

/** A text, or in a few words why there is none. */
export type LoadedText = { readonly text: string } | { readonly problem: string };

type Found = { readonly text: string } | { readonly problem: string; readonly isMissing?: boolean };

/** The largest file read, in bytes; a table of a million rows fits. */
const largestFile = 64 * 2 ** 20;

/** Reads files of the disk. */
export const diskReader: SourceReader = { readText: (path) => readTextFile(path, largestFile) };

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

  async load(uri: URI, kind: TextKind): Promise<LoadedText> {
    const most = kind === "source" ? largestText : largestTable;
    const loaded = await this.find(uri, kind);
    if ("problem" in loaded) {
      return { problem: loaded.problem };
    }
    return loaded.text.length > most ? { problem: `it has more than ${most} characters` } : loaded;
  }

  private async find(uri: URI, kind: TextKind): Promise<Found> {
    if (kind === "data") {
      return this.read(uri);
    }
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
    if (isNowhere(uri)) {
      return { problem: "there is no such file", isMissing: true };
    }
    if (this.reader === undefined) {
      return { problem: "files cannot be read here" };
    }
    try {
      return { text: await this.reader.readText(pathToRead(uri)) };
    } catch (reason) {
      const isMissing = (reason as { code?: unknown } | null)?.code === "ENOENT";
      return { problem: readingProblem(reason), isMissing };
    }
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
