const doubles = new Float64Array(1);
const words = new Uint32Array(doubles.buffer);

/** The bits of a double, as (high, low) words. */
export function bitsOfDouble(value: number): readonly [number, number] {
  doubles[0] = value;
  return [words[1]!, words[0]!];
}

/** The double that has these bits. */
export function doubleOfBits(high: number, low: number): number {
  words[1] = high;
  words[0] = low;
  return doubles[0]!;
}
