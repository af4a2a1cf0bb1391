import type {
  Drawing,
  DrawingMarks,
  DrawnEdge,
  DrawnNode,
  DrawnOutline,
  Point,
  SmoothPath,
} from "./drawing.js";
import { flatten } from "./geometry.js";

/** The radius of the ring around a marked node, px: inside the outline of its part, and short of its name. */
export function ringRadius({ radius }: DrawnNode): number {
  return radius + 3;
}

/** The edges that are drawn as ever. */
export function plainEdges({ edges, marks }: Drawing): readonly DrawnEdge[] {
  return marks ? edges.filter(({ from }) => !marks.edges.includes(from)) : edges;
}

/** The edges that are drawn as wrong. */
export function markedEdges({ edges, marks }: Drawing): readonly DrawnEdge[] {
  return marks ? edges.filter(({ from }) => marks.edges.includes(from)) : [];
}

export function markedOutlines(outlines: readonly DrawnOutline[], marks: DrawingMarks): DrawnOutline[] {
  return outlines.filter(({ part }) => marks.parts.includes(part));
}

/** The two strokes of a small cross. */
export function crossAt({ x, y }: Point): [Point, Point][] {
  const arm = 4;
  return [
    [
      { x: x - arm, y: y - arm },
      { x: x + arm, y: y + arm },
    ],
    [
      { x: x - arm, y: y + arm },
      { x: x + arm, y: y - arm },
    ],
  ];
}

/** A point half way along a path of one curve. */
export function middleOf(path: SmoothPath): Point {
  const points = flatten(path, 8);
  return points[Math.floor(points.length / 2) - 1]!;
}
