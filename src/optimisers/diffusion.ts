import { counted } from "../printable/index.js";
import { updateCount } from "./parameters.js";
import { numberOf, type OptimiserRecord, type WholeNumberParameter } from "./record.js";

const refinement: WholeNumberParameter = {
  kind: "whole number",
  name: "refine",
  documentation: "How many steps stand for one update: the larger, the nearer to continuous time.",
  synonyms: "refinement substeps discretisation discretization",
  example: 16,
  default: 16,
};

export const diffusion: OptimiserRecord = {
  name: "sde",
  documentation:
    "The stochastic differential equation of gradient descent, by Euler and Maruyama: for a time `T` the gradient of the expected loss, with Gaussian noise of the covariance of the gradient at a datum. `refine` steps stand for one update (16 by default). It has no training points, so that what is measured on them is an error. Simulated on the processor, for losses that separate.",
  synonyms: "langevin diffusion wiener brownian",
  parameters: [updateCount, refinement],
  optionHelp: "the stochastic differential equation, T=…[,refine=16]",
  example: { T: 4, refine: 16 },
  smallExamples: [{ T: 2, refine: 2 }],
  title: () => "Stochastic differential equation",
  duration: (values) =>
    `a time of T = ${numberOf(values, updateCount).toLocaleString("en-US")} in ${counted(stepsOf(values), "step")}`,
  cells: (values) => [
    `${counted(stepsOf(values), "step")}, each with noise of its own: one cell.`,
    "The noise is Gaussian, so that parts have one node or two, and both nodes of a part lie in one step.",
  ],
  // A step is what an update is where each training point is used once, of a part of one or two nodes.
  schedule: (values) => ({ points: stepsOf(values), batch: 1, epochs: 1, order: "same" }),
  rule: (values) => {
    const refine = numberOf(values, refinement);
    return {
      rate: 1 / refine,
      noise: { variance: refine },
      weightOfPart: (nodes) => (nodes === 1 ? 1 : nodes === 2 ? refine : 0),
    };
  },
};

function stepsOf(values: Parameters<OptimiserRecord["schedule"]>[0]): number {
  return numberOf(values, updateCount) * numberOf(values, refinement);
}
