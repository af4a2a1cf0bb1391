import type { TensorLandscape } from "../../tensors/index.js";
import type { EvaluatorOptions } from "../evaluation.js";
import { Evaluator } from "../evaluator.js";
import { directionalTensors, type TensorPlace } from "./tensors.js";
import { directionalValuation } from "./valuation.js";

/** How a landscape of tensors is evaluated, and where. */
export type TensorEvaluatorOptions = EvaluatorOptions & Pick<TensorPlace, "metric">;

/**
 * An evaluator of a landscape of tensors whose data have finitely many rows, from derivatives along directions. Its weights are the
 * entries of the landscape's (`A[0, 1]`).
 * @throws EvaluationError when the order is too high, or takes too much work for so many rows.
 * @throws LandscapeError when a datum has infinitely many values, or the loss or a derivative is not finite there.
 */
export function tensorEvaluator(landscape: TensorLandscape, options: TensorEvaluatorOptions): Evaluator {
  const directional = directionalTensors(landscape, options);
  const { weights } = directional;
  return new Evaluator(
    { name: landscape.name, weights },
    options,
    directionalValuation(directional, options),
  );
}
