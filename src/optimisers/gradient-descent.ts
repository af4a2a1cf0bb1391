import { points, rate, updateCount } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const gradientDescent: OptimiserRecord = {
  name: "gd",
  documentation: "Gradient descent: `T` updates, each with all `N` training points. `rate` multiplies `eta`.",
  synonyms: "",
  parameters: [points, updateCount, rate],
  optionHelp: "the space-time of gradient descent, N=…,T=…[,rate=1/3]",
  example: { N: 10, T: 20 },
  smallExamples: [{ N: 3, T: 4 }],
  title: () => "Gradient descent",
  // Every update is an epoch of one batch.
  schedule: (values) => ({
    points: numberOf(values, points),
    batch: numberOf(values, points),
    epochs: numberOf(values, updateCount),
    order: "same",
  }),
  rule: (values) => ({ rate: numberOf(values, rate) }),
};
