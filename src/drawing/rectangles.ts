import type { DrawnLabel, Point } from "./drawing.js";

/** An upright rectangle, px. */
export interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function rectangleOf({ x, y, width, height, anchor }: DrawnLabel): Rectangle {
  const left = x - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
}

export function squareAround({ x, y }: Point, reach: number): Rectangle {
  return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
}

export function rectangleAround(points: readonly Point[]): Rectangle {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, right, top, bottom };
}

/** Whether two rectangles come nearer than `reach` along both axes. */
export function areNearby(one: Rectangle, other: Rectangle, reach = 0): boolean {
  return (
    one.left < other.right + reach &&
    other.left < one.right + reach &&
    one.top < other.bottom + reach &&
    other.top < one.bottom + reach
  );
}

/** Whether a point is in a rectangle or less than `reach` from it along both axes. */
export function isInRectangle({ x, y }: Point, of: Rectangle, reach = 0): boolean {
  return x > of.left - reach && x < of.right + reach && y > of.top - reach && y < of.bottom + reach;
}

export function distanceToRectangle({ x, y }: Point, { left, right, top, bottom }: Rectangle): number {
  return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
}
