import { printableLine, roundedText } from "../printable/index.js";

/** One column of a table for people. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/**
 * Text in columns, with a rule under the titles.
 * @param room how many characters a line of the terminal has: columns that do not fit beside the others stand in a line
 * below them, titles as well as cells.
 */
export function formatTable(
  columns: readonly Column[],
  given: readonly (readonly string[])[],
  room = Number.POSITIVE_INFINITY,
): string {
  // Columns stand straight only when nothing in a cell grows later.
  const rows = given.map((cells) => cells.map(printableLine));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => row[index]!.length)),
  );
  const lines = linesOf(widths, room);
  const line = (cells: readonly string[]) =>
    lines
      .map((places, index) => {
        const padded = places.map((place) =>
          columns[place]!.align === "right"
            ? cells[place]!.padStart(widths[place]!)
            : cells[place]!.padEnd(widths[place]!),
        );
        return `${index === 0 ? "" : indent}${padded.join(gap)}`.trimEnd();
      })
      .filter((text, index) => index === 0 || text !== "")
      .join("\n");
  const rule = (lines[0] ?? []).map((place) => "─".repeat(widths[place]!)).join(gap);
  return [line(columns.map((column) => column.title)), rule, ...rows.map(line)].join("\n");
}

const gap = "  ";
const indent = "    ";

/** Which columns stand side by side, by their widths; the first line has no indent. */
function linesOf(widths: readonly number[], room: number): readonly (readonly number[])[] {
  const lines: number[][] = [[]];
  let taken = 0;
  for (const [place, width] of widths.entries()) {
    const last = lines.at(-1)!;
    if (last.length > 0 && taken + gap.length + width > room) {
      lines.push([place]);
      taken = indent.length + width;
    } else {
      taken += (last.length > 0 ? gap.length : 0) + width;
      last.push(place);
    }
  }
  return lines;
}

/** A number with so many significant digits, as short as that allows. */
export function formatNumber(value: number | null | undefined, digits = 6): string {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return "–";
  }
  return value === 0 ? "0" : roundedText(value, digits);
}

/** Seconds as a person says them. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return "?";
  }
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A large number with a unit, such as `1.2 G`. */
export function formatRate(value: number): string {
  const units = ["", " k", " M", " G", " T"];
  let power = 0;
  let rest = value;
  while (rest >= 1000 && power < units.length - 1) {
    rest /= 1000;
    power++;
  }
  return `${rest.toPrecision(3)}${units[power]}`;
}
