import type { DataSource } from "./landscape.js";

type Rows = Extract<DataSource, { readonly kind: "rows" }>;

/** How many rows a source has. */
export function rowCount({ names, values }: Rows): number {
  return values.length / names.length;
}

/** One column of a source, of length {@link rowCount}. */
export function columnOf({ names, values }: Rows, column: number): Float64Array {
  const numbers = new Float64Array(values.length / names.length);
  for (let row = 0, at = column; row < numbers.length; row++, at += names.length) {
    numbers[row] = values[at]!;
  }
  return numbers;
}

/** The mean of one column of a source. */
export function meanOf({ names, values }: Rows, column: number): number {
  let sum = 0;
  for (let at = column; at < values.length; at += names.length) {
    sum += values[at]!;
  }
  return sum / (values.length / names.length);
}

/** For `JSON.stringify`: numbers that are kept in a typed array, as a list. */
export function plainNumbers(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}

/**
 * For `JSON.stringify`, where the text is only to tell things apart: many numbers by what `digest` makes of their bits.
 */
export function digestedNumbers(
  digest: (parts: Iterable<Float64Array>) => string,
): (key: string, value: unknown) => unknown {
  return (_key, value) => (ArrayBuffer.isView(value) ? digest(asDoubles(value as Float64Array)) : value);
}

/** So many numbers are copied at once. */
const partSize = 1 << 16;

/** Whatever kind of array holds them, the same numbers have the same bits. */
function* asDoubles(values: Float64Array): Generator<Float64Array> {
  for (let at = 0; at < values.length; at += partSize) {
    yield Float64Array.from(values.subarray(at, at + partSize));
  }
}
