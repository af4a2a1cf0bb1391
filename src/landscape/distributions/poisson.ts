import { countRule, countsOf, largestVariance, refuseVariance } from "./counts.js";
import type { Distribution } from "./distribution.js";

export const poisson: Distribution = {
  name: "poisson",
  parameters: ["rate"],
  signature: "poisson(rate)",
  form: "poisson(2)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a place to type
  snippet: "poisson(${1:1})",
  documentation:
    "`poisson(rate)`: counts `0, 1, 2, …` with mean and variance `rate`, which is not negative.\n\n`P(k) = rate^k e^(−rate) / k!`",
  table: { means: "counts of mean `rate`", holds: "`0 ≤ rate ≤ 10⁵`" },
  synonyms: "pois rpois dpois counts",
  source: (name, [first]) => {
    const { value: rate } = first!;
    if (!(rate >= 0)) {
      return { refusal: `the rate is ${rate}; it cannot be negative`, argument: 0 };
    }
    if (rate > largestVariance) {
      return refuseVariance("such counts", rate, `normal(${rate}, sqrt(${rate}))`, 0);
    }
    const law = { distribution: "poisson", parameters: [rate] };
    return countsOf(name, law, Math.floor(rate), rate === 0 ? 0 : Infinity, (k) => rate / k);
  },
  counted: {
    endless: true,
    latex: ([rate], { number }) => `\\operatorname{Poisson}\\left(${number(rate!)}\\right)`,
    // Charlier's polynomials
    exactRule: ([rate], size) =>
      countRule(
        size,
        Infinity,
        (k) => rate! + k,
        (k) => Math.sqrt(rate! * k),
      ),
  },
};
