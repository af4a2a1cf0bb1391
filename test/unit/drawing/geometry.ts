import type { DrawnLabel, Point, SmoothPath } from "../../../src/drawing/index.js";

// What follows shares no code with what draws: it walks along the curves as a renderer would.

/** Points along a path by de Casteljau's construction. */
export function walk({ start, curves }: SmoothPath, steps: number): Point[] {
  const points: Point[] = [start];
  let from = start;
  for (const { control1, control2, end } of curves) {
    for (let step = 1; step <= steps; step++) {
      let level: Point[] = [from, control1, control2, end];
      while (level.length > 1) {
        level = level.slice(1).map((point, index) => {
          const before = level[index]!;
          return {
            x: before.x + ((point.x - before.x) * step) / steps,
            y: before.y + ((point.y - before.y) * step) / steps,
          };
        });
      }
      points.push(level[0]!);
    }
    from = end;
  }
  return points;
}

/** How often closed curves wind round a point, by the angle under which they are seen from it. */
export function isEnclosed(point: Point, loops: readonly (readonly Point[])[]): boolean {
  let odd = false;
  for (const loop of loops) {
    let angle = 0;
    for (let index = 0; index < loop.length; index++) {
      const a = loop[index]!;
      const b = loop[(index + 1) % loop.length]!;
      const [ax, ay, bx, by] = [a.x - point.x, a.y - point.y, b.x - point.x, b.y - point.y];
      angle += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    }
    if (Math.round(angle / (2 * Math.PI)) % 2 !== 0) {
      odd = !odd;
    }
  }
  return odd;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a text stands. */
export function boxOf({ x, y, width, height, anchor }: DrawnLabel): Box {
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
}

export function squareOf({ x, y }: Point, reach: number): Box {
  return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
}

/** How far two boxes are from each other; 0 when they touch. */
export function gapOf(one: Box, other: Box): number {
  const dx = Math.max(one.left - other.right, other.left - one.right, 0);
  const dy = Math.max(one.top - other.bottom, other.top - one.bottom, 0);
  return Math.hypot(dx, dy);
}

/** How far a point is from a box; 0 inside it. */
export function awayFrom({ x, y }: Point, { left, right, top, bottom }: Box): number {
  return Math.hypot(Math.max(left - x, x - right, 0), Math.max(top - y, y - bottom, 0));
}

export function between(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** The length of a closed line. */
export function roundTrip(loop: readonly Point[]): number {
  return loop.reduce((sum, point, index) => sum + between(loop.at(index - 1)!, point), 0);
}

/** The corners of the least convex line round points: wrapped like a gift, corner by corner. */
export function wrapped(points: readonly Point[]): Point[] {
  const start = points.reduce((least, point) => (point.x < least.x ? point : least));
  const corners = [start];
  for (let at = start; corners.length <= points.length; ) {
    let next = points.find((point) => between(point, at) > 1e-9)!;
    for (const point of points) {
      const side = (next.x - at.x) * (point.y - at.y) - (next.y - at.y) * (point.x - at.x);
      if (side < -1e-9 || (Math.abs(side) <= 1e-9 && between(point, at) > between(next, at))) {
        next = point;
      }
    }
    if (between(next, start) < 1e-9) {
      break;
    }
    corners.push(next);
    at = next;
  }
  return corners;
}
