import { endsToSee } from "./beyond.js";
import type { DrawnRun } from "./measured-data.js";

/**
 * The values that a picture has to show in full: measurements with their intervals, and the prediction where there is more of it
 * than of them: while more are to come, and where a run was stopped before all its places.
 */
export function essentialValues(run: DrawnRun): number[] {
  const { points, orders, subtracted, isRunning } = run;
  const zero = subtracted === undefined ? [] : [0];
  const means = points.map(({ value }) => value);
  const ends = points.flatMap(({ low, high }) => [low, high]);
  const measured = [...means, ...endsToSee(ends, [...means, ...zero])];
  const last = (orders.at(-1) ?? []).flatMap(({ value }) => (value === null ? [] : [value]));
  const isWhole = measured.length > 0 && !isRunning && isMeasuredEverywhere(run);
  return [...(isWhole ? measured : [...measured, ...last]), ...zero];
}

/** Whether trials were done at all places, also where they have no mean to show. */
function isMeasuredEverywhere({ xs, points, beyond, diverged }: DrawnRun): boolean {
  const places = new Set([...points, ...beyond, ...diverged].map(({ x }) => x));
  return xs.every((x) => places.has(x));
}
