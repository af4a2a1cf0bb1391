import { number, product } from "../build.js";
import type { Distribution } from "./distribution.js";
import { gammaData } from "./gamma-data.js";
import { logGammaFormula } from "./gamma-quantile.js";

/** Data of a smaller shape are mostly too small for a number; those of a larger one are normal. */
const shapes = { least: 1 / 16, most: 1e5 };

export const gamma: Distribution = {
  name: "gamma",
  parameters: ["shape", "scale"],
  signature: "gamma(shape, scale)",
  form: "gamma(2, 1)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "gamma(${1:2}, ${2:1})",
  documentation:
    "`gamma(shape, scale)`: density `x^(shape − 1) e^(−x/scale) / (Γ(shape) scale^shape)` for `x > 0`, mean `shape scale`, variance `shape scale²`; `1/16 ≤ shape ≤ 10⁵`, `scale > 0`.",
  table: {
    means: "density `x^(shape − 1) e^(−x/scale) / (Γ(shape) scale^shape)` for `x > 0`",
    holds: "`1/16 ≤ shape ≤ 10⁵`, `scale > 0`",
  },
  synonyms: "rgamma dgamma",
  remarks: [
    ["chisquared chi2 chisq", "write `gamma(degrees/2, 2)`"],
    ["erlang", "write `gamma(shape, 1/rate)`"],
  ],
  source: (name, given) => {
    const [shape, scale] = given.map(({ value }) => value) as [number, number];
    if (!(shape > 0)) {
      return { refusal: `the shape is ${shape}; it must be positive`, argument: 0 };
    }
    if (!(scale > 0)) {
      return { refusal: `the scale is ${scale}; it must be positive`, argument: 1 };
    }
    if (shape < shapes.least) {
      return {
        refusal: `data of the shape ${shape} are mostly too small for a number; it must be at least ${shapes.least}`,
        argument: 0,
      };
    }
    if (shape > shapes.most) {
      return {
        refusal: `the shape is ${shape}; above ${shapes.most} use \`normal(${shape}*${scale}, sqrt(${shape})*${scale})\``,
        argument: 0,
      };
    }
    return { kind: "continuous", name, distribution: "gamma", parameters: [shape, scale] };
  },
  continuous: gammaData(
    ([shape, scale]) => ({ shape: shape!, scale: scale! }),
    ([shape, scale], { number: write }) =>
      `\\operatorname{Gamma}\\left(${write(shape!)},\\, ${write(scale!)}\\right)`,
    ([shape, scale]) =>
      product([number(scale!), { kind: "call", name: "exp", argument: logGammaFormula(shape!) }]),
  ),
};
