import type { Point } from "./drawing.js";
import { type Capsule, distanceToSegment, isInside, turn } from "./geometry.js";

/**
 * A region given by how deep points are inside it, sampled on a square grid near its parts only.
 * Values are distances to the border in px, negative inside; a point without a value is far outside.
 */
export class Region {
  private readonly values = new Map<number, number>();

  /** @param step the width of the grid's squares, px. */
  constructor(private readonly step: number) {}

  /** Adds a capsule. */
  addCapsule({ from, to, radius }: Capsule): void {
    this.visit(from, to, radius + 2 * this.step, (key, point) => {
      const value = distanceToSegment(point, from, to) - radius;
      const present = this.values.get(key);
      if (present === undefined || value < present) {
        this.values.set(key, value);
      }
    });
  }

  /** Adds everything within `radius` of a convex polygon. */
  addPolygon(corners: readonly Point[], radius: number): void {
    const xs = corners.map(({ x }) => x);
    const ys = corners.map(({ y }) => y);
    const from = { x: Math.min(...xs), y: Math.min(...ys) };
    const to = { x: Math.max(...xs), y: Math.max(...ys) };
    this.visitRectangle(from, to, radius + 2 * this.step, (key, point) => {
      const rim = corners.reduce(
        (least, corner, index) =>
          Math.min(least, distanceToSegment(point, corner, corners[(index + 1) % corners.length]!)),
        Number.POSITIVE_INFINITY,
      );
      const value = (isInside(point, [corners]) ? -rim : rim) - radius;
      const present = this.values.get(key);
      if (present === undefined || value < present) {
        this.values.set(key, value);
      }
    });
  }

  /** Takes a capsule away. */
  carve({ from, to, radius }: Capsule): void {
    this.visit(from, to, radius + 2 * this.step, (key, point) => {
      const present = this.values.get(key);
      const value = radius - distanceToSegment(point, from, to);
      if (present !== undefined && value > present) {
        this.values.set(key, value);
      }
    });
  }

  private visit(a: Point, b: Point, reach: number, act: (key: number, point: Point) => void): void {
    // Long slanted capsules are visited in pieces, so that their bounding rectangles stay small.
    const slant = Math.min(Math.abs(b.x - a.x), Math.abs(b.y - a.y));
    const pieces = Math.max(1, Math.ceil(slant / (4 * reach)));
    const at = (share: number): Point => ({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
    for (let piece = 0; piece < pieces; piece++) {
      this.visitRectangle(at(piece / pieces), at((piece + 1) / pieces), reach, act);
    }
  }

  private visitRectangle(a: Point, b: Point, reach: number, act: (key: number, point: Point) => void): void {
    const column = (x: number): number => Math.round(x / this.step);
    const lastColumn = column(Math.max(a.x, b.x) + reach);
    const lastRow = column(Math.max(a.y, b.y) + reach);
    for (let i = column(Math.min(a.x, b.x) - reach); i <= lastColumn; i++) {
      for (let j = column(Math.min(a.y, b.y) - reach); j <= lastRow; j++) {
        act(keyOf(i, j), { x: i * this.step, y: j * this.step });
      }
    }
  }

  /** The border as closed polygons, by marching squares. */
  border(): Point[][] {
    const outside = 2 * this.step;
    const value = (i: number, j: number): number => {
      const present = this.values.get(keyOf(i, j)) ?? outside;
      return Math.abs(present) < 1e-6 ? 1e-6 : present; // the border never runs through a grid point
    };
    // Each crossing of the border with the grid, by the key of its grid edge, and the crossing after it.
    const after = new Map<number, number>();
    const places = new Map<number, Point>();
    const visited = new Set<number>();
    const square = (i: number, j: number): void => {
      const key = keyOf(i, j);
      if (visited.has(key)) {
        return;
      }
      visited.add(key);
      const corners = [value(i, j), value(i + 1, j), value(i + 1, j + 1), value(i, j + 1)] as const;
      const inside = corners.map((corner) => corner < 0);
      if (inside.every(Boolean) || !inside.some(Boolean)) {
        return;
      }
      const sides = [
        { key: 2 * key, a: [i, j], b: [i + 1, j] },
        { key: 2 * keyOf(i + 1, j) + 1, a: [i + 1, j], b: [i + 1, j + 1] },
        { key: 2 * keyOf(i, j + 1), a: [i + 1, j + 1], b: [i, j + 1] },
        { key: 2 * key + 1, a: [i, j + 1], b: [i, j] },
      ] as const;
      // Going round the square, the border comes in where inside turns to outside and leaves where it turns back.
      const entries: number[] = [];
      const exits: number[] = [];
      sides.forEach((side, index) => {
        const u = corners[index]!;
        const v = corners[(index + 1) % 4]!;
        if (u < 0 === v < 0) {
          return;
        }
        const share = u / (u - v);
        places.set(side.key, {
          x: (side.a[0] + (side.b[0] - side.a[0]) * share) * this.step,
          y: (side.a[1] + (side.b[1] - side.a[1]) * share) * this.step,
        });
        (u < 0 ? entries : exits).push(index);
      });
      const middleInside = corners[0] + corners[1] + corners[2] + corners[3] < 0;
      for (const entry of entries) {
        // With four crossings the middle decides whether the two inside corners hang together.
        const turnTo = middleInside ? 1 : 3;
        const exit = exits.length === 1 ? exits[0]! : exits.find((one) => one === (entry + turnTo) % 4)!;
        after.set(sides[entry]!.key, sides[exit]!.key);
      }
    };
    for (const key of this.values.keys()) {
      const [i, j] = cellOf(key);
      square(i, j);
      square(i - 1, j);
      square(i, j - 1);
      square(i - 1, j - 1);
    }
    const loops: Point[][] = [];
    for (const first of [...after.keys()]) {
      if (!after.has(first)) {
        continue;
      }
      const loop: Point[] = [];
      for (let at: number | undefined = first; at !== undefined && after.has(at); ) {
        loop.push(places.get(at)!);
        const next: number = after.get(at)!;
        after.delete(at);
        at = next;
      }
      loops.push(loop);
    }
    return loops;
  }
}

const halfRange = 2 ** 24;

function keyOf(i: number, j: number): number {
  return (i + halfRange) * (2 * halfRange) + (j + halfRange);
}

function cellOf(key: number): [number, number] {
  const j = key % (2 * halfRange);
  return [(key - j) / (2 * halfRange) - halfRange, j - halfRange];
}

/** Points at equal distances along a closed polygon, about `spacing` apart. */
export function resample(loop: readonly Point[], spacing: number): Point[] {
  const lengths = loop.map((point, index) => {
    const next = loop[(index + 1) % loop.length]!;
    return Math.hypot(next.x - point.x, next.y - point.y);
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const count = Math.max(8, Math.round(total / spacing));
  const points: Point[] = [];
  let index = 0;
  let passed = 0;
  for (let step = 0; step < count; step++) {
    const goal = (total * step) / count;
    while (index < loop.length - 1 && passed + lengths[index]! < goal) {
      passed += lengths[index++]!;
    }
    const a = loop[index]!;
    const b = loop[(index + 1) % loop.length]!;
    const share = lengths[index]! > 0 ? Math.min(1, (goal - passed) / lengths[index]!) : 0;
    points.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
  }
  return points;
}

/** Rounds a closed polygon without shrinking it: each round of averaging is followed by one that pushes back. */
export function smooth(loop: readonly Point[], rounds: number): Point[] {
  let points = [...loop];
  for (let round = 0; round < 2 * rounds; round++) {
    const weight = round % 2 === 0 ? 0.5 : -0.52;
    points = points.map((point, index) => {
      const before = points[(index + points.length - 1) % points.length]!;
      const behind = points[(index + 1) % points.length]!;
      return {
        x: point.x + weight * ((before.x + behind.x) / 2 - point.x),
        y: point.y + weight * ((before.y + behind.y) / 2 - point.y),
      };
    });
  }
  return points;
}

/** The area of a polygon, px². */
export function areaOf(loop: readonly Point[]): number {
  const origin = loop[0]!;
  return (
    Math.abs(
      loop.reduce((sum, point, index) => sum + turn(origin, point, loop[(index + 1) % loop.length]!), 0),
    ) / 2
  );
}
