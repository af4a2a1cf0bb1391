import { printableLine, roundedText } from "../printable/index.js";

/** One column of a table for people. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Text in columns, with a rule under the titles. */
export function formatTable(columns: readonly Column[], given: readonly (readonly string[])[]): string {
  // Columns stand straight only when nothing in a cell grows later.
  const rows = given.map((cells) => cells.map(printableLine));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => row[index]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index]!.align === "right" ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(columns.map((column) => column.title)), rule, ...rows.map(line)].join("\n");
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
