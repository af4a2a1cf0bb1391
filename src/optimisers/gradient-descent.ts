import { points, rate, unendingUpdates } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const gradientDescent: OptimiserRecord = {
  name: "gd",
  documentation:
    "Gradient descent: `T` updates, each with all `N` training points; `diag evaluate` takes `T = inf`, the limit. `rate` multiplies `eta`.",
  synonyms: "",
  parameters: [points, unendingUpdates, rate],
  optionHelp: "the space-time of gradient descent, N=…,T=…[,rate=1/3]",
  example: { N: 10, T: 20 },
  smallExamples: [{ N: 3, T: 4 }],
  title: () => "Gradient descent",
  // Every update is an epoch of one batch.
  schedule: (values) => ({
    points: numberOf(values, points),
    batch: numberOf(values, points),
    epochs: numberOf(values, unendingUpdates),
    order: "same",
  }),
  rule: (values) => ({ rate: numberOf(values, rate) }),
};
