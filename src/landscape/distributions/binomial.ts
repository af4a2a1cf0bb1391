import { countRule, countsOf, largestVariance, refuseVariance } from "./counts.js";
import type { Distribution } from "./distribution.js";
import { isProbability, refuseProbability } from "./outcomes.js";

export const binomial: Distribution = {
  name: "binomial",
  parameters: ["n", "p"],
  signature: "binomial(n, p)",
  form: "binomial(10, 1/2)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "binomial(${1:10}, ${2:1/2})",
  documentation:
    "`binomial(n, p)`: how many of `n` independent trials succeed, each with probability `p`.\n\n`P(k) = n! / (k! (n − k)!) p^k (1 − p)^(n − k)`, mean `n p`, variance `n p (1 − p)`.",
  table: {
    means: "how many of `n` trials succeed, each with probability `p`",
    holds: "`n` is whole, `n ≥ 0`; `0 ≤ p ≤ 1`; `n p (1 − p) ≤ 10⁵`",
  },
  synonyms: "binom rbinom dbinom successes",
  source: (name, given) => {
    const [n, p] = given.map(({ value }) => value) as [number, number];
    if (!(Number.isSafeInteger(n) && n >= 0)) {
      return { refusal: `the number of trials is ${n}; it must be a whole number, 0 or more`, argument: 0 };
    }
    if (!isProbability(p)) {
      return refuseProbability(p, 1);
    }
    const variance = n * p * (1 - p);
    if (variance > largestVariance) {
      return refuseVariance("such counts", variance, `normal(${n}*${p}, sqrt(${n}*${p}*${1 - p}))`, 0);
    }
    if (variance === 0) {
      return { kind: "finite", name, outcomes: [{ value: p === 1 ? n : 0, probability: 1 }] };
    }
    const mode = Math.min(n, Math.floor((n + 1) * p));
    const law = { distribution: "binomial", parameters: [n, p] };
    return countsOf(name, law, mode, n, (k) => ((n - k + 1) * p) / (k * (1 - p)));
  },
  counted: {
    endless: false,
    latex: ([n, p], { number }) => `\\operatorname{Binomial}\\left(${number(n!)},\\, ${number(p!)}\\right)`,
    // Krawtchouk's polynomials
    exactRule: ([n, p], size) =>
      countRule(
        size,
        n! + 1,
        (k) => p! * (n! - k) + k * (1 - p!),
        (k) => Math.sqrt(k * (n! - k + 1) * p! * (1 - p!)),
      ),
  },
};
