import { LandscapeError, type Weight } from "../../landscape/index.js";
import type { WeightFunction } from "../../observables/index.js";
import {
  entryNames,
  functionOfTensors,
  type MakeCarrier,
  RowDerivatives,
  type TensorLandscape,
} from "../../tensors/index.js";
import { EvaluationError } from "../evaluation.js";
import type { DirectionalDerivatives, DirectionalLandscape } from "./derivatives.js";

/** Where entries of weights are, one after the other, row-major; and what raises the index of a gradient, 1 where absent. */
export interface TensorPlace {
  /** The start where it is absent. */
  readonly at?: ArrayLike<number>;
  /** One positive number an entry. */
  readonly metric?: ArrayLike<number>;
  /** What carries out the programs of the loss; the interpreter in doubles where it is absent. */
  readonly carrierOf?: MakeCarrier;
}

/**
 * A landscape of tensors at a place, as far as directions tell of it. Its weights are the entries, one after the other, row-major;
 * functions that are observed are written with their names (`A[0, 1]`).
 * @throws LandscapeError when a datum has infinitely many values.
 */
export function directionalTensors(
  landscape: TensorLandscape,
  { at: given, metric, carrierOf }: TensorPlace = {},
): DirectionalLandscape & { readonly weights: readonly Weight[] } {
  const { weights } = landscape;
  const at = Float64Array.from(given ?? weights.flatMap(({ start }) => Array.from(start)));
  return {
    weights: weights
      .flatMap(({ name, shape }) => entryNames(name, shape))
      .map((name, place) => ({ name, start: at[place]! })),
    loss: new RowDerivatives(landscape, at, landscape.loss, carrierOf),
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
