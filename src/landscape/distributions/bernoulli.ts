import type { Distribution } from "./distribution.js";
import { isProbability, outcomesOf, refuseProbability } from "./outcomes.js";

export const bernoulli: Distribution = {
  name: "bernoulli",
  parameters: ["p"],
  signature: "bernoulli(p)",
  form: "bernoulli(p)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a place to type
  snippet: "bernoulli(${1:1/2})",
  documentation: "`bernoulli(p)`: 1 with probability `p`, else 0.",
  table: { means: "1 with probability `p`, else 0", holds: "`0 ≤ p ≤ 1`" },
  synonyms: "bern ber coin coinflip flip binary",
  source: (name, [first]) => {
    const { value: probability } = first!;
    return isProbability(probability)
      ? outcomesOf(name, [
          { value: 1, probability },
          { value: 0, probability: 1 - probability },
        ])
      : refuseProbability(probability, 0);
  },
};
