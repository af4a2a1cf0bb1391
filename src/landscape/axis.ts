import type { DataSource } from "./landscape.js";
import {
  hermiteRule,
  type LineRule,
  legendreRule,
  normalLadder,
  type RuleMaker,
  uniformLadder,
} from "./quadrature.js";
import { columnOf, rowCount } from "./rows.js";

/** Where the standard normal density is so small that an overflow there does not matter. */
const negligible = 13;

/** A source with its rules. */
export interface Axis {
  readonly source: DataSource;
  readonly firstSlot: number;
  readonly width: number;
  rule: AxisRule;
  readonly ladder: readonly RuleMaker[];
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
    case "discrete": {
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
    case "normal":
    case "uniform": {
      const size = Math.ceil((degree + 1) / 2);
      if (!sourceIsAdaptive(source, degree)) {
        return fixed(place(source, source.kind === "normal" ? hermiteRule(size) : legendreRule(size)));
      }
      const ladder = source.kind === "normal" ? normalLadder : uniformLadder;
      return { source, firstSlot, width: 1, rule: place(source, ladder[0]!()), ladder, level: 0 };
    }
  }
}

/** Gauss rules of more points than this are not made for polynomials. */
const mostExact = 150;

/** Whether no rule of a source is exact for products of this degree in its data. */
export function sourceIsAdaptive(source: DataSource, degree: number): boolean {
  return (source.kind === "normal" || source.kind === "uniform") && Math.ceil((degree + 1) / 2) > mostExact;
}

/** The fewest points that a source is ever given. */
export function leastPoints(source: DataSource): number {
  if (source.kind === "discrete") {
    return source.outcomes.length;
  }
  return source.kind === "rows" ? rowCount(source) : 1;
}

/**
 * About how many points a source needs.
 * @param degree of what is averaged, as a polynomial in its data
 */
export function pointsNeeded(source: DataSource, degree: number): number {
  switch (source.kind) {
    case "discrete":
      return source.outcomes.length;
    case "rows":
      return rowCount(source);
    default:
      return degree === Infinity ? 40 : Math.ceil((degree + 1) / 2);
  }
}

/** A standard rule, moved to where the source is. */
export function place(source: DataSource, rule: LineRule): AxisRule {
  if (source.kind === "normal") {
    return {
      values: [rule.points.map((z) => source.mean + source.deviation * z)],
      weights: rule.weights,
      far: Uint8Array.from(rule.points, (z) => (Math.abs(z) > negligible ? 1 : 0)),
    };
  }
  if (source.kind === "uniform") {
    const middle = (source.low + source.high) / 2;
    const half = (source.high - source.low) / 2;
    return { values: [rule.points.map((z) => middle + half * z)], weights: rule.weights };
  }
  throw new RangeError("only normal and uniform data are placed");
}

/** A source, for messages. */
export function describe(source: DataSource): string {
  switch (source.kind) {
    case "normal":
      return `${source.name} ~ normal(${source.mean}, ${source.deviation})`;
    case "uniform":
      return `${source.name} ~ uniform(${source.low}, ${source.high})`;
    case "discrete":
      return `${source.name} (${source.outcomes.length} values)`;
    case "rows":
      return `${[...source.names.slice(0, 6), ...(source.names.length > 6 ? ["…"] : [])].join(", ")} (${rowCount(source)} rows)`;
  }
}
