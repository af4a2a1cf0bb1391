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
  /** How far rules for unbounded data go, up to {@link farthestReach}. */
  readonly reach: number;
}

/** The reach of rules that leave out nothing. */
export const farthestReach = 7;

export const coarsest: Fineness = { step: 0, reach: 0 };

/** How many pairs there are where integrands are not smooth everywhere. */
export const mostPieceSteps = 10;

/** How much shorter the finer rule's steps are. */
export const finerStep = 0.81903;

/** Points do not lie symmetrically, so that nothing is zero by symmetry in both rules alike. */
export const shifts = [0.135, 0.382] as const;

export function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

export function moved([first, second]: PairedRule, place: (point: number) => number): PairedRule {
  const move = (rule: SourceRule): SourceRule => ({
    ...rule,
    columns: rule.columns.map((column) => column.map(place)),
  });
  return [move(first), move(second)];
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

/** What the outermost points weigh beside the density there, so that they only tell of it. */
const endShare = 1e-6;

/** Rules for the pieces between some ends. @param unbounded whether data lie beyond the first and the last end too. */
export function piecewise(
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
