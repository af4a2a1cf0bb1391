import { points, updateCount } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const gradientDescent: OptimiserRecord = {
  name: "gd",
  documentation: "Gradient descent: `T` updates, each with all `N` training points.",
  synonyms: "",
  parameters: [points, updateCount],
  optionHelp: "the space-time of gradient descent",
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
  rule: () => ({ rate: 1 }),
};
