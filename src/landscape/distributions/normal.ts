import { number, product, sum } from "../build.js";
import { leastRealSquare } from "../enclosure/index.js";
import { hermiteRule, type LineRule, trapezoidRule } from "../quadrature.js";
import {
  type Continuous,
  type Distribution,
  deviate,
  type Parameters,
  type PointRule,
} from "./distribution.js";
import { cellEnds } from "./normal-line.js";
import {
  finerStep,
  moved,
  normalised,
  type PairedRule,
  piecewise,
  type SourceRule,
  shifts,
} from "./paired.js";

/** A datum whose mean is this many times its deviation loses as much of what a double can tell of its spread. */
const far = 1000;

/** Where the standard density is so small that an overflow there does not matter. */
const negligible = 13;

/** How far paired rules go from reach to reach, in standard deviations; beyond the last, the density is less than the least number. */
const reaches = [8.5, 10, 12, 15, 19, 24, 30, 37];

const halfLogTau = Math.log(2 * Math.PI) / 2;

/** The fine ones have prime numbers of points a unit. */
const ladder: readonly (() => LineRule)[] = [
  ...[6, 8, 10, 12, 16, 20, 26].map((size) => () => hermiteRule(size)),
  () => trapezoidRule(2 / 3, 10),
  () => hermiteRule(34),
  () => trapezoidRule(1 / 2, 10),
  () => hermiteRule(46),
  () => trapezoidRule(1 / 3, 11),
  () => trapezoidRule(1 / 4, 11),
  () => trapezoidRule(1 / 6, 12),
  () => trapezoidRule(1 / 13, 14),
  () => trapezoidRule(1 / 29, 20),
  () => trapezoidRule(1 / 53, 28),
  () => trapezoidRule(1 / 97, 37),
  () => trapezoidRule(1 / 193, 37),
  () => trapezoidRule(1 / 389, 37),
  () => trapezoidRule(1 / 769, 37),
];

const continuous: Continuous = {
  mean: ([mean]) => mean!,
  deviation: ([, deviation]) => deviation!,
  extent: (parameters) => [placed(parameters, -reaches.at(-1)!), placed(parameters, reaches.at(-1)!)],
  bounded: false,
  latex: ([mean, deviation], { number: write, squared }) =>
    `\\mathcal{N}\\left(${write(mean!)},\\, ${squared(deviation!)}\\right)`,
  quantile: ([mean, deviation]) => sum([product([number(deviation!), deviate]), number(mean!)]),
  typical: ([mean, deviation], share) => mean! + 3 * share * deviation!,
  sections: (parameters) => [-2.2, 0.4, 2.6].map((z) => placed(parameters, z)),
  shifted: ([mean, deviation]) =>
    Math.abs(mean!) < far * deviation! ? undefined : { shift: mean!, parameters: [0, deviation!] },
  exactRule: (parameters, size) => ruleAt(parameters, hermiteRule(size)),
  ladder: (parameters) => ladder.map((make) => () => ruleAt(parameters, make())),
  reference: 14,
  paired: {
    steps: 20,
    rule: (parameters, { step, reach }, breaks) => {
      const [mean, deviation] = parameters as [number, number];
      const back = (z: number) => placed(parameters, z);
      if (breaks.length === 0) {
        return moved(trapezoidalRules(step, reach), back);
      }
      const ends = reaches[reach]!;
      const inside = breaks.map((x) => (x - mean) / deviation).filter((z) => Math.abs(z) < ends);
      return moved(piecewise(step, [-ends, ...inside, ends], standardDensity, true), back);
    },
  },
  line: (parameters) => {
    const [mean, deviation] = parameters as [number, number];
    const scale = -halfLogTau - Math.log(deviation);
    const outward = cellEnds.slice(1);
    const ends = [...outward.toReversed().map((z) => -z), ...cellEnds];
    return {
      breaks: ends.map((z) => placed(parameters, z)),
      reaches: outward,
      at: (reach) => placed(parameters, reach),
      density: (x) => Math.exp(scale - ((x - mean) / deviation) ** 2 / 2),
      logDensity: (centre, radius) =>
        scale - leastRealSquare((centre - mean) / deviation, radius / deviation) / 2,
      isFlat: (half) => half <= 1e-3 * deviation,
      logMass: (a, b) => {
        const nearest = Math.min(Math.max(mean, a), b);
        return Math.log(b - a) + scale - ((nearest - mean) / deviation) ** 2 / 2;
      },
    };
  },
};

export const normal: Distribution = {
  name: "normal",
  parameters: ["mean", "sd"],
  signature: "normal(mean, sd)",
  form: "normal(mean, sd)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "normal(${1:0}, ${2:1})",
  documentation: "`normal(mean, sd)`: a normal deviate; `sd ≥ 0`.",
  table: { means: "a normal deviate", holds: "`sd ≥ 0`; with `sd = 0` it is the constant `mean`" },
  synonyms: "gaussian gauss norm n randn rnorm dnorm",
  source: (name, given) => {
    const [mean, deviation] = given.map(({ value }) => value) as [number, number];
    if (deviation < 0) {
      return { refusal: `the standard deviation is ${deviation}; it cannot be negative`, argument: 1 };
    }
    // Without deviation the datum is a constant, which discrete sums treat exactly.
    return deviation === 0
      ? { kind: "finite", name, outcomes: [{ value: mean, probability: 1 }] }
      : { kind: "continuous", name, distribution: normal.name, parameters: [mean, deviation] };
  },
  continuous,
};

function placed([mean, deviation]: Parameters, z: number): number {
  return mean! + deviation! * z;
}

function ruleAt(parameters: Parameters, { points, weights }: LineRule): PointRule {
  return {
    points: points.map((z) => placed(parameters, z)),
    weights,
    far: Uint8Array.from(points, (z) => (Math.abs(z) > negligible ? 1 : 0)),
  };
}

/** But for a factor, which does not matter where weights are made to sum to 1. */
function standardDensity(z: number): number {
  return Math.exp((-z * z) / 2);
}

const longestStep = Math.SQRT1_2;
/**
 * Trapezoidal rules for the standard normal distribution. Their error for integrands analytic in a strip of half-width
 * `d` is about `exp(−2πd/step)`.
 */
function trapezoidalRules(step: number, reach: number): PairedRule {
  const rule = (width: number, shift: number): SourceRule => {
    const half = Math.ceil(reaches[reach]! / width);
    const points = Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half + shift) * width);
    return {
      columns: [points],
      weights: normalised(points.map((z) => Math.exp((-z * z) / 2))),
      beyond: [10 / width, 13 / width],
    };
  };
  const width = longestStep * 2 ** (-step / 2);
  return [rule(width, shifts[0]), rule(finerStep * width, shifts[1])];
}
