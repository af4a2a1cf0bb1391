import type { Expression } from "../expression.js";
import { decayingReference, ladderOf, pairsOf } from "./decaying.js";
import type { Continuous, Parameters } from "./distribution.js";
import { gammaAt, gammaDecaying, gammaLine, gammaPieces, gammaRule } from "./gamma-line.js";

/** What is known of Gamma data, for a distribution whose parameters have a shape and a scale. */
export function gammaData(
  of: (parameters: Parameters) => { readonly shape: number; readonly scale: number },
  latex: Continuous["latex"],
  quantile: (parameters: Parameters) => Expression,
): Continuous {
  const partsOf = (parameters: Parameters) => {
    const { shape, scale } = of(parameters);
    return [gammaDecaying(shape, (x) => scale * x)];
  };
  return {
    mean: (parameters) => of(parameters).shape * of(parameters).scale,
    deviation: (parameters) => Math.sqrt(of(parameters).shape) * of(parameters).scale,
    extent: (parameters) => {
      const { shape, scale } = of(parameters);
      return [0, scale * gammaAt(shape, 37.5)];
    },
    bounded: false,
    boundedBelow: true,
    latex,
    quantile,
    typical: (parameters, share) => {
      const { shape, scale } = of(parameters);
      return scale * shape * Math.exp((3 * share) / Math.sqrt(1 + shape));
    },
    sections: (parameters) => {
      const { shape, scale } = of(parameters);
      return [-1.8, 0.2, 1.4].map((z) => scale * shape * Math.exp(z / Math.sqrt(1 + shape)));
    },
    shifted: () => undefined,
    exactRule: (parameters, size) => {
      const { shape, scale } = of(parameters);
      const { points, weights } = gammaRule(shape, size);
      return { points: points.map((x) => scale * x), weights };
    },
    ladder: (parameters) => ladderOf(partsOf(parameters)),
    reference: decayingReference,
    paired: pairsOf(partsOf, (parameters) => gammaPieces(of(parameters).shape, of(parameters).scale)),
    line: (parameters) => gammaLine(of(parameters).shape, of(parameters).scale),
  };
}
