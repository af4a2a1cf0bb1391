import Papa from "papaparse";

/** Larger files of data are refused. */
export const largestTable = 50_000_000;

/** How many characters the library is given at once, so that a large table is never held as texts of cells. */
const chunkSize = 1 << 20;

/** One line of a table (several, where line breaks stand in quotes), cut into its cells. */
export interface Line {
  readonly cells: readonly string[];
  /** Its number from 1, as an editor counts. */
  readonly number: number;
}

/** Why a text is no table at all; nothing when it may be one. */
export function refusalOf(text: string): string | undefined {
  if (text.length > largestTable) {
    return `has ${text.length} characters, more than the ${largestTable} that are read`;
  }
  if (text.startsWith("PK\u0003\u0004")) {
    return "is a workbook or an archive, not a text file; save the table as CSV";
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const line = text.slice(0, nul).split(/\r\n?|\n/).length;
    return `is not a text file in UTF-8: row ${line} has a NUL character; save the table as CSV in UTF-8`;
  }
  return undefined;
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
 * The text without its byte order mark, with every line ending the same, and without spaces before quotes, which
 * would keep the library from seeing them.
 */
export function withPlainLines(text: string): string {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const content = start > 0 ? text.slice(start) : text;
  const lines = content.includes("\r") ? content.replace(/\r\n?/g, "\n") : content;
  return lines.includes(' "') ? lines.replace(/([,;|])[ \t]+(?=")/g, "$1") : lines;
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
    .replace(/^[ \t]+|[ \t]+$/gm, "")
    .replace(/"(?:[^"]|"")*"|[ \t]+/g, (found) => (found.startsWith('"') ? found : "\t"));
}

/**
 * Cuts a text of plain line endings into lines of cells, blank lines left out, until `visit` returns something,
 * which is then returned. Where a quote is not closed, or ends before its cell does, `refuse` is asked.
 */
export function cutLines<Outcome>(
  text: string,
  separator: string,
  visit: (line: Line) => Outcome | undefined,
  refuse: (line: number, problem: string) => Outcome,
): Outcome | undefined {
  const hasQuotes = text.includes('"');
  let number = 0;
  let outcome: Outcome | undefined;
  Papa.parse<string[]>(text, {
    delimiter: separator,
    newline: "\n",
    chunkSize,
    // The types ask for it.
    complete: () => undefined,
    chunk: ({ data, errors }: Papa.ParseResult<string[]>, parser: Papa.Parser) => {
      const [broken] = errors.filter(({ type }) => type === "Quotes");
      for (const [index, cells] of data.entries()) {
        number++;
        if (broken?.row === index) {
          outcome = refuse(number, "a quote is not closed, or something stands behind it");
        } else if (cells.length > 1 || cells[0]!.trim() !== "") {
          outcome = visit({ cells, number });
        }
        if (outcome !== undefined) {
          parser.abort();
          return;
        }
        if (hasQuotes) {
          for (const cell of cells) {
            number += cell.includes("\n") ? cell.split("\n").length - 1 : 0;
          }
        }
      }
    },
  });
  return outcome;
}

/** A cell without spaces around it, and without quotes that spaces before them kept the library from seeing. */
export function plainCell(cell: string): string {
  const trimmed = cell.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
    ? trimmed.slice(1, -1)
    : trimmed;
}
