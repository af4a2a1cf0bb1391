import { type Diagram, nodesOfParts } from "../diagram/diagram.js";
import type { NodeBox } from "./boxes.js";
import { areaOf, Region, resample, smooth } from "./contour.js";
import { DrawingError, type Point, type SmoothPath } from "./drawing.js";
import {
  type Capsule,
  closedSpline,
  convexHull,
  distance,
  distanceToSegment,
  flatten,
  isInside,
} from "./geometry.js";
import { corridorHalfWidth, labelHeight, outlineClearance, outlinePadding } from "./measures.js";
import type { Placement } from "./placement.js";
import { Routes, rowsOfLayers } from "./routes.js";

const gridStep = 4;
const pointSpacing = 6;
/** Rounds of smoothing, tried from the smoothest down until the outline holds exactly its nodes. */
const smoothing = [24, 8, 2, 0];
/** A hull is round by itself: much smoothing would only dent its straight sides. */
const smoothingOfHull = [3, 0];
/** A drawing whose parts span more than this, px, is a tangle that would take minutes to outline. */
const longestOutlines = 1_500_000;
/** Larger parts are not wrapped in their convex hull but joined by corridors. */
const largestHull = 64;
const smallestHole = 150; // px²; smaller ones are blemishes

export interface PartOutline {
  readonly part: number;
  readonly nodes: readonly number[];
  readonly paths: readonly SmoothPath[];
}

/**
 * The outlines of all parts with two nodes or more: each contains the discs of its nodes and stays
 * away from all other discs.
 *
 * A part whose convex hull holds no other node is wrapped in that hull. The nodes of any other are
 * joined, along a tree of short ways round all others, by corridors.
 *
 * @throws DrawingError when the outlines would be too long to be drawn.
 */
export function outlineParts(
  diagram: Diagram,
  boxes: readonly NodeBox[],
  placement: Placement,
): PartOutline[] {
  const avoid = boxes.map((box, node) => nodeShapes(box, placement.centres[node]!, outlineClearance));
  const bodies = boxes.map((box, node) => nodeShapes(box, placement.centres[node]!, outlinePadding));
  const rows = rowsOfLayers(placement);
  const parts = nodesOfParts(diagram).flatMap((nodes, part) => (nodes.length > 1 ? [{ part, nodes }] : []));
  const trees = parts.map(({ nodes }) => spanningTree(nodes, placement.centres));
  const spread = trees
    .flat()
    .reduce((sum, [a, b]) => sum + distance(placement.centres[a]!, placement.centres[b]!), 0);
  if (spread > longestOutlines) {
    throw new DrawingError(
      `the parts of this diagram are spread too far to be outlined (${diagram.parents.length} nodes, ${parts.length} parts with more than one): draw smaller pieces of it`,
    );
  }
  return parts.map(({ part, nodes }, index) => {
    const routes = new Routes(placement, boxes, avoid, rows, nodes);
    const hull = nodes.length <= largestHull ? clearHull(nodes, bodies, avoid, routes) : undefined;
    const ways = hull ? [] : trees[index]!.map(([a, b]) => routes.between(a, b));
    const region = new Region(gridStep);
    if (hull) {
      region.addPolygon(hull, 0);
    }
    for (const node of nodes) {
      for (const shape of bodies[node]!) {
        region.addCapsule(shape);
      }
    }
    for (const way of ways) {
      for (let index = 1; index < way.length; index++) {
        region.addCapsule({ from: way[index - 1]!, to: way[index]!, radius: corridorHalfWidth });
      }
    }
    const others = strangersOf(nodes, ways, bodies, routes);
    for (const node of others) {
      for (const shape of avoid[node]!) {
        region.carve(shape);
      }
    }
    // What was taken away must not take a bite out of a disc that belongs inside.
    for (const node of nodes) {
      const centre = placement.centres[node]!;
      region.addCapsule({ from: centre, to: centre, radius: boxes[node]!.radius + outlinePadding / 2 });
    }
    const disc = (node: number): Capsule => {
      const centre = placement.centres[node]!;
      return { from: centre, to: centre, radius: boxes[node]!.radius };
    };
    return {
      part,
      nodes,
      paths: drawBorder(region, hull ? smoothingOfHull : smoothing, nodes.map(disc), others.map(disc)),
    };
  });
}

/** The disc and the label of a node, each widened: what its outline holds, or what others keep out of. */
function nodeShapes(box: NodeBox, centre: Point, widening: number): Capsule[] {
  const { offset, width, anchor } = box.label;
  const half = labelHeight / 2;
  const start = centre.x + offset.x - (anchor === "end" ? width : 0);
  const y = centre.y + offset.y;
  const inset = Math.min(half, width / 2);
  return [
    { from: centre, to: centre, radius: box.radius + widening },
    { from: { x: start + inset, y }, to: { x: start + width - inset, y }, radius: half + widening / 2 },
  ];
}

/** The hull of a part's nodes when nothing else comes near it. */
function clearHull(
  nodes: readonly number[],
  bodies: readonly (readonly Capsule[])[],
  avoid: readonly (readonly Capsule[])[],
  routes: Routes,
): Point[] | undefined {
  const rim = nodes.flatMap((node) =>
    bodies[node]!.flatMap(({ from, to, radius }) => [...around(from, radius), ...around(to, radius)]),
  );
  const hull = convexHull(rim);
  const xs = hull.map(({ x }) => x);
  const ys = hull.map(({ y }) => y);
  const strangers = routes.strangersNear(
    { x: Math.min(...xs), y: Math.min(...ys) },
    { x: Math.max(...xs), y: Math.max(...ys) },
  );
  const touches = ({ from, to, radius }: Capsule): boolean =>
    [from, to].some((point) => isInside(point, [hull])) ||
    hull.some((corner, index) => {
      const next = hull[(index + 1) % hull.length]!;
      return (
        Math.min(
          distanceToSegment(from, corner, next),
          distanceToSegment(to, corner, next),
          distanceToSegment(corner, from, to),
        ) < radius
      );
    });
  return strangers.some((node) => avoid[node]!.some(touches)) ? undefined : hull;
}

function around({ x, y }: Point, radius: number): Point[] {
  return Array.from({ length: 24 }, (_, index) => {
    const angle = (index * Math.PI) / 12;
    return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
}

/** Pairs of nodes that join a part: its minimal spanning tree by straight distance. */
function spanningTree(nodes: readonly number[], centres: readonly Point[]): [number, number][] {
  const pairs: [number, number][] = [];
  const nearest = nodes.map(() => ({ cost: Number.POSITIVE_INFINITY, from: -1 }));
  const open = new Set(nodes.keys());
  let latest = 0;
  open.delete(0);
  while (open.size > 0) {
    let next = -1;
    for (const index of open) {
      const cost = distance(centres[nodes[latest]!]!, centres[nodes[index]!]!);
      if (cost < nearest[index]!.cost) {
        nearest[index] = { cost, from: latest };
      }
      if (next === -1 || nearest[index]!.cost < nearest[next]!.cost) {
        next = index;
      }
    }
    pairs.push([nodes[nearest[next]!.from]!, nodes[next]!]);
    open.delete(next);
    latest = next;
  }
  return pairs;
}

/** The nodes of other parts that an outline might come near. */
function strangersOf(
  nodes: readonly number[],
  ways: readonly (readonly Point[])[],
  bodies: readonly (readonly Capsule[])[],
  routes: Routes,
): number[] {
  const found = new Set<number>();
  for (const node of nodes) {
    for (const { from, to } of bodies[node]!) {
      for (const stranger of routes.strangersNear(from, to)) {
        found.add(stranger);
      }
    }
  }
  for (const way of ways) {
    for (let index = 1; index < way.length; index++) {
      for (const stranger of routes.strangersNear(way[index - 1]!, way[index]!)) {
        found.add(stranger);
      }
    }
  }
  return [...found];
}

/** The region's border as smooth closed paths: as smooth as it can be and still hold exactly the discs it must. */
function drawBorder(
  region: Region,
  attempts: readonly number[],
  members: readonly Capsule[],
  others: readonly Capsule[],
): SmoothPath[] {
  const loops = region
    .border()
    .filter((loop) => areaOf(loop) > smallestHole)
    .map((loop) => resample(loop, pointSpacing));
  let paths: SmoothPath[] = [];
  for (const rounds of attempts) {
    paths = loops.map((loop) => closedSpline(everySecond(smooth(loop, rounds), rounds)));
    const polygons = paths.map((path) => flatten(path, 3));
    const holds = ({ from, radius }: Capsule, inside: boolean): boolean =>
      isInside(from, polygons) === inside && !isNearRim(from, radius + 1.5, polygons);
    if (members.every((disc) => holds(disc, true)) && others.every((disc) => holds(disc, false))) {
      return paths;
    }
  }
  return paths;
}

/** Smoothed loops need half the points only. */
function everySecond(loop: readonly Point[], rounds: number): readonly Point[] {
  return rounds > 2 ? loop.filter((_, index) => index % 2 === 0) : loop;
}

function isNearRim(point: Point, reach: number, polygons: readonly (readonly Point[])[]): boolean {
  return polygons.some((polygon) =>
    polygon.some(
      ({ x, y }) =>
        Math.abs(x - point.x) < reach &&
        Math.abs(y - point.y) < reach &&
        Math.hypot(x - point.x, y - point.y) < reach,
    ),
  );
}
