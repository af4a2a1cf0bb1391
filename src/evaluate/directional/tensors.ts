import { entryNames, functionOfTensors, RowDerivatives, type TensorLandscape } from "../../tensors/index.js";
import type { DirectionalLandscape } from "./derivatives.js";

/**
 * A landscape of tensors at its start, as far as directions tell of it. Its weights are the entries, one after the other, row-major;
 * functions that are observed are written with their names (`A[0, 1]`).
 * @param metric what raises the index of a gradient, one positive number a weight; 1 where absent.
 * @throws LandscapeError when a datum has infinitely many values.
 */
export function directionalTensors(
  landscape: TensorLandscape,
  metric?: ArrayLike<number>,
): DirectionalLandscape {
  const { weights } = landscape;
  const at = Float64Array.from(weights.flatMap(({ start }) => Array.from(start)));
  return {
    weights: weights.flatMap(({ name, shape }) => entryNames(name, shape).map((own) => ({ name: own }))),
    loss: new RowDerivatives(landscape, at),
    ...(metric && { metric }),
    functionOf: ({ value }) =>
      new RowDerivatives({ ...landscape, data: [] }, at, functionOfTensors(landscape, value)),
  };
}
