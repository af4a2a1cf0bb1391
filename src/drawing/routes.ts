import type { NodeBox } from "./boxes.js";
import type { Point } from "./drawing.js";
import { type Capsule, distance, distanceOfSegments, lengthOf } from "./geometry.js";
import { layerGap, rowGap, tieHalfWidth } from "./measures.js";
import type { Placement } from "./placement.js";

/** How far a tie's middle line stays from what it must avoid, besides that thing's own size. */
const clearance = tieHalfWidth + 1;

/** The drawing as seen by one outline that looks for its way: what stands in each layer, from top to bottom. */
export class Routes {
  private readonly rows: readonly (readonly number[])[];
  private readonly members: ReadonlySet<number>;

  /** @param avoid `avoid[v]` is what must stay out of an outline when node `v` does not belong to it. */
  constructor(
    private readonly placement: Placement,
    private readonly boxes: readonly NodeBox[],
    private readonly avoid: readonly (readonly Capsule[])[],
    rows: readonly (readonly number[])[],
    members: Iterable<number>,
  ) {
    this.rows = rows;
    this.members = new Set(members);
  }

  /** Whether a tie along the segment stays clear of all nodes that are not members. */
  isClear(from: Point, to: Point): boolean {
    return this.strangersNear(from, to).every((node) =>
      this.avoid[node]!.every(
        (shape) => distanceOfSegments(from, to, shape.from, shape.to) >= shape.radius + clearance,
      ),
    );
  }

  /** The nodes that are not members and whose boxes may touch a tie in the rectangle of two points. */
  strangersNear(from: Point, to: Point): number[] {
    const reach = 3 * clearance;
    const x0 = Math.min(from.x, to.x) - reach;
    const x1 = Math.max(from.x, to.x) + reach;
    const y0 = Math.min(from.y, to.y) - reach - rowGap;
    const y1 = Math.max(from.y, to.y) + reach + rowGap;
    const found: number[] = [];
    const { layers } = this.placement;
    for (
      let index = firstWhere(layers.length, (layer) => layers[layer]!.right >= x0);
      index < layers.length;
      index++
    ) {
      if (layers[index]!.left > x1) {
        break;
      }
      const row = this.rows[index]!;
      for (let place = this.firstBelow(index, y0); place < row.length; place++) {
        const node = row[place]!;
        if (this.placement.centres[node]!.y > y1) {
          break;
        }
        if (!this.members.has(node)) {
          found.push(node);
        }
      }
    }
    return found;
  }

  /** A short way between two members round all others. It exists: layers and rows are wide enough apart. */
  between(start: number, goal: number): Point[] {
    const { centres, layerOf } = this.placement;
    const [a, b] = layerOf[start]! <= layerOf[goal]! ? [start, goal] : [goal, start];
    const from = centres[a]!;
    const to = centres[b]!;
    if (this.isClear(from, to)) {
      return [from, to];
    }
    const ways =
      layerOf[a] === layerOf[b]
        ? [this.roundColumn(a, b, -1), this.roundColumn(a, b, 1)]
        : this.throughLayers(a, b);
    return ways
      .map((way) => this.tighten(way))
      .reduce((best, way) => (lengthOf(way) < lengthOf(best) ? way : best));
  }

  /** Along the aisle left (−1) or right (1) of the layer of both nodes. */
  private roundColumn(a: number, b: number, side: -1 | 1): Point[] {
    const { centres, layerOf, layers } = this.placement;
    const x = side < 0 ? layers[layerOf[a]!]!.left - layerGap / 2 : this.aisleAfter(layerOf[a]!);
    const rows = [centres[a]!, centres[b]!];
    return [rows[0]!, { x, y: rows[0]!.y }, { x, y: rows[1]!.y }, rows[1]!];
  }

  /** Right from `a` to `b` through the gap of each layer between them, by the straight line and by either end's row. */
  private throughLayers(a: number, b: number): Point[][] {
    const { centres, layerOf } = this.placement;
    const from = centres[a]!;
    const to = centres[b]!;
    const aims: ((x: number) => number)[] = [
      (x) => from.y + ((to.y - from.y) * (x - from.x)) / (to.x - from.x),
      () => from.y,
      () => to.y,
    ];
    return aims.map((aim) => {
      const way: Point[] = [from, { x: this.aisleAfter(layerOf[a]!), y: from.y }];
      for (let layer = layerOf[a]! + 1; layer < layerOf[b]!; layer++) {
        const x = this.aisleAfter(layer);
        const y = this.nearestGap(layer, aim(x));
        way.push({ x: this.aisleAfter(layer - 1), y }, { x, y });
      }
      way.push({ x: this.aisleAfter(layerOf[b]! - 1), y: to.y }, to);
      return way;
    });
  }

  private aisleAfter(layer: number): number {
    return this.placement.layers[layer]!.right + layerGap / 2;
  }

  /** The row nearest to `y` in which nothing stands in a layer: one of the gaps between its boxes. */
  private nearestGap(layer: number, y: number): number {
    const row = this.rows[layer]!;
    const half = rowGap / 2;
    const next = this.firstBelow(layer, y);
    const gaps: { from: number; to: number }[] = [];
    for (let place = next - 2; place <= next + 1; place++) {
      const upper = row[place];
      const lower = row[place + 1];
      if (upper === undefined && lower === undefined) {
        continue;
      }
      gaps.push({
        from:
          upper === undefined
            ? Number.NEGATIVE_INFINITY
            : this.placement.centres[upper]!.y + this.boxes[upper]!.below + half,
        to:
          lower === undefined
            ? Number.POSITIVE_INFINITY
            : this.placement.centres[lower]!.y - this.boxes[lower]!.above - half,
      });
    }
    const rows = gaps.map((gap) => Math.max(gap.from, Math.min(gap.to, y)));
    return rows.reduce((best, value) => (Math.abs(value - y) < Math.abs(best - y) ? value : best));
  }

  /** The index of the first node of a layer at or below `y`. */
  private firstBelow(layer: number, y: number): number {
    const row = this.rows[layer]!;
    return firstWhere(row.length, (place) => this.placement.centres[row[place]!]!.y >= y);
  }

  /** Pulls a way tight like a string: leaves out corners that can be left out. */
  private tighten(way: readonly Point[]): Point[] {
    const dense =
      way.length > longWay
        ? way
        : way.flatMap((point, index) => (index === 0 ? [point] : divide(way[index - 1]!, point)));
    const tight = [dense[0]!];
    for (let index = 0; index < dense.length - 1; ) {
      let next = Math.min(index + farthestLook, dense.length - 1);
      while (next > index + 1 && !this.isClear(dense[index]!, dense[next]!)) {
        next = way.length > longWay ? index + ((next - index) >> 1) : next - 1;
      }
      tight.push(dense[next]!);
      index = next;
    }
    return tight;
  }
}

const longWay = 40; // corners
const farthestLook = 128; // corners
const stepOfWay = rowGap / 2;
const mostSteps = 12;

/** The points that divide a segment into steps, without its start. */
function divide(from: Point, to: Point): Point[] {
  const steps = Math.max(1, Math.min(mostSteps, Math.round(distance(from, to) / stepOfWay)));
  return Array.from({ length: steps }, (_, index) => {
    const share = (index + 1) / steps;
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  });
}

/** The least index below `length` that a condition holds from; `length` when it holds for none. */
function firstWhere(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** The nodes of every layer from top to bottom. */
export function rowsOfLayers(placement: Placement): number[][] {
  const rows: number[][] = placement.layers.map(() => []);
  placement.layerOf.forEach((layer, node) => {
    rows[layer]!.push(node);
  });
  for (const row of rows) {
    row.sort((a, b) => placement.centres[a]!.y - placement.centres[b]!.y);
  }
  return rows;
}
