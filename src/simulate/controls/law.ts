import { gaussRule, scaleOf } from "./gauss-rule.js";
import { monomialColumns } from "./polynomials.js";

/** A law of some numbers by points with weights that sum to 1: `values[number][point]`. */
export interface Law {
  readonly weights: readonly number[];
  readonly values: readonly (readonly number[])[];
}

/**
 * A law of few points with the same moments up to a degree, as far as that makes it smaller: of one number the Gauss rule, of
 * several some of its own points (Carathéodory's theorem), of which no more are needed than there are moments.
 */
export function reduced(law: Law, degree: number): Law {
  const [only, ...others] = law.values;
  if (only === undefined) {
    return { weights: [1], values: [] };
  }
  if (others.length === 0) {
    const { points, weights } = gaussRule(
      { points: only, weights: law.weights },
      Math.ceil((degree + 1) / 2),
    );
    return { weights, values: [points] };
  }
  return someOf(law, degree);
}

/** What is left of a moment when it is a sum of others is rounding. */
const dependent = 1e-13;

function someOf(law: Law, degree: number): Law {
  const places = law.values.map((points) => {
    const { mean, deviation } = scaleOf({ points, weights: law.weights });
    return points.map((point) => (deviation === 0 ? 0 : (point - mean) / deviation));
  });
  const moments = monomialColumns(places, degree, law.weights.length);
  const weights = [...law.weights];
  let kept = weights.flatMap((weight, at) => (weight > 0 ? [at] : []));
  for (;;) {
    const some = kept.slice(0, moments.length + 1);
    const change = unseenChange(some.map((at) => moments.map((column) => column[at]!)));
    if (change === undefined) {
      break;
    }
    // As far as no weight gets negative: one at least is 0 then.
    const shares = change.map((amount, place) => (amount > 0 ? weights[some[place]!]! / amount : Infinity));
    const share = Math.min(...shares);
    for (const [place, at] of some.entries()) {
      weights[at] = shares[place] === share ? 0 : Math.max(0, weights[at]! - share * change[place]!);
    }
    kept = kept.filter((at) => weights[at]! > 0);
  }
  const total = kept.reduce((sum, at) => sum + weights[at]!, 0);
  return {
    weights: kept.map((at) => weights[at]! / total),
    values: law.values.map((points) => kept.map((at) => points[at]!)),
  };
}

/** How weights of points may change without a moment of theirs changing; undefined when they may not. @param points `points[point][moment]`, overwritten. */
function unseenChange(points: readonly number[][]): number[] | undefined {
  const order = points.map((_, at) => at);
  const height = points[0]?.length ?? 0;
  const scale = points.reduce((most, point) => Math.max(most, ...point.map(Math.abs)), 0);
  for (let step = 0; step < points.length; step++) {
    let best = { size: dependent * scale, place: -1, row: -1 };
    for (let place = step; place < points.length; place++) {
      for (let row = step; row < height; row++) {
        const size = Math.abs(points[order[place]!]![row]!);
        if (size > best.size) {
          best = { size, place, row };
        }
      }
    }
    if (best.place < 0) {
      return changeOf(points, order, step);
    }
    [order[step], order[best.place]] = [order[best.place]!, order[step]!];
    for (const point of points) {
      [point[step], point[best.row]] = [point[best.row]!, point[step]!];
    }
    const pivot = points[order[step]!]!;
    for (let row = step + 1; row < height; row++) {
      const share = pivot[row]! / pivot[step]!;
      if (share === 0) {
        continue;
      }
      for (let place = step; place < points.length; place++) {
        const point = points[order[place]!]!;
        point[row]! -= share * point[step]!;
      }
    }
  }
  return undefined;
}

/** The point at place `rank` as a sum of those before it, of which the moments are a triangle by now. */
function changeOf(points: readonly number[][], order: readonly number[], rank: number): number[] {
  const change = points.map(() => 0);
  change[order[rank]!] = 1;
  for (let step = rank - 1; step >= 0; step--) {
    let value = points[order[rank]!]![step]!;
    for (let later = step + 1; later < rank; later++) {
      value += points[order[later]!]![step]! * change[order[later]!]!;
    }
    change[order[step]!] = -value / points[order[step]!]![step]!;
  }
  return change;
}

/** The law of a sum of two independent lots of the same numbers. */
function sumOfTwo(one: Law, other: Law): Law {
  return {
    weights: one.weights.flatMap((weight) => other.weights.map((share) => weight * share)),
    values: one.values.map((points, number) =>
      points.flatMap((point) => other.values[number]!.map((more) => point + more)),
    ),
  };
}

/** The law of the sum of `count` independent lots, as far as moments up to a degree go: sums of sums, each reduced. */
export function sumOfMany(law: Law, count: number, degree: number): Law {
  let doubled = law;
  let sum: Law | undefined;
  for (let left = count; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      sum = sum === undefined ? doubled : reduced(sumOfTwo(sum, doubled), degree);
    }
    if (left > 1) {
      doubled = reduced(sumOfTwo(doubled, doubled), degree);
    }
  }
  return sum!;
}

/** The law of several independent lots of numbers, one lot after the other. */
export function jointLaw(laws: readonly Law[]): Law {
  return laws.reduce<Law>(
    (joint, law) => ({
      weights: joint.weights.flatMap((weight) => law.weights.map((share) => weight * share)),
      values: [
        ...joint.values.map((points) => points.flatMap((point) => law.weights.map(() => point))),
        ...law.values.map((points) => joint.weights.flatMap(() => points)),
      ],
    }),
    { weights: [1], values: [] },
  );
}
