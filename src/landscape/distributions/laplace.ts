import { number, product, sum } from "../build.js";
import { jacobiRule } from "../quadrature.js";
import { type Decaying, decayingReference, ladderOf, pairsOf } from "./decaying.js";
import { type Continuous, type Distribution, type Parameters, side, tail } from "./distribution.js";
import { gammaDecaying, gammaRule } from "./gamma-line.js";
import { cellEnds } from "./normal-line.js";

/** A datum whose mean is this many times its deviation loses as much of what a double can tell of its spread. */
const far = 1000;

function partsOf([mean, scale]: Parameters): readonly Decaying[] {
  return [-1, 1].map((sign) => gammaDecaying(1, (x) => mean! + sign * scale! * x));
}

/**
 * The Jacobi matrix's entries for the density `e^(−|x|) / 2`, by Stieltjes' procedure with Laguerre's points on both
 * sides, which are exact for the products of polynomials in it.
 */
function offDiagonals(size: number): Float64Array {
  const { points, weights } = gammaRule(1, size + 1);
  const b = new Float64Array(size);
  let previous = points.map(() => 0);
  let current = points.map(() => 1);
  for (let k = 1; k < size; k++) {
    const next = points.map((x, q) => x * current[q]! - b[k - 1]! * previous[q]!);
    // Polynomials are even or odd, so that one side has half of every integral.
    const norm = Math.sqrt(next.reduce((total, value, q) => total + weights[q]! * value * value, 0));
    b[k] = norm;
    previous = current;
    current = next.map((value) => value / norm);
  }
  return b;
}

const continuous: Continuous = {
  mean: ([mean]) => mean!,
  deviation: ([, scale]) => Math.SQRT2 * scale!,
  extent: ([mean, scale]) => [mean! - 700 * scale!, mean! + 700 * scale!],
  bounded: false,
  latex: ([mean, scale], { number: write }) =>
    `\\operatorname{Laplace}\\left(${write(mean!)},\\, ${write(scale!)}\\right)`,
  quantile: ([mean, scale]) =>
    sum([product([number(-scale!), side, { kind: "call", name: "log", argument: tail }]), number(mean!)]),
  typical: ([mean, scale], share) => mean! - Math.sign(share) * scale! * Math.log1p(-2 * Math.abs(share)),
  sections: ([mean, scale]) => [-2.5, 0.3, 3].map((z) => mean! + scale! * z),
  shifted: ([mean, scale]) =>
    Math.abs(mean!) < far * scale! ? undefined : { shift: mean!, parameters: [0, scale!] },
  exactRule: ([mean, scale], size) => {
    const b = offDiagonals(size);
    const { points, weights } = jacobiRule(
      size,
      () => 0,
      (k) => b[k]!,
    );
    return { points: points.map((x) => mean! + scale! * x), weights };
  },
  ladder: (parameters) => ladderOf(partsOf(parameters)),
  reference: decayingReference,
  paired: pairsOf(partsOf, ([mean, scale]) => ({
    place: (x) => mean! + scale! * x,
    from: (x) => (x - mean!) / scale!,
    logWeight: (x) => -Math.abs(x),
    mode: 0,
    ends: [-700, 700],
    kinks: [mean!],
  })),
  line: ([mean, scale]) => {
    const outward = cellEnds.slice(1);
    const at = (reach: number): number => mean! + (scale! * Math.sign(reach) * reach * reach) / 2;
    const norm = -Math.log(2 * scale!);
    return {
      breaks: [...outward.toReversed().map((reach) => -reach), ...cellEnds].map(at),
      reaches: outward,
      at,
      density: (x) => Math.exp(norm - Math.abs(x - mean!) / scale!),
      // Each side is analytic by itself; no cell has both.
      logDensity: (centre, radius) => norm - (Math.abs(centre - mean!) - radius) / scale!,
      logWeight: (x) => -Math.abs(x - mean!) / scale!,
      isFlat: (half) => half <= 1e-7 * scale!,
      logMass: (low, high) => {
        const nearest = Math.min(Math.max(mean!, low), high);
        return Math.min(0, Math.log(high - low) + norm - Math.abs(nearest - mean!) / scale!);
      },
    };
  },
};

export const laplace: Distribution = {
  name: "laplace",
  parameters: ["mean", "scale"],
  signature: "laplace(mean, scale)",
  form: "laplace(0, 1)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "laplace(${1:0}, ${2:1})",
  documentation:
    "`laplace(mean, scale)`: density `e^(−|x − mean|/scale) / (2 scale)`, variance `2 scale²`; `scale ≥ 0`.",
  table: {
    means: "density `e^(−\\|x − mean\\|/scale) / (2 scale)`",
    holds: "`scale ≥ 0`; with `scale = 0` it is the constant `mean`",
  },
  synonyms: "doubleexponential double_exponential biexponential rlaplace",
  source: (name, given) => {
    const [mean, scale] = given.map(({ value }) => value) as [number, number];
    if (scale < 0) {
      return { refusal: `the scale is ${scale}; it cannot be negative`, argument: 1 };
    }
    return scale === 0
      ? { kind: "finite", name, outcomes: [{ value: mean, probability: 1 }] }
      : { kind: "continuous", name, distribution: "laplace", parameters: [mean, scale] };
  },
  continuous,
};
