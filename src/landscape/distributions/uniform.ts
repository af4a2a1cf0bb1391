import { number, product, sum } from "../build.js";
import { type LineRule, legendreRule } from "../quadrature.js";
import { type Continuous, type Distribution, type Parameters, type PointRule, unit } from "./distribution.js";
import { moved, normalised, type PairedRule, piecewise, type SourceRule } from "./paired.js";

/**
 * An interval whose middle is this many times its half-width away is counted from there: logarithms and roots have their
 * singularities at its ends, where all digits matter.
 */
const far = 8;

const ladder: readonly (() => LineRule)[] = [6, 8, 10, 12, 16, 20, 26, 34, 46, 64, 96, 144, 216, 324].map(
  (size) => () => legendreRule(size),
);

type IntervalRules = (low: number, high: number) => PairedRule;

const chebyshevRules = new Map<number, PairedRule>();

/** Clenshaw and Curtis's rule of so many intervals (an even number), and Fejér's of a quarter more points. */
function chebyshev(intervals: number): IntervalRules {
  return (low, high) => {
    let rules = chebyshevRules.get(intervals);
    if (rules === undefined) {
      const rule = (places: readonly number[], parts: number): SourceRule => ({
        columns: [
          Float64Array.from(places, (place) => Math.sin((Math.PI * (2 * place - parts)) / (2 * parts))),
        ],
        weights: normalised(Float64Array.from(places, (place) => chebyshevWeight(place, parts))),
      });
      const more = 2 * Math.ceil(0.625 * intervals) + 1;
      rules = [
        rule(
          Array.from({ length: intervals + 1 }, (_, j) => j),
          intervals,
        ),
        rule(
          Array.from({ length: more }, (_, j) => j + 0.5),
          more,
        ),
      ];
      chebyshevRules.set(intervals, rules);
    }
    const middle = (low + high) / 2;
    const half = (high - low) / 2;
    return moved(rules, (point) => middle + half * point);
  };
}

/** The weight, up to a factor, at the angle `π·place/parts`, for points at all whole or at all half places. */
function chebyshevWeight(place: number, parts: number): number {
  const half = Math.floor(parts / 2);
  const whole = Number.isInteger(place);
  let sum = 1;
  for (let k = 1; k <= half; k++) {
    const share = whole && k === half ? 1 : 2;
    sum -= (share / (4 * k * k - 1)) * Math.cos((2 * Math.PI * ((k * place) % parts)) / parts);
  }
  return place === 0 || place === parts ? sum / 2 : sum;
}

const piecesOfOne =
  (step: number): IntervalRules =>
  (low, high) =>
    piecewise(step, [low, high], () => 1, false);

/** By the number of their points. What ends disturb and what is only narrow need different ones. */
const steps: readonly IntervalRules[] = [
  ...[8, 12, 16, 24, 32, 48].map(chebyshev),
  ...[1, 3].map(piecesOfOne),
  ...[96, 128].map(chebyshev),
  piecesOfOne(5),
  ...[192, 256].map(chebyshev),
  piecesOfOne(7),
  ...[384, 512, 768, 1024].map(chebyshev),
];

const continuous: Continuous = {
  mean: ([low, high]) => (low! + high!) / 2,
  deviation: ([low, high]) => (high! - low!) / Math.sqrt(12),
  extent: ([low, high]) => [low!, high!],
  bounded: true,
  latex: ([low, high], { number: write }) => `\\mathcal{U}\\left[${write(low!)},\\, ${write(high!)}\\right]`,
  quantile: ([low, high]) => sum([product([number(high! - low!), unit]), number(low!)]),
  typical: ([low, high], share) => (low! + high!) / 2 + share * (high! - low!),
  sections: (parameters) => [-1, 0.2, 1].map((z) => placed(parameters, z)),
  shifted: ([low, high]) => {
    const middle = low! + (high! - low!) / 2;
    return Math.abs(middle) < (far * (high! - low!)) / 2
      ? undefined
      : { shift: middle, parameters: [low! - middle, high! - middle] };
  },
  exactRule: (parameters, size) => ruleAt(parameters, legendreRule(size)),
  ladder: (parameters) => ladder.map((make) => () => ruleAt(parameters, make())),
  reference: 10,
  paired: {
    steps: steps.length,
    rule: ([low, high], { step }, breaks) =>
      breaks.length === 0
        ? steps[step]!(low!, high!)
        : piecewise(step, [low!, ...breaks.filter((x) => x > low! && x < high!), high!], () => 1, false),
  },
  line: ([low, high]) => {
    const width = high! - low!;
    return {
      breaks: [0, 1 / 3, 2 / 3, 1].map((share) => low! + share * width),
      reaches: [1],
      at: (reach) => (low! + high!) / 2 + (reach * width) / 2,
      density: () => 1 / width,
      logDensity: () => -Math.log(width),
      isFlat: () => true,
      logMass: (a, b) => Math.log((b - a) / width),
    };
  },
};

export const uniform: Distribution = {
  name: "uniform",
  parameters: ["lo", "hi"],
  signature: "uniform(lo, hi)",
  form: "uniform(lo, hi)",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: places to type
  snippet: "uniform(${1:-1}, ${2:1})",
  documentation: "`uniform(lo, hi)`: uniform on an interval; `lo < hi`.",
  table: { means: "uniform on an interval", holds: "`lo < hi`" },
  synonyms: "unif runif rand u",
  source: (name, given) => {
    const [low, high] = given.map(({ value }) => value) as [number, number];
    return low < high
      ? { kind: "continuous", name, distribution: uniform.name, parameters: [low, high] }
      : { refusal: `the low end ${low} is not below the high end ${high}`, argument: 0 };
  },
  continuous,
};

/** A rule on [−1, 1], where the interval is. */
function placed([low, high]: Parameters, z: number): number {
  return (low! + high!) / 2 + ((high! - low!) / 2) * z;
}

function ruleAt(parameters: Parameters, { points, weights }: LineRule): PointRule {
  return { points: points.map((z) => placed(parameters, z)), weights };
}
