import type { Shape } from "./expression.js";
import { sizeOf } from "./shapes.js";

/** The names of a tensor's entries, row-major: `A[0, 1]`; of a scalar its own name. */
export function entryNames(name: string, shape: Shape): string[] {
  return Array.from({ length: sizeOf(shape) }, (_, place) => entryName(name, shape, place));
}

export function entryName(name: string, shape: Shape, place: number): string {
  if (shape.length === 0) {
    return name;
  }
  let rest = place;
  const indices = shape
    .toReversed()
    .map((length) => {
      const index = rest % length;
      rest = (rest - index) / length;
      return index;
    })
    .reverse();
  return `${name}[${indices.join(", ")}]`;
}
