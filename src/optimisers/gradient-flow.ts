import { updateCount } from "./parameters.js";
import { numberOf, type OptimiserRecord } from "./record.js";

export const gradientFlow: OptimiserRecord = {
  name: "ode",
  documentation:
    "The gradient flow of the expected loss, for a time `eta*T`, followed to 1e-10. It has no noise and no training points: one trial tells all, and what is measured on training points is an error. Its diagrams have parts of one node, and integrals over times.",
  synonyms: "flow gradientflow continuous differential",
  parameters: [updateCount],
  optionHelp: "the gradient flow, T=…",
  example: { T: 10 },
  smallExamples: [],
  title: () => "Gradient flow",
  duration: (values) => `a time of T = ${numberOf(values, updateCount).toLocaleString("en-US")}`,
  cells: () => [
    "the weights follow the gradient of the expected loss in continuous time.",
    "Nothing is random, so that each part has one node; its time is integrated over.",
  ],
  schedule: (values) => ({
    points: 1,
    batch: 1,
    epochs: numberOf(values, updateCount),
    order: "same",
    isContinuous: true,
  }),
  rule: () => ({ rate: 1, isFlow: true, weightOfPart: (nodes) => (nodes === 1 ? 1 : 0) }),
};
