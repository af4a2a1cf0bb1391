/** Of derivatives along directions the one along all of them, those along all choices among them, or those along one of them up to twice. */
export type Kind = "highest" | "all" | "curve";

/** How many vectors a pass of a kind finds. @param directions how many it has. */
export function vectorsOf(kind: Kind, directions: number): number {
  return kind === "highest" ? 1 : kind === "curve" ? 3 : 1 << directions;
}

/** How often each direction is in a vector of a pass. */
export function degreesOf(kind: Kind, vector: number, directions: number): readonly number[] {
  return kind === "curve"
    ? [vector]
    : Array.from({ length: directions }, (_, k) => (kind === "highest" ? 1 : (vector >> k) & 1));
}

/** Directions whose largest entries are between 1 and 2, so that no derivative along them leaves the range of single precision for their sake. */
export interface ScaledDirections {
  readonly directions: readonly Float64Array[];
  /** What a vector of an item is of the directions as they were, as a multiple. @param degrees how often each direction is in it. */
  factor(item: number, degrees: readonly number[]): number;
}

/** @param directions each of `dimension` numbers, or of so many for each item. Powers of two scale them, so that nothing is rounded. */
export function scaleDirections(directions: readonly Float64Array[], dimension: number): ScaledDirections {
  const scales: Float64Array[] = [];
  const scaled = directions.map((numbers) => {
    const own = numbers.slice();
    const scale = new Float64Array(numbers.length / dimension);
    for (let item = 0; item < scale.length; item++) {
      const from = item * dimension;
      scale[item] = powerBelow(largestOf(numbers, from, from + dimension));
      for (let entry = from; entry < from + dimension; entry++) {
        own[entry]! /= scale[item]!;
      }
    }
    scales.push(scale);
    return own;
  });
  return {
    directions: scaled,
    factor(item, degrees) {
      let factor = 1;
      degrees.forEach((degree, k) => {
        for (let time = 0; time < degree; time++) {
          factor *= scales[k]![item] ?? scales[k]![0]!;
        }
      });
      return factor;
    },
  };
}

function largestOf(numbers: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let entry = from; entry < to; entry++) {
    largest = Math.max(largest, Math.abs(numbers[entry]!));
  }
  return largest;
}

/** The largest power of two that is no larger; 1 of zero, and of what is no finite number. */
export function powerBelow(size: number): number {
  if (size === 0 || !Number.isFinite(size)) {
    return 1;
  }
  // What is below the normal numbers has no power whose reciprocal is finite.
  return 2 ** Math.min(1000, Math.max(-1000, Math.floor(Math.log2(size))));
}
