import type { Expression } from "../expression.js";
import type { DataSource } from "../landscape.js";
import type { Fineness, PairedRule } from "./paired.js";

/**
 * A distribution that data may have: everything that the language, the evaluation and the simulation know of it.
 * One is added by a file like `normal.ts` and its place in `list.ts` (docs/how-to/add-a-distribution.md).
 */
export interface Distribution {
  /** What it is called in the language. */
  readonly name: string;
  /**
   * The names of its parameters; `"outcomes"` when it takes any number of values, all with probabilities, `v: p`, or all
   * without.
   */
  readonly parameters: readonly string[] | "outcomes";
  /** How it is written, for completion: `normal(mean, sd)`. */
  readonly signature: string;
  /** How it is written, for messages: something that is right as it stands, or the signature. */
  readonly form: string;
  /** What completion inserts; `${1:0}` are places to type. */
  readonly snippet: string;
  /** What it is, as Markdown: for hovers and completion. */
  readonly documentation: string;
  /** Its row of the table in docs/language.md: what it means, and what must hold. */
  readonly table: { readonly means: string; readonly holds: string };
  /** What else authors call it. */
  readonly synonyms: string;
  /** Names of special cases, with what is written instead. */
  readonly remarks?: readonly (readonly [names: string, remark: string])[];
  /** The source of a datum with these arguments, or why there is none. */
  source(name: string, given: readonly Argument[]): DataSource | Refusal;
  /** What is known of continuous data; absent where there are finitely many. */
  readonly continuous?: Continuous;
  /** What is known of counts, whose sources have it as their `law`. */
  readonly counted?: Counted;
}

/** A distribution of counts, whose source lists all that are not too rare to matter. */
export interface Counted {
  /** Whether there are counts beyond the last that is listed, ever rarer. */
  readonly endless: boolean;
  /** What stands behind `\\sim`, as LaTeX. */
  latex(parameters: Parameters, write: NumberWriter): string;
  /** Exact for polynomials of degree `2·size − 1`. */
  exactRule(parameters: Parameters, size: number): PointRule;
}

/** A constant that is given to a distribution, with a probability where it takes outcomes. */
export interface Argument {
  readonly value: number;
  readonly probability?: number;
}

/** Why arguments make no distribution. */
export interface Refusal {
  readonly refusal: string;
  /** Which argument is at fault; absent when all are. */
  readonly argument?: number;
  /** What a quick fix needs. */
  readonly data?: unknown;
}

/** A source of data with a density. */
export type ContinuousSource = Extract<DataSource, { readonly kind: "continuous" }>;

/** The parameters of a source, in the order of its distribution's. */
export type Parameters = readonly number[];

/** Points with weights that sum to 1, standing for a distribution. */
export interface PointRule {
  readonly points: Float64Array;
  readonly weights: Float64Array;
  /** 1 at points so far out that a value which is not finite counts as nothing. */
  readonly far?: Uint8Array;
}

/**
 * A distribution with a density on an interval or the line.
 * Expectations are integrals: by {@link exactRule} where they are of polynomials, in cells of {@link line} where
 * integrands have bounds, by {@link ladder} where they are only seen to settle, and by {@link paired} as the loss
 * is measured while descent is simulated. All must stand for the same distribution, which a test sees to for every record.
 */
export interface Continuous {
  mean(parameters: Parameters): number;
  /** The standard deviation. */
  deviation(parameters: Parameters): number;
  /** Between which values data lie; outside, the density is no normal number. */
  extent(parameters: Parameters): readonly [low: number, high: number];
  /** Whether there is nothing at all outside the extent, whose ends then are no data. */
  readonly bounded: boolean;
  /** Whether there is at least nothing below it. */
  readonly boundedBelow?: boolean;
  /** The least power whose moment does not exist, or is too large for a number; absent where all are fine. */
  leastMissing?(parameters: Parameters): number;
  /** What stands behind `\\sim`, as LaTeX. */
  latex(parameters: Parameters, write: NumberWriter): string;
  /** A datum as a formula of one random number: {@link unit}, {@link deviate}, or {@link tail} with {@link side}. */
  quantile(parameters: Parameters): Expression;
  /** Something that is typical: the greater for greater shares, which lie between −1/2 and 1/2. */
  typical(parameters: Parameters, share: number): number;
  /** A few places, not symmetric, at which functions of other data are looked at. */
  sections(parameters: Parameters): readonly number[];
  /** The parameters of the datum less `shift`, where it is so far from 0 that digits are lost; else nothing. */
  shifted(parameters: Parameters): { readonly shift: number; readonly parameters: Parameters } | undefined;
  /** Exact for polynomials of degree `2·size − 1`. */
  exactRule(parameters: Parameters, size: number): PointRule;
  /**
   * Finer and finer rules. No fine one has all points of another: rules whose steps divide each other take the same fast
   * oscillation for the same slow one, and would agree on what is wrong.
   */
  ladder(parameters: Parameters): readonly (() => PointRule)[];
  /** The first rule of the ladder that is fine enough to judge the coarser ones by. */
  readonly reference: number;
  readonly paired: PairedRules;
  line(parameters: Parameters): LineShape;
}

/** Pairs of rules that judge each other. */
export interface PairedRules {
  /** How many there are where integrands are smooth, from the coarsest to the finest. */
  readonly steps: number;
  /** @param breaks where integrands are not smooth, ascending: each piece between has rules of its own. */
  rule(parameters: Parameters, fineness: Fineness, breaks: readonly number[]): PairedRule;
}

/** A density, as far as integration in cells needs it. */
export interface LineShape {
  /** Where the first cells begin and end, ascending. */
  readonly breaks: readonly number[];
  /** How many standard deviations from the mean the breaks are, outwards; `[1]` for bounded data. */
  readonly reaches: readonly number[];
  /**
   * A place so many standard deviations from the mean; of bounded data, −1 and 1 are the ends. Where the density is not
   * normal, a place as rare as a normal datum is there.
   */
  at(reach: number): number;
  /** The logarithm of about the probability of what is as far out as `x`; by default the density's, in standard deviations. */
  logWeight?(x: number): number;
  /** How long an interval is in units in which the density changes; by default standard deviations. */
  lengthOf?(low: number, high: number): number;
  /** Whether the density dies away so slowly that even what is extremely rare may matter. */
  readonly heavy?: boolean;
  density(x: number): number;
  /** The logarithm of the largest absolute value of the density on a disc of the complex plane. */
  logDensity(centre: number, radius: number): number;
  /** Whether the density is a straight line, as far as rules of two points can tell, on intervals of this half-length. */
  isFlat(half: number): boolean;
  /** The logarithm of an upper bound of the probability of an interval. */
  logMass(low: number, high: number): number;
}

/** Symbols of quantiles. No name of the language has a space. */
export const unitName = "a unit";
export const deviateName = "a deviate";
export const tailName = "a tail";
export const sideName = "a side";

/** Uniform between 0 and 1, neither of which it is. */
export const unit: Expression = { kind: "symbol", name: unitName };

/** A standard normal deviate. */
export const deviate: Expression = { kind: "symbol", name: deviateName };

/**
 * Twice the distance of {@link unit} from the nearer of 0 and 1, small where a datum is in a tail, with all its digits; and
 * −1 or 1 for the lower or the upper one.
 */
export const tail: Expression = { kind: "symbol", name: tailName };
export const side: Expression = { kind: "symbol", name: sideName };

/** Writes numbers in formulas. */
export interface NumberWriter {
  number(value: number): string;
  /** A number's square. */
  squared(value: number): string;
}
