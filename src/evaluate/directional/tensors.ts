import { LandscapeError } from "../../landscape/index.js";
import type { WeightFunction } from "../../observables/index.js";
import { entryNames, functionOfTensors, RowDerivatives, type TensorLandscape } from "../../tensors/index.js";
import { EvaluationError } from "../evaluation.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "./derivatives.js";

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
    functionOf: (observed) => derivativesOf(observed, landscape, at),
  };
}

function derivativesOf(
  { name, value }: WeightFunction,
  landscape: TensorLandscape,
  at: Float64Array,
): DirectionalDerivatives {
  const own = new RowDerivatives({ ...landscape, data: [] }, at, functionOfTensors(landscape, value));
  const smooth = <Found>(find: () => Found): Found => {
    try {
      return find();
    } catch (error) {
      throw error instanceof LandscapeError
        ? new EvaluationError(
            `${name} or a derivative of it is not finite at the start; start elsewhere, or observe what is smooth there`,
          )
        : error;
    }
  };
  return {
    dimension: own.dimension,
    value: smooth(() => own.value),
    gradients: (count, directions) => smooth(() => own.gradients(count, directions)),
  };
}
