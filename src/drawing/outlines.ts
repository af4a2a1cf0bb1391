import { type Diagram, nodesOfParts } from "../diagram/diagram.js";
import type { NodeBox } from "./boxes.js";
import { areaOf, Region, resample, smooth } from "./contour.js";
import { DrawingError, type PartForm, type Point, type SmoothPath } from "./drawing.js";
import { formsOfParts } from "./forms.js";
import {
  type Capsule,
  closedSpline,
  convexHull,
  distance,
  distanceToSegment,
  flatten,
  isInside,
} from "./geometry.js";
import { labelHeight, nodeHalo, outlineClearance, outlinePadding, tieHalfWidth } from "./measures.js";
import type { Placement } from "./placement.js";
import { Routes, rowsOfLayers } from "./routes.js";
import { TieGround } from "./ties.js";

const gridStep = 4;
const pointSpacing = 6;
/** Rounds of smoothing, tried from the smoothest down until the outline holds exactly its nodes. */
const smoothing = [24, 8, 2, 0];
/** A hull is round by itself: much smoothing would only dent its straight sides. */
const smoothingOfHull = [3, 0];
/** A drawing whose parts span more than this, px, is a tangle that would take minutes to outline. */
const longestOutlines = 1_500_000;
/** Larger parts are not wrapped in their convex hull but tied. */
const largestHull = 64;
/** In larger drawings ties run along the aisles, which is quicker than to look for arcs. */
const mostWithArcs = 80; // nodes
/** In larger parts the ties are those between nearest nodes. */
const mostCompared = 8; // nodes
const smallestHole = 150; // px²; smaller ones are blemishes

export interface PartOutline {
  readonly part: number;
  readonly nodes: readonly number[];
  readonly form: PartForm;
  readonly paths: readonly SmoothPath[];
}

/**
 * The areas of all parts with two nodes or more, by {@link formsOfParts} outlines or ties. Each contains the discs
 * of its nodes and stays away from all other discs. Ties follow arcs between the nodes; where no arc is clear, a way
 * along the aisles between layers and rows.
 *
 * @param edges the edges of the tree as polygons, which ties do not follow where they need not.
 * @throws DrawingError when the outlines would be too long to be drawn.
 */
export function outlineParts(
  diagram: Diagram,
  boxes: readonly NodeBox[],
  placement: Placement,
  edges: readonly (readonly Point[])[],
): PartOutline[] {
  const { centres } = placement;
  const avoid = boxes.map((box, node) => nodeShapes(box, centres[node]!, outlineClearance));
  const bodies = boxes.map((box, node) => nodeShapes(box, centres[node]!, outlinePadding));
  const rows = rowsOfLayers(placement);
  const parts = nodesOfParts(diagram).flatMap((nodes, part) => (nodes.length > 1 ? [{ part, nodes }] : []));
  const trees = parts.map(({ nodes }) => spanningTree(nodes, (a, b) => distance(centres[a]!, centres[b]!)));
  const spread = trees.flat().reduce((sum, [a, b]) => sum + distance(centres[a]!, centres[b]!), 0);
  if (spread > longestOutlines) {
    throw new DrawingError(
      `the parts of this diagram are spread too far to be outlined (${diagram.parents.length} nodes, ${parts.length} parts with more than one): draw smaller pieces of it`,
    );
  }
  const routes = parts.map(({ nodes }) => new Routes(placement, boxes, avoid, rows, nodes));
  const hulls = parts.map(({ nodes }, index) =>
    nodes.length <= largestHull ? clearHull(nodes, bodies, avoid, routes[index]!) : undefined,
  );
  const forms = formsOfParts(hulls);
  const outlined = hulls.filter(
    (hull, index): hull is Point[] => hull !== undefined && forms[index] === "outline",
  );
  const ground = new TieGround(boxes, centres, outlined, edges);
  return parts.map(({ part, nodes }, index): PartOutline => {
    const discs = (of: readonly number[]): Capsule[] =>
      of.map((node) => ({ from: centres[node]!, to: centres[node]!, radius: boxes[node]!.radius }));
    const region = new Region(gridStep);
    if (forms[index] === "outline") {
      region.addPolygon(hulls[index]!, 0);
      for (const node of nodes) {
        for (const shape of bodies[node]!) {
          region.addCapsule(shape);
        }
      }
      return { part, nodes, form: "outline", paths: drawBorder(region, smoothingOfHull, discs(nodes), []) };
    }
    const ways = waysOfTies(nodes, trees[index]!, ground, routes[index]!, diagram.parents.length);
    for (const way of ways) {
      for (let at = 1; at < way.length; at++) {
        region.addCapsule({ from: way[at - 1]!, to: way[at]!, radius: tieHalfWidth });
      }
    }
    const others = [...new Set(ways.flatMap((way) => strangersAlong(way, routes[index]!)))];
    for (const { from, to, radius } of discs(others)) {
      region.carve({ from, to, radius: radius + 3 });
    }
    for (const { from, to, radius } of discs(nodes)) {
      region.addCapsule({ from, to, radius: radius + nodeHalo });
    }
    return { part, nodes, form: "ties", paths: drawBorder(region, smoothing, discs(nodes), discs(others)) };
  });
}

/** The middle lines of a part's ties, which become part of the ground for those to come. */
function waysOfTies(
  nodes: readonly number[],
  tree: readonly (readonly [number, number])[],
  ground: TieGround,
  routes: Routes,
  size: number,
): (readonly Point[])[] {
  if (size > mostWithArcs) {
    return tree.map(([a, b]) => routes.between(a, b));
  }
  const members = new Set(nodes);
  // Few nodes are joined by the ties that stand out best, many by the shortest.
  const pairs =
    nodes.length < 3 || nodes.length > mostCompared
      ? tree
      : spanningTree(nodes, (a, b) => {
          const { cost, isClear } = ground.arcBetween(a, b, members);
          return isClear ? cost : 1000 + cost;
        });
  return pairs.map(([a, b]) => {
    const arc = ground.arcBetween(a, b, members);
    const points = arc.isClear ? arc.points : routes.between(a, b);
    ground.add(points);
    return points;
  });
}

/** The disc and the label of a node, each widened: what its outline holds, or what others keep out of. */
function nodeShapes(box: NodeBox, centre: Point, widening: number): Capsule[] {
  const { offset, width, anchor } = box.label;
  const half = labelHeight / 2;
  const start = centre.x + offset.x - (anchor === "end" ? width : 0);
  const y = centre.y + offset.y;
  // Less than half the height, so that the round ends hold the corners of the text too.
  const inset = Math.min(half / 2, width / 2);
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

/** Pairs of nodes that join a part: its minimal spanning tree. */
function spanningTree(
  nodes: readonly number[],
  costOf: (a: number, b: number) => number,
): [number, number][] {
  const pairs: [number, number][] = [];
  const nearest = nodes.map(() => ({ cost: Number.POSITIVE_INFINITY, from: -1 }));
  const open = new Set(nodes.keys());
  let latest = 0;
  open.delete(0);
  while (open.size > 0) {
    let next = -1;
    for (const index of open) {
      const cost = costOf(nodes[latest]!, nodes[index]!);
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

/** The nodes of other parts that a tie might come near. */
function strangersAlong(way: readonly Point[], routes: Routes): number[] {
  return way.flatMap((point, index) => (index === 0 ? [] : routes.strangersNear(way[index - 1]!, point)));
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
