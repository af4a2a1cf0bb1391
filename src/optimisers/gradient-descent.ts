import { penalty, points, rate, unendingUpdates } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const gradientDescent: OptimiserRecord = {
  name: "gd",
  documentation:
    "Gradient descent: `T` updates, each with all `N` training points; `diag evaluate` takes `T = inf`, the limit. `rate` multiplies `eta`. With `penalty = stic` it is on the training loss and an estimate of the generalization gap; that is simulated on the processor, and not predicted.",
  synonyms: "",
  parameters: [points, unendingUpdates, rate, penalty],
  optionHelp: "the space-time of gradient descent, N=…,T=…[,rate=1/3]",
  example: { N: 10, T: 20 },
  smallExamples: [{ N: 3, T: 4 }],
  title: (values) =>
    values[penalty.name] === undefined ? "Gradient descent" : "Gradient descent with a penalty of STIC",
  problem: (values) =>
    values[penalty.name] !== undefined && numberOf(values, points) === 1
      ? "N = 1 has no variance over its training points, which penalty = stic estimates; take N = 2 or more, or leave the penalty out"
      : undefined,
  // Every update is an epoch of one batch.
  schedule: (values) => ({
    points: numberOf(values, points),
    batch: numberOf(values, points),
    epochs: numberOf(values, unendingUpdates),
    order: "same",
  }),
  rule: (values) => ({
    rate: numberOf(values, rate),
    ...(values[penalty.name] === undefined
      ? {}
      : { gapPenalty: { updates: numberOf(values, unendingUpdates) } }),
  }),
};
