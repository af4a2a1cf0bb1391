import { points, updateCount } from "./parameters.js";
import { numberOf, type OptimiserRecord, type ParameterValues } from "./record.js";

/** How much of the trace of the covariance `N` points add to the loss, beside `eta` (THEORY §5, Corollary 4). */
function penaltyOf(values: ParameterValues): number {
  const N = numberOf(values, points);
  return (N - 1) / (4 * N);
}

export const covarianceDescent: OptimiserRecord = {
  name: "gdc",
  documentation:
    "Gradient descent with the noise of stochastic gradient descent as a penalty: `T` updates, each with all `N` training points, down the training loss and `eta*(N - 1)/(4*N)` times the trace of the covariance of their gradients, estimated without bias. At `T = N` it does what one epoch of single points does on the average, through order 2. Predicted up to order 2, and simulated on the processor.",
  synonyms: "gradientcovariance penalised penalized regularised regularized",
  parameters: [points, updateCount],
  optionHelp: "the space-time of gradient descent with a penalty of covariance",
  example: { N: 10, T: 10 },
  smallExamples: [{ N: 3, T: 3 }],
  title: () => "Gradient descent with a penalty of covariance",
  // Where the penalty's two gradients are of one point, a part has two nodes in one cell: each gives `∇C^ν_ν / 2`, on `N` rows.
  schedule: (values) => ({
    points: numberOf(values, points),
    batch: numberOf(values, points),
    epochs: numberOf(values, updateCount),
    order: "same",
    ...(numberOf(values, points) === 1
      ? {}
      : { sharedCells: -2 * numberOf(values, points) * penaltyOf(values) }),
  }),
  rule: (values) =>
    numberOf(values, points) === 1
      ? { rate: 1 }
      : { rate: 1, covariancePenalty: penaltyOf(values), lastOrder: 2 },
};
