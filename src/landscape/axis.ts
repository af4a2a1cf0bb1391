import { type ContinuousSource, continuousOf, countedOf, type PointRule } from "./distributions/index.js";
import type { DataSource } from "./landscape.js";
import { columnOf, rowCount } from "./rows.js";

/** A source with its rules. */
export interface Axis {
  readonly source: DataSource;
  readonly firstSlot: number;
  readonly width: number;
  rule: AxisRule;
  readonly ladder: readonly (() => AxisRule)[];
  level: number;
}

export interface AxisRule {
  /** `values[column][q]`. */
  readonly values: readonly Float64Array[];
  readonly weights: Float64Array;
  /** Points so far out that a value which is not finite counts as nothing. */
  readonly far?: Uint8Array;
}

/**
 * The axis of a source.
 * @param degree of the products that are averaged, as polynomials in its data
 */
export function makeAxis(source: DataSource, firstSlot: number, degree: number): Axis {
  const fixed = (rule: AxisRule): Axis => ({
    source,
    firstSlot,
    width: rule.values.length,
    rule,
    ladder: [],
    level: 0,
  });
  switch (source.kind) {
    case "finite": {
      const counted = countedOf(source);
      if (counted !== undefined && pointsFor(degree) < Math.min(mostExact, source.outcomes.length)) {
        return fixed(ruleOf(counted.exactRule(source.law!.parameters, pointsFor(degree))));
      }
      const total = source.outcomes.reduce((sum, { probability }) => sum + probability, 0);
      return fixed({
        values: [Float64Array.from(source.outcomes, ({ value }) => value)],
        weights: Float64Array.from(source.outcomes, ({ probability }) => probability / total),
      });
    }
    case "rows":
      return fixed({
        values: source.names.map((_, column) => columnOf(source, column)),
        weights: new Float64Array(rowCount(source)).fill(1 / rowCount(source)),
      });
    case "continuous": {
      if (!sourceIsAdaptive(source, degree)) {
        return fixed(ruleOf(continuousOf(source).exactRule(source.parameters, pointsFor(degree))));
      }
      const ladder = laddered(source);
      return { source, firstSlot, width: 1, rule: ladder[0]!(), ladder, level: 0 };
    }
  }
}

/** Finer and finer rules of a source. */
export function laddered(source: ContinuousSource): readonly (() => AxisRule)[] {
  return continuousOf(source)
    .ladder(source.parameters)
    .map((make) => () => ruleOf(make()));
}

function ruleOf({ points, ...rest }: PointRule): AxisRule {
  return { values: [points], ...rest };
}

/** How many points a rule has that is exact for polynomials of this degree. */
function pointsFor(degree: number): number {
  return Math.ceil((degree + 1) / 2);
}

/** Gauss rules of more points than this are not made for polynomials. */
const mostExact = 150;

/** Whether no rule of a source is exact for products of this degree in its data. */
export function sourceIsAdaptive(source: DataSource, degree: number): boolean {
  return (
    source.kind === "continuous" &&
    (pointsFor(degree) > mostExact ||
      degree >= (continuousOf(source).leastMissing?.(source.parameters) ?? Infinity))
  );
}

/** The fewest points that a source is ever given. */
export function leastPoints(source: DataSource): number {
  if (source.kind === "finite") {
    return countedOf(source) === undefined ? source.outcomes.length : 1;
  }
  return source.kind === "rows" ? rowCount(source) : 1;
}

/**
 * About how many points a source needs.
 * @param degree of what is averaged, as a polynomial in its data
 */
export function pointsNeeded(source: DataSource, degree: number): number {
  switch (source.kind) {
    case "finite": {
      const all = source.outcomes.length;
      return countedOf(source) === undefined ? all : Math.min(all, pointsFor(degree));
    }
    case "rows":
      return rowCount(source);
    case "continuous":
      return degree === Infinity ? 40 : pointsFor(degree);
  }
}

/** A source, for messages. */
export function describe(source: DataSource): string {
  switch (source.kind) {
    case "continuous":
      return `${source.name} ~ ${source.distribution}(${source.parameters.join(", ")})`;
    case "finite":
      return source.law !== undefined
        ? `${source.name} ~ ${source.law.distribution}(${source.law.parameters.join(", ")})`
        : `${source.name} (${source.outcomes.length} values)`;
    case "rows":
      return `${[...source.names.slice(0, 6), ...(source.names.length > 6 ? ["…"] : [])].join(", ")} (${rowCount(source)} rows)`;
  }
}

/** The same where an expectation does not exist, with the moments that do. */
export function describeMoments(source: DataSource): string {
  const missing =
    source.kind === "continuous" ? continuousOf(source).leastMissing?.(source.parameters) : undefined;
  return missing === undefined
    ? describe(source)
    : `${describe(source)}, whose moments from order ${missing} on are no numbers,`;
}
