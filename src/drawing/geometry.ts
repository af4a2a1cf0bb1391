import type { Point, SmoothPath } from "./drawing.js";

/** All points within `radius` of a segment: a disc when both ends are one point. */
export interface Capsule {
  readonly from: Point;
  readonly to: Point;
  readonly radius: number;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function distanceToSegment(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}

/** The length of an open line. */
export function lengthOf(line: readonly Point[]): number {
  return line.reduce((sum, point, index) => (index === 0 ? 0 : sum + distance(line[index - 1]!, point)), 0);
}

/** Twice the signed area of the triangle: positive when `c` lies to the right of `a → b`, y down. */
export function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

export function distanceOfSegments(a: Point, b: Point, c: Point, d: Point): number {
  const crosses = turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
  if (crosses) {
    return 0;
  }
  return Math.min(
    distanceToSegment(a, c, d),
    distanceToSegment(b, c, d),
    distanceToSegment(c, a, b),
    distanceToSegment(d, a, b),
  );
}

/** Whether a point is inside a polygon, or inside an odd number of several. */
export function isInside(point: Point, polygons: readonly (readonly Point[])[]): boolean {
  let inside = false;
  for (const polygon of polygons) {
    let previous = polygon.at(-1)!;
    for (const corner of polygon) {
      if (
        corner.y > point.y !== previous.y > point.y &&
        point.x < ((previous.x - corner.x) * (point.y - corner.y)) / (previous.y - corner.y) + corner.x
      ) {
        inside = !inside;
      }
      previous = corner;
    }
  }
  return inside;
}

/** The corners of the convex hull, in one sense of rotation. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of list) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 1e-9) {
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Points along a closed smooth path, `perCurve` on each of its curves. */
export function flatten(path: SmoothPath, perCurve: number): Point[] {
  const points: Point[] = [];
  let start = path.start;
  for (const { control1, control2, end } of path.curves) {
    for (let step = 1; step <= perCurve; step++) {
      const t = step / perCurve;
      const s = 1 - t;
      const mix = (a: number, b: number, c: number, d: number): number =>
        s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
      points.push({
        x: mix(start.x, control1.x, control2.x, end.x),
        y: mix(start.y, control1.y, control2.y, end.y),
      });
    }
    start = end;
  }
  return points;
}

/** The closed uniform cubic B-spline of the points: smooth to the second derivative, inside their hull. */
export function closedSpline(points: readonly Point[]): SmoothPath {
  const size = points.length;
  const at = (index: number): Point => points[(index + size) % size]!;
  const blend = (a: Point, b: Point, share: number): Point => ({
    x: a.x + (b.x - a.x) * share,
    y: a.y + (b.y - a.y) * share,
  });
  const joint = (index: number): Point =>
    blend(blend(at(index), at(index - 1), 1 / 3), blend(at(index), at(index + 1), 1 / 3), 1 / 2);
  return {
    start: joint(0),
    curves: points.map((_, index) => ({
      control1: blend(at(index), at(index + 1), 1 / 3),
      control2: blend(at(index), at(index + 1), 2 / 3),
      end: joint(index + 1),
    })),
  };
}
