import type { Point } from "./drawing.js";
import { areNear } from "./forms.js";
import { convexHull, distanceToSegment, isInside } from "./geometry.js";
import { rowPitch } from "./measures.js";

/** The rough picture in which orders are compared: layers so far apart, rows by their pitch, px. */
const layerPitch = 66;
/** What a node keeps from the hull of the centres of a part that it is not in, and two such hulls from each other. */
const clearOfHull = 24;
const betweenHulls = 32;

export interface Neighbourhood {
  /** The indices of the parts that have another node among theirs, or too near the line between them. */
  readonly parted: readonly number[];
  /** How many pairs of the others overlap. */
  readonly overlapping: number;
}

/**
 * How far parts keep to themselves in a rough picture, without names.
 *
 * @param together the nodes of each part of several nodes.
 * @param depths by node, its distance from the root in edges.
 * @param rows by node, its row, as a fraction where it is between two.
 */
export function neighbourhood(
  together: readonly (readonly number[])[],
  depths: readonly number[],
  rows: readonly number[],
): Neighbourhood {
  const places = depths.map((depth, node): Point => ({ x: -depth * layerPitch, y: rows[node]! * rowPitch }));
  const parted: number[] = [];
  const hulls: Point[][] = [];
  together.forEach((nodes, index) => {
    const members = nodes.map((node) => places[node]!);
    const hull = members.length < 3 ? members : hullOf(members);
    const isParted = places.some((place, node) => !nodes.includes(node) && isNear(place, hull));
    if (isParted) {
      parted.push(index);
    } else {
      hulls.push(hull);
    }
  });
  let overlapping = 0;
  for (let one = 1; one < hulls.length; one++) {
    for (let other = 0; other < one; other++) {
      overlapping += areNear(hulls[one]!, hulls[other]!, betweenHulls) ? 1 : 0;
    }
  }
  return { parted, overlapping };
}

/** A hull of points that may all lie on one line. */
function hullOf(points: readonly Point[]): Point[] {
  const hull = convexHull(points);
  return hull.length > 0 ? hull : [points[0]!];
}

function isNear(place: Point, hull: readonly Point[]): boolean {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of hull) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const { x, y } = place;
  if (
    x < left - clearOfHull ||
    x > right + clearOfHull ||
    y < top - clearOfHull ||
    y > bottom + clearOfHull
  ) {
    return false;
  }
  return (
    (hull.length > 2 && isInside(place, [hull])) ||
    hull.some(
      (corner, index) => distanceToSegment(place, corner, hull[(index + 1) % hull.length]!) < clearOfHull,
    )
  );
}
