import type { DirectionalLandscape } from "../../../src/evaluate/index.js";

/** A row of data: what goes in, and what is to come out. */
export interface Sample {
  readonly x: number;
  readonly y: number;
}

/**
 * A net of two linear layers, `l = (x Σ_i c_i a_i b_i − y)²/2`, with its derivatives along directions by hand. Weights are `a_1 … a_h,
 * b_1 … b_h`. With `q = Σ c_i a_i b_i`, whose gradient is `(c b, c a)`, all of them are products of derivatives of `q`.
 */
export function linearNet(
  start: Float64Array,
  samples: readonly Sample[],
  passes: [number, number, number] = [0, 0, 0],
  scaleOf: (unit: number) => number = () => 1,
): DirectionalLandscape {
  const size = start.length;
  const half = size / 2;
  const scales = Float64Array.from({ length: half }, (_, i) => scaleOf(i));
  const q = swapped(start, start, scales) / 2;
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  /** `slope` is `x r`, and `bend` is `x²`, `r = q x − y`. */
  const gradient = (slope: number, bend: number, directions: readonly Float64Array[], out: Float64Array) => {
    const [u, v] = directions;
    const add = (factor: number, vector: Float64Array) => {
      for (let i = 0; i < size; i++) {
        out[i]! += factor * scales[i % half]! * vector[i < half ? i + half : i - half]!;
      }
    };
    if (u === undefined) {
      add(slope, start);
    } else if (v === undefined) {
      add(bend * swapped(u, start, scales), start);
      add(slope, u);
    } else {
      add(bend * swapped(u, v, scales), start);
      add(bend * swapped(u, start, scales), v);
      add(bend * swapped(v, start, scales), u);
    }
  };
  const slopeOf = ({ x, y }: Sample) => x * (q * x - y);
  const many = (
    count: number,
    directions: readonly Float64Array[],
    row: (item: number) => readonly [number, number],
  ) => {
    const all = new Float64Array(count * size);
    for (let item = 0; item < count; item++) {
      const own = directions.map((list) =>
        list.length === size ? list : list.subarray(item * size, (item + 1) * size),
      );
      const [slope, bend] = row(item);
      gradient(slope, bend, own, all.subarray(item * size, (item + 1) * size));
    }
    return all;
  };
  const [meanSlope, meanBend] = [mean(slopeOf), mean(({ x }) => x * x)];
  return {
    weights: Array.from(start, (_, i) => ({ name: i < half ? `a${i}` : `b${i - half}` })),
    loss: {
      dimension: size,
      value: mean(({ x, y }) => (q * x - y) ** 2 / 2),
      rows: samples.length,
      probability: () => 1 / samples.length,
      operations: 10 * size,
      batch: 64,
      rowValues: (rows) => Float64Array.from(rows, (row) => (q * samples[row]!.x - samples[row]!.y) ** 2 / 2),
      gradients(count, directions) {
        passes[directions.length]! += count * samples.length;
        return many(count, directions, () => [meanSlope, meanBend]);
      },
      rowGradients(rows, directions) {
        passes[directions.length]! += rows.length;
        return many(rows.length, directions, (item) => {
          const sample = samples[rows[item]!]!;
          return [slopeOf(sample), sample.x ** 2];
        });
      },
    },
    functionOf: () => {
      throw new Error("no function is observed");
    },
  };
}

/** `Σ_i c_i (u_a v_b + u_b v_a)`. */
function swapped(u: Float64Array, v: Float64Array, scales: Float64Array): number {
  const half = scales.length;
  let sum = 0;
  for (let i = 0; i < half; i++) {
    sum += scales[i]! * (u[i]! * v[i + half]! + u[i + half]! * v[i]!);
  }
  return sum;
}
