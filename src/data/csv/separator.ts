import { isCommentLine, type Layout, type LayoutFault, layoutOf, type Wanted } from "./layout.js";
import { isNumeral } from "./numbers.js";
import { type Line, LineCutter, plainCell, spacesAsTabs } from "./text.js";

/** How a text is cut into cells, and where the numbers then stand, as far as its first lines tell. */
export interface Cutting {
  readonly separator: string;
  /** Whether spaces separate, in whose place tabs are to stand. */
  readonly bySpaces: boolean;
  readonly layout: Layout | LayoutFault;
}

/** So much of a table shows how it is made. */
export const sampleSize = 100_000;
const spaces = " ";
const separators = [",", ";", "\t", "|", spaces];

/**
 * Finds what separates the columns: commas where they give the columns that are asked for, otherwise the one
 * sign that does. Where none does, the one by which the lines look most like rows of numbers.
 * @param text its beginning, whole or longer than a sample.
 * @param separator that the text names itself.
 */
export function cuttingOf(text: string, separator: string | undefined, wanted: Wanted): Cutting {
  const sample = sampleOf(text);
  const tried = (separator === undefined ? separators : [separator]).map((one) => {
    const lines = linesOf(sample, one);
    const isQuoted = (cell: string) => sample.startsWith(`"${cell}"`) || sample.includes(`\n"${cell}"`);
    return { separator: one, lines, layout: layoutOf(lines, wanted, isQuoted) };
  });
  // A sign that stands nowhere separates nothing: one column is read as if commas did.
  const fitting = tried.find(
    ({ layout, separator: one }) => "places" in layout && (layout.width > 1 || one === ","),
  );
  const chosen =
    fitting ?? tried.reduce((best, next) => (likeness(next.lines) > likeness(best.lines) ? next : best));
  return {
    separator: chosen.separator === spaces ? "\t" : chosen.separator,
    bySpaces: chosen.separator === spaces,
    layout: chosen.layout,
  };
}

/** What messages call a separator that is not the comma. */
export function separatorName(separator: string): string | undefined {
  switch (separator) {
    case ",":
      return undefined;
    case "\t":
      return "tabs or spaces";
    default:
      return `\`${separator}\``;
  }
}

/** The first lines, whole. */
function sampleOf(text: string): string {
  if (text.length <= sampleSize) {
    return text;
  }
  const end = text.lastIndexOf("\n", sampleSize);
  return text.slice(0, end < 0 ? sampleSize : end);
}

function linesOf(sample: string, separator: string): Line[] {
  const lines: Line[] = [];
  const text = separator === spaces ? spacesAsTabs(sample) : sample;
  const cutter = new LineCutter<true>(
    separator === spaces ? "\t" : separator,
    (line) => {
      lines.push({ ...line, cells: line.cells.map(plainCell) });
      return undefined;
    },
    // A quote that the sample leaves open ends it.
    () => true,
  );
  cutter.push(text);
  cutter.finish();
  return lines;
}

/** How much lines look like rows of numbers: the share of equally long ones, and that of numbers. */
function likeness(given: readonly Line[]): number {
  const lines = given.filter((line) => !isCommentLine(line));
  const lengths = new Map<number, number>();
  let cells = 0;
  let numbers = 0;
  for (const line of lines) {
    lengths.set(line.cells.length, (lengths.get(line.cells.length) ?? 0) + 1);
    cells += line.cells.length;
    numbers += line.cells.filter(isNumeral).length;
  }
  lengths.delete(1);
  return Math.max(0, ...lengths.values()) / Math.max(1, lines.length) + numbers / Math.max(1, cells);
}
