import { covarianceOf, diagramsOfCovariances } from "./covaried.js";
import type { ObservableRecord } from "./record.js";

const name = "covariance";

export const covariance: ObservableRecord = {
  name,
  words: name,
  documentation:
    "How two of the final loss and the weights go together over training sets (and shuffles): the expectation of their product less the product of their expectations.",
  example: `observe ${name}(u, v)`,
  formula: String.raw`\mathrm{Cov}(a,b)=E[a\,b]-E[a]\,E[b]=\sum_k\,\sum_{i+j=k}\mathrm{Cov}(a_i,b_j)`,
  diagrams: diagramsOfCovariances,
  synonyms: "cov correlation covary",
  operands: 2,
  numbers: (_, [one, other]) => [covarianceOf(name, [one!, other!])],
};
