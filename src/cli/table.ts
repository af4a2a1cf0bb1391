import { printableLine } from "../printable/index.js";

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
  return value === 0 ? "0" : String(Number(value.toPrecision(digits)));
}

/** A measured value with its standard error in units of the last digits, such as `0.17221(19)`. */
export function formatMeasured(value: number | null, error: number | null): string {
  if (value === null || error === null || !(error > 0)) {
    return formatNumber(value);
  }
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(error)));
  if (decimals > 12) {
    return `${formatNumber(value, 8)} ± ${formatNumber(error, 2)}`;
  }
  return `${value.toFixed(decimals)}(${Math.round(error * 10 ** decimals)})`;
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
