import type { Point, SmoothPath } from "../../src/drawing/drawing.js";
import { flatten } from "../../src/drawing/geometry.js";
import { round } from "../kit/elements.js";

/* An outline on its way to another is a polygon of a fixed number of corners; at rest it is its own smooth path. */

export const corners = 72;

export function pathData(path: SmoothPath, { x, y }: Point, closed: boolean): string {
  const place = (point: Point): string => `${round(point.x - x)} ${round(point.y - y)}`;
  const curves = path.curves.map(
    ({ control1, control2, end }) => `C${place(control1)} ${place(control2)} ${place(end)}`,
  );
  return `M${place(path.start)}${curves.join("")}${closed ? "Z" : ""}`;
}

/** Corners along a closed path at equal distances, as x and y in turn, relative to `origin`. */
export function cornersOf(path: SmoothPath, origin: Point): number[] {
  const points = flatten(path, 6);
  const lengths = points.map((point, index) => {
    const before = points.at(index - 1)!;
    return Math.hypot(point.x - before.x, point.y - before.y);
  });
  const step = lengths.reduce((sum, length) => sum + length, 0) / corners;
  const found: number[] = [];
  let index = 0;
  let passed = 0; // of the piece that ends at points[index]
  for (let corner = 0; corner < corners; corner++) {
    const end = points[index]!;
    const start = points.at(index - 1)!;
    const share = lengths[index]! === 0 ? 0 : passed / lengths[index]!;
    found.push(
      start.x + (end.x - start.x) * share - origin.x,
      start.y + (end.y - start.y) * share - origin.y,
    );
    let ahead = step;
    while (index < points.length - 1 && passed + ahead > lengths[index]!) {
      ahead -= lengths[index]! - passed;
      passed = 0;
      index++;
    }
    passed = Math.min(passed + ahead, lengths[index]!);
  }
  return found;
}

/** The same corners, begun where they are nearest to those of another outline, so that it does not turn on its way. */
export function alignCorners(found: readonly number[], other: readonly number[]): number[] {
  let best = 0;
  let least = Infinity;
  for (let shift = 0; shift < corners; shift += 3) {
    let sum = 0;
    for (let at = 0; at < corners; at += 4) {
      const from = ((at + shift) % corners) * 2;
      sum += (found[from]! - other[at * 2]!) ** 2 + (found[from + 1]! - other[at * 2 + 1]!) ** 2;
    }
    if (sum < least) {
      [best, least] = [shift, sum];
    }
  }
  return [...found.slice(best * 2), ...found.slice(0, best * 2)];
}

/** Polygons of corners as path data. */
export function polygonData(values: readonly number[], from: number, count: number): string {
  const pieces: string[] = [];
  for (let polygon = 0; polygon < count; polygon++) {
    const begin = from + polygon * corners * 2;
    for (let at = begin; at < begin + corners * 2; at += 2) {
      pieces.push(`${at === begin ? "M" : "L"}${round(values[at]!)} ${round(values[at + 1]!)}`);
    }
    pieces.push("Z");
  }
  return pieces.join("");
}
