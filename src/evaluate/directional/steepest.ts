import { type Eigenbasis, symmetricEigenbasis } from "../eigen.js";
import type { DirectionalLandscape } from "./derivatives.js";

/** Multiplications after which the highest curvature of a landscape stands to far more digits than anybody is told. */
const mostProducts = 60;

/** With fewer it may be far off. */
const leastProducts = 20;

/** What is left of a vector whose share beyond those before it is rounding. */
const negligible = 1e-10;

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
  for (let step = 0; step < Math.min(products, mostProducts, dimension); step++) {
    const next = product(own[step]!);
    const size = length(next);
    const row = own.map((vector) => inner(vector, next));
    // Twice, since once leaves rounding.
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of own) {
        const share = inner(vector, next);
        next.forEach((value, entry) => {
          next[entry] = value - share * vector[entry]!;
        });
      }
    }
    matrix.push(row);
    if (length(next) <= negligible * size) {
      break;
    }
    own.push(unit(next));
  }
  const count = matrix.length;
  const symmetric = matrix.map((row, i) =>
    Array.from({ length: count }, (_, j) => (j <= i ? row[j]! : matrix[j]![i]!)),
  );
  const { values, vectors } = symmetricEigenbasis(symmetric);
  const highest = values.indexOf(Math.max(...values));
  const direction = Array.from(
    { length: dimension },
    (_, entry) =>
      vectors[highest]!.reduce((sum, share, index) => sum + share * own[index]![entry]!, 0) * root(entry),
  );
  return { values: [values[highest]!], vectors: [direction] };
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
