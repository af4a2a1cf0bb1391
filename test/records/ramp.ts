import type { Distribution } from "../../src/landscape/distributions/distribution.js";
import { unit } from "../../src/landscape/distributions/distribution.js";
import { mostPieceSteps, piecewise } from "../../src/landscape/distributions/paired.js";
import { legendreRule } from "../../src/landscape/quadrature.js";

/** A made-up distribution, as docs/how-to/add-a-distribution.md adds one: density `2x/high²` between 0 and `high`. */
export const ramp: Distribution = {
  name: "ramp",
  parameters: ["high"],
  signature: "ramp(high)",
  form: "ramp(high)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a place to type
  snippet: "ramp(${1:1})",
  documentation: "`ramp(high)`: rises from 0 to `high`, which is positive.",
  table: { means: "rises from 0 to `high`", holds: "`high > 0`" },
  synonyms: "incline",
  source: (name, [given]) =>
    given!.value > 0
      ? { kind: "continuous", name, distribution: "ramp", parameters: [given!.value] }
      : { refusal: `the ramp ends at ${given!.value}; it must end above 0`, argument: 0 },
  continuous: {
    mean: ([high]) => (2 / 3) * high!,
    deviation: ([high]) => high! / Math.sqrt(18),
    extent: ([high]) => [0, high!],
    bounded: true,
    latex: ([high], { number }) => `\\mathrm{Ramp}\\left[0,\\, ${number(high!)}\\right]`,
    quantile: ([high]) => ({
      kind: "product",
      factors: [
        { kind: "number", value: high! },
        { kind: "call", name: "sqrt", argument: unit },
      ],
    }),
    typical: ([high], share) => high! * Math.sqrt(share + 0.5),
    sections: ([high]) => [0, 0.6 * high!, high!],
    shifted: () => undefined,
    exactRule: ([high], size) => gauss(high!, size),
    ladder: ([high]) => [6, 8, 10, 13, 18, 26, 36, 64, 144, 324].map((size) => () => gauss(high!, size)),
    reference: 6,
    paired: {
      steps: mostPieceSteps,
      rule: ([high], { step }, breaks) =>
        piecewise(step, [0, ...breaks.filter((x) => x > 0 && x < high!), high!], (x) => x, false),
    },
    line: ([high]) => {
      const density = (x: number) => (2 * x) / high! ** 2;
      return {
        breaks: [0, 1 / 3, 2 / 3, 1].map((share) => share * high!),
        reaches: [1],
        at: (reach) => ((1 + reach) / 2) * high!,
        density,
        logDensity: (centre, radius) => Math.log(density(Math.abs(centre) + radius)),
        isFlat: () => true,
        logMass: (low, top) => Math.log((top - low) * density(top)),
      };
    },
  },
};

/** Legendre's rule of a point more for the density and the polynomial together. */
function gauss(high: number, size: number) {
  const { points, weights } = legendreRule(size + 1);
  const shares = points.map((z) => (1 + z) / 2);
  return {
    points: shares.map((share) => high * share),
    weights: weights.map((weight, q) => 2 * weight * shares[q]!),
  };
}
