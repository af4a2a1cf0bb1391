import { number, product } from "../build.js";
import { type Distribution, unit } from "./distribution.js";
import { gammaData } from "./gamma-data.js";

export const exponential: Distribution = {
  name: "exponential",
  parameters: ["rate"],
  signature: "exponential(rate)",
  form: "exponential(1)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a place to type
  snippet: "exponential(${1:1})",
  documentation:
    "`exponential(rate)`: density `rate e^(−rate x)` for `x > 0`, mean `1/rate`, variance `1/rate²`; `rate > 0`.",
  table: { means: "density `rate e^(−rate x)` for `x > 0`", holds: "`rate > 0`" },
  synonyms: "expon rexp dexp negativeexponential waiting",
  source: (name, [first]) => {
    const { value: rate } = first!;
    return rate > 0
      ? { kind: "continuous", name, distribution: "exponential", parameters: [rate] }
      : { refusal: `the rate is ${rate}; it must be positive`, argument: 0 };
  },
  continuous: gammaData(
    ([rate]) => ({ shape: 1, scale: 1 / rate! }),
    ([rate], { number: write }) => `\\operatorname{Exponential}\\left(${write(rate!)}\\right)`,
    ([rate]) => product([number(-1 / rate!), { kind: "call", name: "log", argument: unit }]),
  ),
};
