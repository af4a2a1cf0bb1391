import { covarianceOf, diagramsOfCovariances } from "./covaried.js";
import type { ObservableRecord } from "./record.js";

const name = "variance";

export const variance: ObservableRecord = {
  name,
  words: name,
  documentation:
    "How far the final loss, or a weight, spreads over training sets (and shuffles): the expectation of the square of what it is less its own expectation.",
  example: `observe ${name}(u)`,
  formula: String.raw`\mathrm{Var}(a)=E[a^2]-E[a]^2=\sum_k\,\sum_{i+j=k}\mathrm{Cov}(a_i,a_j)`,
  diagrams: diagramsOfCovariances,
  synonyms: "var spread dispersion squareddeviation",
  operands: 1,
  numbers: (_, [of]) => [covarianceOf(name, [of!, of!])],
};
