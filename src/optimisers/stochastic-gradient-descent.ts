import { batch, epochs, points, rate, shuffle } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const stochasticGradientDescent: OptimiserRecord = {
  name: "sgd",
  documentation:
    "Stochastic gradient descent: `N` training points, `E` epochs, batches of `B`, which divides `N`. It makes `T = E·N/B` updates. `shuffle = same` (the default) keeps one order for all epochs; `shuffle = reshuffled` draws each anew. `rate` multiplies `eta`.",
  synonyms: "optimizer optimiser spacetime",
  parameters: [points, epochs, batch, shuffle, rate],
  optionHelp: "the space-time N=…,E=…,B=…[,shuffle=reshuffled][,rate=1/3]",
  example: { N: 10, E: 2, B: 5, shuffle: "reshuffled" },
  smallExamples: [
    { N: 4, E: 1, B: 1 },
    { N: 3, E: 2, B: 1 },
  ],
  title: (values) =>
    numberOf(values, batch) === numberOf(values, points) ? "Gradient descent" : "Stochastic gradient descent",
  problem(values) {
    const [N, B] = [numberOf(values, points), numberOf(values, batch)];
    return N % B === 0 ? undefined : `B = ${B} does not divide N = ${N}; choose a batch size that does`;
  },
  schedule: (values) => ({
    points: numberOf(values, points),
    batch: numberOf(values, batch),
    epochs: numberOf(values, epochs),
    order: values.shuffle === "reshuffled" ? "reshuffled" : "same",
  }),
  rule: (values) => ({ rate: numberOf(values, rate) }),
};
