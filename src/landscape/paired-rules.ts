import type { DataSource } from "./landscape.js";
import { columnOf, rowCount } from "./rows.js";

/** Points of a source's data with weights that sum to 1. */
export interface SourceRule {
  /** `columns[c][q]`: the datum `c` of the source at point `q`. */
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
  /**
   * For data without bounds, what makes the weights of the first and the last point ten times the density there: as much
   * as may lie beyond. The two differ, lest they cancel.
   */
  readonly beyond?: readonly [number, number];
}

/**
 * A rule to judge by, and a somewhat finer one. Their steps have no common multiple: rules whose steps have one take the
 * same fast oscillation for the same slow one, and would agree on what is wrong.
 */
export type PairedRule = readonly [SourceRule, SourceRule];

/** How fine the rules of one source are: two places in lists that begin with the coarsest. */
export interface Fineness {
  readonly step: number;
  /** How far rules for normal data go. */
  readonly reach: number;
}

export const coarsest: Fineness = { step: 0, reach: 0 };

/** Whether a source needs rules at all: finitely many data are summed over. */
export function isContinuous(source: DataSource): boolean {
  return source.kind !== "discrete" && source.kind !== "rows";
}

/**
 * The rules of a source at a fineness; of finitely many data both are the distribution itself.
 * @param breaks where what is averaged is not smooth, ascending: each piece between has rules of its own.
 */
export function pairedRule(
  source: DataSource,
  { step, reach }: Fineness,
  breaks: readonly number[] = [],
): PairedRule {
  switch (source.kind) {
    case "normal": {
      const { mean, deviation } = source;
      const back = (z: number) => mean + deviation * z;
      if (breaks.length === 0) {
        return moved(normalRules(step, reach), back);
      }
      const ends = reaches[reach]!;
      const inside = breaks.map((x) => (x - mean) / deviation).filter((z) => Math.abs(z) < ends);
      return moved(piecewise(step, [-ends, ...inside, ends], density, true), back);
    }
    case "uniform": {
      const { low, high } = source;
      if (breaks.length === 0) {
        return uniformSteps[step]!(low, high);
      }
      const inside = breaks.filter((x) => x > low && x < high);
      return piecewise(step, [low, ...inside, high], () => 1, false);
    }
    case "discrete":
      return finite(
        [Float64Array.from(source.outcomes, ({ value }) => value)],
        Float64Array.from(source.outcomes, ({ probability }) => probability),
      );
    case "rows":
      return finite(
        source.names.map((_, column) => columnOf(source, column)),
        new Float64Array(rowCount(source)).fill(1 / rowCount(source)),
      );
  }
}

/** The next finer rules; undefined when there are none. */
export function finer(
  source: DataSource,
  { step, reach }: Fineness,
  wish: "step" | "reach",
  breaks: readonly number[] = [],
): Fineness | undefined {
  if (wish === "reach") {
    return reach < farthestReach ? { step, reach: reach + 1 } : undefined;
  }
  const smooth = source.kind === "normal" ? mostNormalSteps : uniformSteps.length;
  const steps = breaks.length > 0 ? mostPieceSteps : smooth;
  return step + 1 < steps ? { step: step + 1, reach } : undefined;
}

function finite(columns: readonly Float64Array[], weights: Float64Array): PairedRule {
  const rule = { columns, weights: normalised(weights) };
  return [rule, rule];
}

/** In standard deviations; beyond the last, the density is less than the least number. */
const reaches = [8.5, 10, 12, 15, 19, 24, 30, 37];

/** The reach of rules that leave out nothing. */
export const farthestReach = reaches.length - 1;

const longestStep = Math.SQRT1_2;
const mostNormalSteps = 20;

/** How much shorter the finer rule's steps are. */
const finerStep = 0.81903;

/** Points do not lie symmetrically, so that nothing is zero by symmetry in both rules alike. */
const shifts = [0.135, 0.382] as const;

/**
 * Trapezoidal rules for the standard normal distribution. Their error for integrands analytic in a strip of half-width
 * `d` is about `exp(−2πd/step)`.
 */
function normalRules(step: number, reach: number): PairedRule {
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

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function moved([first, second]: PairedRule, place: (point: number) => number): PairedRule {
  const move = (rule: SourceRule): SourceRule => ({
    ...rule,
    columns: rule.columns.map((column) => column.map(place)),
  });
  return [move(first), move(second)];
}

type UniformRules = (low: number, high: number) => PairedRule;

const chebyshevRules = new Map<number, PairedRule>();

/** Clenshaw and Curtis's rule of so many intervals (an even number), and Fejér's of a quarter more points. */
function chebyshev(intervals: number): UniformRules {
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

/**
 * A trapezoidal rule after `x = 1/(1 + exp(−π sinh t))`, which no root, power or logarithm at an end of the interval
 * disturbs. Its weights sum to about the interval's length.
 */
function doublyExponential(step: number, offset: number, low: number, high: number): [number[], number[]] {
  const points: number[] = [];
  const weights: number[] = [];
  for (let t = (Math.round(-4.5 / step) + offset) * step; t < 4.5; t += step) {
    const share = 1 / (1 + Math.exp(-Math.PI * Math.sinh(t)));
    const rest = 1 / (1 + Math.exp(Math.PI * Math.sinh(t)));
    const point = share <= 0.5 ? low + (high - low) * share : high - (high - low) * rest;
    if (!(point > low && point < high)) {
      continue;
    }
    points.push(point);
    weights.push(Math.PI * Math.cosh(t) * share * rest * step * (high - low));
  }
  return [points, weights];
}

const mostPieceSteps = 10;

const density = (z: number): number => Math.exp((-z * z) / 2);

/** What the outermost points weigh beside the density there, so that they only tell of it. */
const endShare = 1e-6;

/** Rules for the pieces between some ends. @param unbounded whether data lie beyond the first and the last end too. */
function piecewise(
  step: number,
  ends: readonly number[],
  weigh: (x: number) => number,
  unbounded: boolean,
): PairedRule {
  const width = 2 ** (-2 - step / 2);
  const rule = (own: number, offset: number): SourceRule => {
    const points: number[] = [];
    const weights: number[] = [];
    const add = (x: number, weight: number) => {
      points.push(x);
      weights.push(weight * weigh(x));
    };
    if (unbounded) {
      add(ends[0]!, endShare);
    }
    for (let piece = 1; piece < ends.length; piece++) {
      const [places, shares] = doublyExponential(own, offset, ends[piece - 1]!, ends[piece]!);
      places.forEach((x, i) => {
        add(x, shares[i]!);
      });
    }
    if (unbounded) {
      add(ends.at(-1)!, endShare);
    }
    return {
      columns: [Float64Array.from(points)],
      weights: normalised(Float64Array.from(weights)),
      ...(unbounded ? { beyond: [10 / endShare, 13 / endShare] } : {}),
    };
  };
  return [rule(width, shifts[0]), rule(finerStep * width, shifts[1])];
}

const piecesOfOne =
  (step: number): UniformRules =>
  (low, high) =>
    piecewise(step, [low, high], () => 1, false);

/** By the number of their points. What ends disturb and what is only narrow need different ones. */
const uniformSteps: readonly UniformRules[] = [
  ...[8, 12, 16, 24, 32, 48].map(chebyshev),
  ...[1, 3].map(piecesOfOne),
  ...[96, 128].map(chebyshev),
  piecesOfOne(5),
  ...[192, 256].map(chebyshev),
  piecesOfOne(7),
  ...[384, 512, 768, 1024].map(chebyshev),
];
