import { EventEmitter } from "node:events";
import Papa from "papaparse";
import type { TextFacts } from "./survey.js";

/** Larger files of data are refused. */
export const largestTable = 50_000_000;

/** One line of a table (several, where line breaks stand in quotes), cut into its cells. */
export interface Line {
  readonly cells: readonly string[];
  /** Its number from 1, as an editor counts. */
  readonly number: number;
}

/** Why a text is no table at all; nothing when it may be one. */
export function refusalOf({ characters, nulLine }: TextFacts): string | undefined {
  if (characters > largestTable) {
    return `has ${characters} characters, more than the ${largestTable} that are read`;
  }
  return nulLine === undefined
    ? undefined
    : `is not a text file in UTF-8: row ${nulLine} has a NUL character; save the table as CSV in UTF-8`;
}

/** What a text is that could not be read as a table; nothing when it looks like one. */
export function otherKindOf(text: string): string | undefined {
  const start = text
    .slice(0, 1000)
    .replace(/^\uFEFF/, "")
    .trimStart();
  const kind = /^(?:\[\s*(?:[[{\]"\d-]|true|false|null|$)|\{\s*(?:["}]|$))/.test(start)
    ? "JSON"
    : /^<[!?a-z]/i.test(start)
      ? "HTML or XML"
      : undefined;
  return kind && `is no table: it looks like ${kind}; save the table as CSV`;
}

/**
 * Makes, of a text that comes in parts, one without its byte order mark, with every line ending the same, and without
 * spaces before quotes, which would keep the library from seeing them.
 */
export class PlainLines {
  private rest = "";
  private isFirst = true;

  constructor(private readonly hasSpacedQuotes: boolean) {}

  /** What can be said of the text so far, behind what was said before. */
  push(part: string): string {
    let text = this.rest + part;
    if (this.isFirst && text !== "") {
      this.isFirst = false;
      if (text.startsWith("\uFEFF")) {
        text = text.slice(1);
      }
    }
    // Of two signs that end a line the second may be still to come, and so may a quote behind spaces.
    const end = this.hasSpacedQuotes
      ? Math.max(text.lastIndexOf("\n"), text.slice(0, -1).lastIndexOf("\r")) + 1
      : text.length - Number(text.endsWith("\r"));
    this.rest = text.slice(end);
    return this.plain(text.slice(0, end));
  }

  finish(): string {
    return this.plain(this.rest);
  }

  private plain(text: string): string {
    const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
    return this.hasSpacedQuotes ? lines.replace(/([,;|])[ \t]+(?=")/g, "$1") : lines;
  }
}

/**
 * The separator that a first line `sep=;` names, as spreadsheets write and read it, and the text without
 * that line's words.
 */
export function takeHint(text: string): { text: string; separator?: string } {
  const hint = /^sep=(.)(?=\n|$)/i.exec(text);
  return hint ? { text: text.slice(hint[0].length), separator: hint[1]! } : { text };
}

/** Columns that runs of spaces separate, separated by tabs; what stands in quotes stays. */
export function spacesAsTabs(text: string): string {
  return text
    .replace(/^[ \t]+|(?<![ \t])[ \t]+$/gm, "")
    .replace(/"(?:[^"]|"")*"|[ \t]+/g, (found) => (found.startsWith('"') ? found : "\t"));
}

/** {@link spacesAsTabs} for a text that comes in parts. */
export class SpacesAsTabs {
  /** Whole lines, with a quote that is still open. */
  private open = "";
  private rest = "";

  push(part: string): string {
    const text = this.rest + part;
    const end = text.lastIndexOf("\n") + 1;
    this.rest = text.slice(end);
    const lines = text.slice(0, end);
    // What a quote holds goes on until the next one.
    const isOdd = lines.includes('"') && (lines.split('"').length - 1) % 2 === 1;
    const whole = this.open + lines;
    const isOpen = isOdd !== (this.open !== "");
    this.open = isOpen ? whole : "";
    return isOpen ? "" : spacesAsTabs(whole);
  }

  finish(): string {
    return spacesAsTabs(this.open + this.rest);
  }
}

/** What Papa Parse reads a text from that comes in parts. */
class Parts extends EventEmitter {
  readonly readable = true;
  read(): null {
    return null;
  }
  pause(): void {}
  resume(): void {}
}

/**
 * Cuts a text of plain line endings into lines of cells, blank lines left out, until `visit` returns something. Where a
 * quote is not closed, or ends before its cell does, `refuse` is asked.
 */
export class LineCutter<Outcome> {
  /** What was returned first. */
  outcome: Outcome | undefined;
  private readonly parts = new Parts();
  private number = 0;
  private hasQuotes = false;
  private waiting = "";
  /** So many characters are waited for: a row of many lines is not to be begun with every part. */
  private least = 0;

  constructor(
    separator: string,
    private readonly visit: (line: Line) => Outcome | undefined,
    private readonly refuse: (line: number, problem: string) => Outcome,
  ) {
    Papa.parse<string[]>(this.parts as unknown as NodeJS.ReadableStream, {
      delimiter: separator,
      newline: "\n",
      chunk: (results, parser) => {
        this.take(results);
        if (this.outcome !== undefined) {
          parser.abort();
        }
      },
      // The types ask for it.
      complete: () => undefined,
    });
  }

  push(part: string): void {
    if (this.outcome !== undefined || part === "") {
      return;
    }
    this.hasQuotes ||= part.includes('"');
    this.waiting += part;
    if (this.waiting.length < this.least) {
      return;
    }
    const [before, given] = [this.number, this.waiting];
    this.waiting = "";
    this.parts.emit("data", given);
    this.least = this.number > before ? 0 : 2 * Math.max(this.least, given.length);
  }

  finish(): void {
    if (this.outcome !== undefined) {
      return;
    }
    if (this.waiting !== "") {
      this.parts.emit("data", this.waiting);
    }
    this.parts.emit("end");
  }

  private take({ data, errors }: Papa.ParseResult<string[]>): void {
    const broken = errors.find(({ type }) => type === "Quotes")?.row;
    for (const [index, cells] of data.entries()) {
      this.number++;
      if (broken === index) {
        this.outcome = this.refuse(this.number, "a quote is not closed, or something stands behind it");
      } else if (cells.length > 1 || cells[0]!.trim() !== "") {
        this.outcome = this.visit({ cells, number: this.number });
      }
      if (this.outcome !== undefined) {
        return;
      }
      if (this.hasQuotes) {
        for (const cell of cells) {
          this.number += cell.includes("\n") ? cell.split("\n").length - 1 : 0;
        }
      }
    }
  }
}

/** A cell without spaces around it, and without quotes that spaces before them kept the library from seeing. */
export function plainCell(cell: string): string {
  const trimmed = cell.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
    ? trimmed.slice(1, -1)
    : trimmed;
}
