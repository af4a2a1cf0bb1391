import type { PartForm, Point } from "./drawing.js";
import { distanceOfSegments, isInside } from "./geometry.js";

/** What two outlines keep between them, px: their soft borders do not meet. */
const betweenOutlines = 8;

/**
 * Which parts are outlined and which are tied. This is the one place where it is decided.
 *
 * A part is outlined when the convex hull of its discs and names, widened, stays clear of every other node and of
 * the hulls that are outlined already; parts are taken from the smallest hull to the largest. So an outline is
 * always convex: it never winds, never takes in or crosses a node of another part, and no two outlines meet. Any
 * other part would have to wind: its nodes are joined by ties, which may cross.
 *
 * @param hulls by part: its widened hull, or nothing where another node is in it or too near.
 */
export function formsOfParts(hulls: readonly (readonly Point[] | undefined)[]): PartForm[] {
  const forms: PartForm[] = hulls.map(() => "ties");
  const outlined: (readonly Point[])[] = [];
  const bySize = hulls
    .flatMap((hull, part) => (hull ? [{ hull, part, area: areaOfHull(hull) }] : []))
    .sort((a, b) => a.area - b.area || a.part - b.part);
  for (const { hull, part } of bySize) {
    if (outlined.every((other) => !areNear(hull, other, betweenOutlines))) {
      forms[part] = "outline";
      outlined.push(hull);
    }
  }
  return forms;
}

/** Whether two convex polygons, of which neither may have an inside, overlap or come nearer than a distance. */
export function areNear(one: readonly Point[], other: readonly Point[], distance: number): boolean {
  if (apart(one, other, distance)) {
    return false;
  }
  if (isInside(one[0]!, [other]) || isInside(other[0]!, [one])) {
    return true;
  }
  return one.some((a, index) => {
    const b = one[(index + 1) % one.length]!;
    return other.some(
      (c, place) => distanceOfSegments(a, b, c, other[(place + 1) % other.length]!) < distance,
    );
  });
}

/** Whether the rectangles round two sets of points are so far apart. */
function apart(one: readonly Point[], other: readonly Point[], distance: number): boolean {
  const range = (points: readonly Point[], axis: "x" | "y"): readonly [number, number] => {
    let [least, most] = [Infinity, -Infinity];
    for (const point of points) {
      least = Math.min(least, point[axis]);
      most = Math.max(most, point[axis]);
    }
    return [least, most];
  };
  return (["x", "y"] as const).some((axis) => {
    const [a, b] = range(one, axis);
    const [c, d] = range(other, axis);
    return b + distance <= c || d + distance <= a;
  });
}

function areaOfHull(hull: readonly Point[]): number {
  let sum = 0;
  hull.forEach((corner, index) => {
    const next = hull[(index + 1) % hull.length]!;
    sum += corner.x * next.y - corner.y * next.x;
  });
  return Math.abs(sum) / 2;
}
