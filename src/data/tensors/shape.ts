/** The lengths of an array's axes, from the first; a number has none. */
export type Shape = readonly number[];

/** How many entries an array has. */
export function entriesOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** As the language writes it: `[28, 28, 1]`. */
export function shapeText(shape: Shape): string {
  return shape.length === 0 ? "a number" : `[${shape.join(", ")}]`;
}

/** Whether shapes differ in axes of length 1 alone, so that entries keep their order. */
export function isSameShape(one: Shape, other: Shape): boolean {
  const long = (shape: Shape) => shape.filter((length) => length !== 1).join();
  return long(one) === long(other);
}

/** The place of an entry from its place in row-major order: `[17, 3, 2]`, from 0. */
export function placeOf(entry: number, shape: Shape): number[] {
  let rest = entry;
  return [...shape]
    .reverse()
    .map((length) => {
      const at = rest % length;
      rest = Math.floor(rest / length);
      return at;
    })
    .reverse();
}
