import { epochs, points } from "../../src/optimisers/parameters.js";
import { type ChoiceParameter, numberOf, type OptimiserRecord } from "../../src/optimisers/record.js";

const visits: ChoiceParameter = {
  kind: "choice",
  name: "visits",
  documentation: "In which order epochs visit the points: `fresh` draws it anew for each, `fixed` keeps one.",
  synonyms: "",
  options: [
    { name: "fresh", documentation: "A new order of the points for each epoch.", synonyms: "" },
    { name: "fixed", documentation: "One order of the points for all epochs.", synonyms: "" },
  ],
  default: "fresh",
};

export const halvedDescent: OptimiserRecord = {
  name: "halved",
  documentation:
    "Descent on batches of two of `N` training points, for `E` epochs, each step half as far as `eta` says.",
  synonyms: "half halfway",
  parameters: [points, epochs, visits],
  optionHelp: "the space-time N=…,E=…[,visits=fixed] of halved descent",
  example: { N: 10, E: 2, visits: "fixed" },
  smallExamples: [{ N: 4, E: 2 }],
  title: () => "Halved descent",
  problem(values) {
    const N = numberOf(values, points);
    return N % 2 === 0 ? undefined : `N = ${N} is odd; halved descent takes points two at a time`;
  },
  schedule: (values) => ({
    points: numberOf(values, points),
    batch: 2,
    epochs: numberOf(values, epochs),
    order: values.visits === "fixed" ? "same" : "reshuffled",
  }),
  rule: () => ({ rate: 1 / 2 }),
};
