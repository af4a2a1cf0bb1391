import type { NodeBox } from "./boxes.js";
import type { Point } from "./drawing.js";
import { distance, distanceToSegment, flatten, isInside, lengthOf } from "./geometry.js";
import { labelHeight, nodeHalo, tieClearance, tieHalfWidth } from "./measures.js";
import {
  areNearby,
  distanceToRectangle,
  isInRectangle,
  type Rectangle,
  rectangleAround,
} from "./rectangles.js";

/** How far a tie swings out of the straight line, as a share of its length; both ways, the straight one first. */
const swings = [0, 0.14, 0.24, 0.36, 0.5, 0.7, 0.95];
/** Which of the two ends swings out more. */
const leans = [
  [1, 1],
  [1.5, 0.5],
  [0.5, 1.5],
] as const;
const shortestSwing = 18; // px that a tie swings out, if it does
const samples = 16;
const betweenTieAndOutline = 4;

/** A way that a tie could take, and what speaks against it. */
interface Way {
  readonly points: readonly Point[];
  readonly cost: number;
  /** Whether it keeps clear of the discs of all other parts. */
  readonly isClear: boolean;
}

interface Disc extends Point {
  readonly node: number;
  readonly radius: number;
}

/** A line with the rectangle round it, by which most of what is far away is told quickly. */
interface Line {
  readonly points: readonly Point[];
  readonly box: Rectangle;
}

/** What stands in the way of ties: discs, names, edges, outlines, and the ties drawn so far. */
export class TieGround {
  private readonly discs: readonly Disc[];
  private readonly names: readonly Rectangle[];
  private readonly outlines: readonly Line[];
  private readonly edges: readonly Line[];
  private readonly ties: Line[] = [];

  /** @param outlines the corners of closed polygons. @param edges lines of points. */
  constructor(
    boxes: readonly NodeBox[],
    centres: readonly Point[],
    outlines: readonly (readonly Point[])[],
    edges: readonly (readonly Point[])[],
  ) {
    this.discs = boxes.map(({ radius }, node) => ({ node, radius, ...centres[node]! }));
    this.names = boxes.map(({ label: { anchor, offset, width } }, node) => {
      const { x, y } = centres[node]!;
      const left = x + offset.x - (anchor === "end" ? width : 0);
      const middle = y + offset.y;
      return {
        left,
        right: left + width,
        top: middle - labelHeight / 2 + 2,
        bottom: middle + labelHeight / 2 - 2,
      };
    });
    this.outlines = outlines.map((corners) => lineOf([...corners, corners[0]!]));
    this.edges = edges.map(lineOf);
  }

  /** Takes a tie as drawn, for those to come. */
  add(points: readonly Point[]): void {
    this.ties.push(lineOf(points));
  }

  /** The best arc between two nodes of one part. */
  arcBetween(from: number, to: number, members: ReadonlySet<number>): Way {
    const a = this.discs[from]!;
    const b = this.discs[to]!;
    const straight = distance(a, b);
    let best: Way | undefined;
    for (const swing of swings) {
      for (const side of swing === 0 ? [0] : [-1, 1]) {
        for (const [first, second] of swing === 0 ? [leans[0]] : leans) {
          const reach = side * Math.max(swing * straight, shortestSwing);
          const points = arcOf(a, b, reach * first, reach * second);
          best = this.judge(points, straight, members, best) ?? best;
        }
      }
    }
    return best!;
  }

  /** What speaks against a way between two members of a part `straight` px apart; nothing when it is no better than another. */
  private judge(
    points: readonly Point[],
    straight: number,
    members: ReadonlySet<number>,
    other: Way | undefined,
  ): Way | undefined {
    const length = lengthOf(points);
    let cost = 2 * (length - straight) + 0.2 * length;
    if (other?.isClear && cost >= other.cost) {
      return undefined;
    }
    let isClear = true;
    const box = rectangleAround(points);
    const most = tieHalfWidth + nodeHalo + 2;
    for (const disc of this.discs) {
      if (!isInRectangle(disc, box, most + disc.radius)) {
        continue;
      }
      if (members.has(disc.node)) {
        // Past a node of its own part a tie would seem to reach it.
        const near = points.slice(3, -3).some((point) => distance(point, disc) < disc.radius + tieHalfWidth);
        cost += near ? 30 : 0;
        continue;
      }
      const away = distanceToLine(disc, points) - disc.radius - tieHalfWidth;
      isClear &&= away >= tieClearance;
      cost += away < nodeHalo + 2 ? 12 * (nodeHalo + 2 - away) : 0;
    }
    for (const name of this.names) {
      if (!areNearby(name, box, tieHalfWidth)) {
        continue;
      }
      const covered = points.filter((point) => distanceToRectangle(point, name) < tieHalfWidth).length;
      cost += covered > 0 ? 90 + 8 * covered : 0;
    }
    if (other && (other.isClear ? !isClear || cost >= other.cost : !isClear && cost >= other.cost)) {
      return undefined;
    }
    const along = (line: Line, reach: number): number =>
      !areNearby(line.box, box, reach)
        ? 0
        : points.filter(
            (point) => isInRectangle(point, line.box, reach) && distanceToLine(point, line.points) < reach,
          ).length;
    for (const outline of this.outlines) {
      const reach = tieHalfWidth + betweenTieAndOutline;
      const covered = !areNearby(outline.box, box, reach)
        ? 0
        : points.filter(
            (point) =>
              isInRectangle(point, outline.box, reach) &&
              (isInside(point, [outline.points]) || distanceToLine(point, outline.points) < reach),
          ).length;
      cost += covered > 0 ? 70 + 6 * covered : 0;
    }
    for (const tie of this.ties) {
      const near = along(tie, 2 * tieHalfWidth);
      cost += near > 0 ? 15 + 5 * near : 0;
    }
    for (const edge of this.edges) {
      cost += 1.2 * along(edge, tieHalfWidth);
    }
    const isBetter = !other || (isClear === other.isClear ? cost < other.cost : isClear);
    return isBetter ? { points, isClear, cost } : undefined;
  }
}

function lineOf(points: readonly Point[]): Line {
  return { points, box: rectangleAround(points) };
}

/** Points along the cubic curve between two places that swings out by two lengths near its ends. */
function arcOf(from: Point, to: Point, first: number, second: number): Point[] {
  const length = distance(from, to) || 1;
  const across = { x: to.x - from.x, y: to.y - from.y };
  const aside = { x: across.y / length, y: -across.x / length };
  const at = (share: number, reach: number): Point => ({
    x: from.x + share * across.x + (4 / 3) * reach * aside.x,
    y: from.y + share * across.y + (4 / 3) * reach * aside.y,
  });
  const curve = { control1: at(0.22, first), control2: at(0.78, second), end: { x: to.x, y: to.y } };
  const start = { x: from.x, y: from.y };
  return [start, ...flatten({ start, curves: [curve] }, samples)];
}

function distanceToLine(point: Point, line: readonly Point[]): number {
  let least = Infinity;
  for (let index = 1; index < line.length; index++) {
    least = Math.min(least, distanceToSegment(point, line[index - 1]!, line[index]!));
  }
  return least;
}
