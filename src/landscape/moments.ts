/** The moments by which rules are compared, with their natural scales: `[function · powers + power − 1]`. */
export interface Moments {
  readonly values: Float64Array;
  readonly scales: Float64Array;
}

/** Functions smaller than the largest by this are judged as if they were so large: they may be rounding. */
const negligible = 1e-6;

/** The means of functions and their moments about `centres`, up to a power. */
export function momentsOf(
  columns: readonly Float64Array[],
  weights: Float64Array,
  centres: Float64Array,
  powers: number,
): Moments {
  const values = new Float64Array(columns.length * powers);
  const scales = new Float64Array(values.length);
  addMoments(columns, weights, centres, powers, values, scales, 0);
  return { values, scales };
}

/** The same, written from `offset` on. */
export function addMoments(
  columns: readonly Float64Array[],
  weights: Float64Array,
  centres: Float64Array,
  powers: number,
  values: Float64Array,
  scales: Float64Array,
  offset: number,
): void {
  columns.forEach((column, j) => {
    const centre = centres[j]!;
    // the mean is judged on the scale of the function itself, higher moments on that of its spread
    for (let q = 0; q < weights.length; q++) {
      const weight = weights[q]!;
      const spread = column[q]! - centre;
      let powered = weight;
      values[offset + j * powers]! += weight * column[q]!;
      scales[offset + j * powers]! += weight * Math.abs(column[q]!);
      for (let k = 2; k <= powers; k++) {
        powered *= spread;
        const value = powered * spread;
        values[offset + j * powers + k - 1]! += value;
        scales[offset + j * powers + k - 1]! += Math.abs(value);
      }
    }
  });
}

/**
 * How far moments are apart: the least power whose moments differ by more than the tolerance (0: none).
 * @param limits of each function, the highest power that is compared
 */
export function compareMoments(
  a: Moments,
  b: Moments,
  powers: number,
  tolerance: number,
  limits?: (j: number) => number,
): { degree: number; worst: number } {
  let degree = 0;
  let worst = 0;
  const floors = new Float64Array(powers);
  for (let i = 0; i < a.scales.length; i++) {
    const power = i % powers;
    const floor = negligible ** (power + 1) * Math.max(a.scales[i]!, b.scales[i]!);
    if (floor < Infinity) {
      floors[power] = Math.max(floors[power]!, floor);
    }
  }
  for (let i = 0; i < a.values.length; i++) {
    const power = (i % powers) + 1;
    if (limits !== undefined && power > limits(Math.floor(i / powers))) {
      continue;
    }
    const scale = Math.max(a.scales[i]!, b.scales[i]!, floors[power - 1]!);
    // what has underflowed cannot be told apart
    if (scale < 1e-280) {
      continue;
    }
    const difference = Math.abs(a.values[i]! - b.values[i]!) / scale;
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    if (difference <= tolerance) {
      continue;
    }
    if (degree === 0 || power < degree) {
      degree = power;
    }
  }
  return { degree, worst };
}

/** A weighted mean; zero when it is no more than the rounding of what was added. */
export function meanOf(weights: Float64Array, column: Float64Array): number {
  let total = 0;
  let size = 0;
  for (let q = 0; q < weights.length; q++) {
    const term = weights[q]! * column[q]!;
    total += term;
    size += Math.abs(term);
  }
  return Math.abs(total) <= 2e-16 * size ? 0 : total;
}
