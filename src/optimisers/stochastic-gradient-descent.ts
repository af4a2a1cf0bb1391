import { batch, epochs, rate, shuffle, unendingPoints } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const stochasticGradientDescent: OptimiserRecord = {
  name: "sgd",
  documentation:
    "Stochastic gradient descent: `N` training points, `E` epochs, batches of `B`, which divides `N`. It makes `T = E·N/B` updates. `shuffle = same` (the default) keeps one order for all epochs; `shuffle = reshuffled` draws each anew. `diag evaluate` takes `N = inf, E = 1, B = 1`, the limit of many points. `rate` multiplies `eta`.",
  synonyms: "optimizer optimiser spacetime",
  parameters: [unendingPoints, epochs, batch, shuffle, rate],
  optionHelp: "the space-time N=…,E=…,B=…[,shuffle=reshuffled][,rate=1/3]",
  example: { N: 10, E: 2, B: 5, shuffle: "reshuffled" },
  smallExamples: [
    { N: 4, E: 1, B: 1 },
    { N: 3, E: 2, B: 1 },
  ],
  title: (values) =>
    numberOf(values, batch) === numberOf(values, unendingPoints)
      ? "Gradient descent"
      : "Stochastic gradient descent",
  problem(values) {
    const [N, E, B] = [unendingPoints, epochs, batch].map((parameter) => numberOf(values, parameter));
    if (N === Number.POSITIVE_INFINITY) {
      return E === 1 && B === 1
        ? undefined
        : "N = inf is the limit of one epoch of single points; write E = 1 and B = 1 beside it";
    }
    return N! % B! === 0 ? undefined : `B = ${B} does not divide N = ${N}; choose a batch size that does`;
  },
  schedule: (values) => ({
    points: numberOf(values, unendingPoints),
    batch: numberOf(values, batch),
    epochs: numberOf(values, epochs),
    order: values.shuffle === "reshuffled" ? "reshuffled" : "same",
  }),
  rule: (values) => ({ rate: numberOf(values, rate) }),
};
