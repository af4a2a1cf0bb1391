import type { Distribution } from "./distribution.js";
import { isProbability, outcomesOf, refuseProbability } from "./outcomes.js";

/** How far from 1 a sum of probabilities may be by rounding. */
const probabilityTolerance = 1e-9;

export const discrete: Distribution = {
  name: "discrete",
  parameters: "outcomes",
  signature: "discrete(v: p, …)",
  form: "discrete(-1: 2/3, 2: 1/3)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "discrete(${1:-1}: ${2:1/2}, ${3:1}: ${4:1/2})",
  documentation: `Values with their probabilities, which sum to 1; without probabilities all are alike.

\`\`\`diag
data x ~ discrete(-1: 2/3, 2: 1/3), y ~ discrete(1, 2, 5)
\`\`\``,
  table: {
    means: "`v` with probability `p`; `discrete(v, w, …)`: each value alike",
    holds: "probabilities lie in [0, 1] and sum to 1 within 10⁻⁹; all values have one, or none has",
  },
  synonyms: "choice categorical empirical pmf finite multinoulli atoms",
  remarks: [
    ["dirac delta constant point degenerate", "for one value write `discrete(v)`"],
    ["rademacher", "write `discrete(-1, 1)`"],
  ],
  source: (name, given) => {
    const outcomes = given.map(({ value, probability = 1 / given.length }) => ({ value, probability }));
    const bad = outcomes.findIndex(({ probability }) => !isProbability(probability));
    if (bad >= 0) {
      return refuseProbability(outcomes[bad]!.probability, bad);
    }
    const total = outcomes.reduce((sum, { probability }) => sum + probability, 0);
    if (Math.abs(total - 1) > probabilityTolerance) {
      return {
        refusal: `the probabilities sum to ${Number(total.toPrecision(10))}, not to 1`,
        data: { total, probabilities: outcomes.map(({ probability }) => probability) },
      };
    }
    // What rounding left is shared out, so that expectations of constants are exact.
    return outcomesOf(
      name,
      outcomes.map(({ value, probability }) => ({ value, probability: probability / total })),
    );
  },
};
