import { drawingErrors } from "../../landscape/drawn-moments.js";
import {
  type ContinuousSource,
  columnOf,
  continuousOf,
  type DataSource,
  dataNames,
  evaluateExpression,
  type Landscape,
  type PointRule,
  polynomialDegree,
  rowCount,
} from "../../landscape/index.js";
import type { Feature } from "./features.js";
import { jointLaw, type Law, reduced, sumOfMany } from "./law.js";
import { monomialColumns } from "./polynomials.js";

/** More points than these are no law to begin with, and more than those none to update a trial's state at. */
const mostPoints = 2 ** 12;
const mostNodes = 64;

/** How far two fine rules may be apart in the moments of features that are no polynomials, as a share of their magnitude. */
const agreement = 1e-12;

/**
 * The law of the mean of features over a batch of independent points, as few nodes that have the same moments up to a degree,
 * or, of features in which the slopes are not linear, of its very own points. Undefined when too many nodes would be needed,
 * or when moments cannot be found.
 */
export function batchLaw(
  landscape: Landscape,
  features: readonly Feature[],
  batch: number,
  degree: number,
): Law | undefined {
  const laws: Law[] = [];
  const places: number[] = [];
  for (const group of groupsOf(features)) {
    const own = group.map((at) => features[at]!);
    const law = groupLaw(landscape, own, batch, degree);
    if (law === undefined) {
      return undefined;
    }
    laws.push(law);
    places.push(...group);
    if (laws.reduce((nodes, { weights }) => nodes * weights.length, 1) > mostPoints) {
      return undefined;
    }
  }
  const joint = jointLaw(laws);
  const values = features.map((_, at) => joint.values[places.indexOf(at)]!);
  const isWhole = features.some(({ isLinear }) => !isLinear);
  const law = isWhole ? { ...joint, values } : fewer({ ...joint, values }, degree);
  return law.weights.length > mostNodes ? undefined : law;
}

/** Features that share no source with those of other groups, by their numbers. */
function groupsOf(features: readonly Feature[]): readonly (readonly number[])[] {
  let groups: { sources: readonly number[]; numbers: readonly number[] }[] = [];
  for (const [number, { sources }] of features.entries()) {
    const touching = groups.filter((group) => group.sources.some((source) => sources.includes(source)));
    groups = [
      ...groups.filter((group) => !touching.includes(group)),
      {
        sources: [...new Set([...touching.flatMap((group) => group.sources), ...sources])],
        numbers: [...touching.flatMap(({ numbers }) => numbers), number],
      },
    ];
  }
  return groups.map(({ numbers }) => numbers);
}

function groupLaw(
  landscape: Landscape,
  features: readonly Feature[],
  batch: number,
  degree: number,
): Law | undefined {
  const isWhole = features.some(({ isLinear }) => !isLinear);
  if (isWhole && batch > 1) {
    return undefined;
  }
  const sources = [...new Set(features.flatMap((feature) => feature.sources))].sort((a, b) => a - b);
  const isPolynomial = sources.every(
    (source) =>
      landscape.data[source]!.kind !== "continuous" || degreeIn(landscape, source, features) < Infinity,
  );
  const law = featureLaw(landscape, features, sources, degree, 0);
  if (law === undefined || isWhole) {
    return law;
  }
  if (!isPolynomial) {
    const other = featureLaw(landscape, features, sources, degree, 1);
    if (other === undefined || !haveSameMoments(law, other, degree)) {
      return undefined;
    }
  }
  const one = fewer(law, degree);
  if (batch === 1) {
    return one;
  }
  const sum = sumOfMany(one, batch, degree);
  return { ...sum, values: sum.values.map((points) => points.map((point) => point / batch)) };
}

/** The reduced law where that has fewer points. */
function fewer(law: Law, degree: number): Law {
  const other = reduced(law, degree);
  return other.weights.length < law.weights.length ? other : law;
}

/** The law of features at points that have the moments of the data. @param further which of two rules where only fine ones do. */
function featureLaw(
  landscape: Landscape,
  features: readonly Feature[],
  sources: readonly number[],
  degree: number,
  further: 0 | 1,
): Law | undefined {
  const laws: Law[] = [];
  for (const source of sources) {
    const law = sourceLaw(landscape, source, features, degree, further);
    if (law === undefined) {
      return undefined;
    }
    laws.push(law);
    if (laws.reduce((points, { weights }) => points * weights.length, 1) > mostPoints) {
      return undefined;
    }
  }
  const names = sources.flatMap((source) => dataNames(landscape.data[source]!));
  const data = jointLaw(laws);
  const at = (point: number) => new Map(names.map((name, number) => [name, data.values[number]![point]!]));
  const values = features.map(({ expression }) =>
    data.weights.map((_, point) => evaluateExpression(expression, at(point))),
  );
  return values.every((points) => points.every(Number.isFinite))
    ? { weights: data.weights, values }
    : undefined;
}

function degreeIn(landscape: Landscape, source: number, features: readonly Feature[]): number {
  const names = new Set(dataNames(landscape.data[source]!));
  return Math.max(...features.map(({ expression }) => polynomialDegree(expression, names)));
}

function sourceLaw(
  landscape: Landscape,
  number: number,
  features: readonly Feature[],
  degree: number,
  further: 0 | 1,
): Law | undefined {
  const source: DataSource = landscape.data[number]!;
  switch (source.kind) {
    case "continuous": {
      const continuous = continuousOf(source);
      const power = degreeIn(landscape, number, features);
      if (degree * power > 2 * mostPoints) {
        const rule = continuous.ladder(source.parameters)[continuous.reference + further];
        return rule && lawOf(rule());
      }
      if (!isDrawnWell(source, degree * power)) {
        return undefined;
      }
      return lawOf(continuous.exactRule(source.parameters, Math.ceil((degree * power + 1) / 2)));
    }
    case "finite":
      return {
        weights: source.outcomes.map(({ probability }) => probability),
        values: [source.outcomes.map(({ value }) => value)],
      };
    case "rows": {
      const rows = rowCount(source);
      return rows > mostPoints
        ? undefined
        : {
            weights: new Array<number>(rows).fill(1 / rows),
            values: source.names.map((_, column) => [...columnOf(source, column)]),
          };
    }
  }
}

/** How far off a moment may be that is drawn: words of 32 bits do not reach far into a heavy tail. */
const drawn = 1e-4;

/** Whether moments up to a power exist, and are what trials draw. */
function isDrawnWell(source: ContinuousSource, power: number): boolean {
  const missing = continuousOf(source).leastMissing?.(source.parameters) ?? Number.POSITIVE_INFINITY;
  return power < missing && drawingErrors(source, [power])[0]! <= drawn;
}

function lawOf({ points, weights }: PointRule): Law {
  return { weights: [...weights], values: [[...points]] };
}

function haveSameMoments(one: Law, other: Law, degree: number): boolean {
  const scales = one.values.map((points) => Math.max(...points.map(Math.abs)) || 1);
  const momentsOf = ({ values, weights }: Law) =>
    monomialColumns(
      values.map((points, number) => points.map((point) => point / scales[number]!)),
      degree,
      weights.length,
    ).map((column) => {
      let sum = 0;
      let magnitude = 0;
      for (const [point, weight] of weights.entries()) {
        sum += weight * column[point]!;
        magnitude += weight * Math.abs(column[point]!);
      }
      return { sum, magnitude };
    });
  const theirs = momentsOf(other);
  return momentsOf(one).every(
    ({ sum, magnitude }, moment) =>
      Math.abs(sum - theirs[moment]!.sum) <= agreement * Math.max(magnitude, theirs[moment]!.magnitude),
  );
}
