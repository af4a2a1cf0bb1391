/** One row of the bench's table. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** What it should be, and whether it is; absent where nothing is asked. */
  readonly goal?: string;
  readonly met?: boolean;
}

/** Seconds that a call takes. */
export function timeOnce(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

/** The least time of several calls, in seconds. */
export function leastTime(runs: number, work: () => void): number {
  return Math.min(...Array.from({ length: runs }, () => timeOnce(work)));
}

export function milliseconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

/** The figures as a table. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, measured, goal, met }) => [
    what,
    measured,
    goal ?? "",
    met === undefined ? "" : met ? "met" : "NOT MET",
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
