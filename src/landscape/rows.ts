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
