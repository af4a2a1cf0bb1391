import { type Eigenbasis, symmetricEigenbasis } from "../eigen.js";
import type { DirectionalLandscape } from "./derivatives.js";

/** Multiplications after which nobody waits for more digits of the highest curvature. */
const mostProducts = 60;

/** With fewer it may be far off. */
const leastProducts = 20;

/**
 * What a product may have beyond the found direction, beside the largest curvature that was met: the direction is right to about this, and the curvature,
 * whose error goes as its square, to all digits.
 */
const tolerance = 1e-6;

/**
 * The direction along which the loss curves most, and its curvature, from products of the second derivatives with vectors alone:
 * Lanczos' iteration, in coordinates in which the metric is the identity.
 *
 * @param products that may be taken; undefined where they are too few to tell.
 */
export function steepest({ loss, metric }: DirectionalLandscape, products: number): Eigenbasis | undefined {
  if (products < leastProducts) {
    return undefined;
  }
  const { dimension } = loss;
  const root = (entry: number) => (metric === undefined ? 1 : Math.sqrt(metric[entry]!));
  const product = (vector: Float64Array) =>
    loss
      .gradients(1, [vector.map((value, entry) => value * root(entry))])
      .map((value, entry) => value * root(entry));
  // Any first vector will do that no direction is likely to be at a right angle to.
  const own: Float64Array[] = [
    unit(Float64Array.from({ length: dimension }, (_, entry) => Math.cos(entry * entry + 1))),
  ];
  const matrix: number[][] = [];
  let shares: readonly number[] = [];
  let highest = 0;
  for (let step = 0; step < Math.min(products, mostProducts, dimension); step++) {
    const next = product(own[step]!);
    matrix.push(own.map((vector) => inner(vector, next)));
    // Twice, since once leaves rounding.
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of own) {
        const share = inner(vector, next);
        next.forEach((value, entry) => {
          next[entry] = value - share * vector[entry]!;
        });
      }
    }
    const { values, vectors } = symmetricEigenbasis(symmetric(matrix));
    highest = Math.max(...values);
    shares = vectors[values.indexOf(highest)]!;
    // What the product of the second derivatives with the direction has beside the direction.
    const rest = length(next) * Math.abs(shares[step]!);
    if (rest <= tolerance * Math.max(...values.map(Math.abs))) {
      break;
    }
    own.push(unit(next));
  }
  const direction = Array.from(
    { length: dimension },
    (_, entry) => shares.reduce((sum, share, index) => sum + share * own[index]![entry]!, 0) * root(entry),
  );
  return { values: [highest], vectors: [direction] };
}

/** A matrix of which the rows up to the diagonal are given. */
function symmetric(lower: readonly (readonly number[])[]): number[][] {
  return lower.map((row, i) => lower.map((_, j) => (j <= i ? row[j]! : lower[j]![i]!)));
}

function inner(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, entry) => sum + value * other[entry]!, 0);
}

function length(vector: Float64Array): number {
  return Math.sqrt(inner(vector, vector));
}

function unit(vector: Float64Array): Float64Array {
  const size = length(vector);
  return vector.map((value) => value / size);
}
