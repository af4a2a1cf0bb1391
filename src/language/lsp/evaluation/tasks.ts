import { componentLabels } from "../../../evaluate/index.js";
import { expandLandscape, type Landscape } from "../../../landscape/index.js";
import { evaluatorFor, predict, type VerifySpecification } from "../../../verify/index.js";

/** The first tensors of a landscape at its start, in the order of its weights (THEORY §2). */
export interface LandscapeTensors {
  /** The expected loss. */
  readonly loss: number;
  /** `G`, of shape `[p]`. */
  readonly gradient: readonly number[];
  /** `H`, of shape `[p][p]`. */
  readonly hessian: readonly (readonly number[])[];
  /** `C`, of shape `[p][p]`. */
  readonly covariance: readonly (readonly number[])[];
}

/** What a verify predicts for one number at one learning rate. */
export interface PredictedRow {
  readonly eta: number;
  /** As in the output of `diag verify`: `test_loss`, `displacement(h)`. */
  readonly observable: string;
  readonly predicted: number;
  /** `τ`, the magnitude of the next order's total. */
  readonly truncation: number;
}

/** What the worker can be asked; plain data throughout. */
export type Task =
  | { readonly kind: "tensors"; readonly landscape: Landscape }
  | { readonly kind: "predict"; readonly specification: VerifySpecification };

/** @throws LandscapeError when a derivative is not finite at the start. */
export function tensorsOf(landscape: Landscape): LandscapeTensors {
  const expansion = expandLandscape(landscape, { order: 2, partSize: 2 });
  const axes = landscape.weights.map((_, axis) => axis);
  const cumulant = (...derivatives: (readonly number[])[]) =>
    expansion.cumulant(derivatives.map((indices) => expansion.derivative(indices)));
  return {
    loss: expansion.loss,
    gradient: axes.map((i) => cumulant([i])),
    hessian: axes.map((i) => axes.map((j) => cumulant([i, j]))),
    covariance: axes.map((i) => axes.map((j) => cumulant([i], [j]))),
  };
}

/** @throws EvaluationError, LandscapeError with one line for the user. */
export function predictionsOf(specification: VerifySpecification): PredictedRow[] {
  const evaluator = evaluatorFor(specification);
  const { etas, observables, landscape } = specification;
  return etas.flatMap((eta) =>
    observables.flatMap((observable) => {
      const labels = componentLabels(observable, landscape);
      return predict(evaluator, specification, observable, eta).map(({ predicted, truncation }, index) => ({
        eta,
        observable: labels[index]!,
        predicted,
        truncation,
      }));
    }),
  );
}
