import {
  type ContinuousSource,
  continuousOf,
  deviateName,
  sideName,
  symbolsOf,
  tailName,
  unitName,
} from "../landscape/index.js";
import type { DataSource } from "../landscape/landscape.js";
import { lowerExpression } from "./lower.js";
import { normalMask, normalShift } from "./normal-table.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "./program.js";

/**
 * From words to data (docs/streams.md). A word enters a program as the double `2^52 + word`, whose bits
 * end with the word's, and stands for the uniform `(word + ½) / 2^32`.
 */

const twoTo52 = 2 ** 52;

/** The high half of a lane that holds a word. */
export const wordHigh = 0x43300000;

/** What is taken from a word as it enters a program for `word + ½`. */
export const tailsWord = twoTo52 - 0.5;

/** `word − shift` exactly, for a whole `shift`, or one of −½ (2^52 − ½ is a double, 2^52 + ½ is none). */
function wordMinus(builder: ProgramBuilder, word: Value, shift: number): Value {
  return builder.subtract(word, builder.constant(twoTo52 + shift));
}

/**
 * The standard normal of a word: of its tail `v + ½` the quantile by the table's cubic, and its sign.
 * `tail` is a word as above, `sign` has the sign bit or none.
 */
function normalQuantile(builder: ProgramBuilder, tail: Value, sign: Value): Value {
  const F = wordMinus(builder, tail, -0.5);
  const row = builder.and(builder.shiftRight(F, normalShift), builder.bits(0, normalMask));
  const [a, b, c, d] = [0, 1, 2, 3].map((power) => builder.gather("deviate", power, row));
  const low = builder.add(a!, builder.multiply(b!, F));
  const high = builder.add(c!, builder.multiply(d!, F));
  const cubic = builder.add(low, builder.multiply(builder.multiply(F, F), high));
  return builder.xor(cubic, sign);
}

/** Up to this many outcomes a discrete datum is chosen by comparisons in all lanes at once. */
export const mostSelectedOutcomes = 16;

/**
 * Where the words of a discrete source's outcomes end: outcome `j` is drawn when the word is below
 * `thresholds[j]` and not below the one before; the last is 2^32.
 */
export function discreteThresholds(probabilities: readonly number[]): readonly number[] {
  let sum = 0;
  const total = probabilities.reduce((partial, probability) => partial + probability, 0);
  return probabilities.map((probability, index) => {
    sum += probability;
    return index === probabilities.length - 1
      ? 2 ** 32
      : Math.min(2 ** 32, Math.round((sum / total) * 2 ** 32));
  });
}

/** How the data of a source are made from its words. */
export type Transform =
  /**
   * A program from a word to a datum. When `folded`, its inputs are the word's distance from the nearer end of all
   * words (a word itself) and, in the sign bit, whether the nearer end is the lower one.
   */
  | { readonly kind: "program"; readonly folded: boolean; readonly program: Program }
  /** The row `⌊word · rows / 2^32⌋` of a table. */
  | { readonly kind: "rows"; readonly values: ArrayLike<number>; readonly columns: number }
  /** The value whose threshold is the first above the word. */
  | {
      readonly kind: "thresholds";
      readonly thresholds: readonly number[];
      readonly values: readonly number[];
    };

export function transformOf(source: DataSource): Transform {
  switch (source.kind) {
    case "continuous":
      return quantileOf(source);
    case "finite": {
      const all = discreteThresholds(source.outcomes.map((outcome) => outcome.probability));
      // What no word stands for is too rare to be drawn.
      const drawn = source.outcomes.flatMap(({ value }, i) =>
        all[i]! > (all[i - 1] ?? 0) ? [{ value, i }] : [],
      );
      const thresholds = drawn.map(({ i }) => all[i]!);
      const values = drawn.map(({ value }) => value);
      return values.length > mostSelectedOutcomes
        ? { kind: "thresholds", thresholds, values }
        : selectionOf(thresholds, values);
    }
    case "rows":
      return { kind: "rows", values: source.values, columns: source.names.length };
  }
}

/** The quantile of a source's distribution, of the uniform or the normal deviate that a word stands for. */
function quantileOf(source: ContinuousSource): Transform {
  const quantile = continuousOf(source).quantile(source.parameters);
  const builder = new ProgramBuilder();
  const word = builder.input(0);
  const symbols = symbolsOf(quantile);
  const folded = !symbols.has(unitName);
  const half = (exponent: number): Value =>
    builder.multiply(wordMinus(builder, word, -0.5), builder.constant(2 ** exponent));
  const drawn: readonly (readonly [string, Value])[] = symbols.has(deviateName)
    ? [[deviateName, normalQuantile(builder, word, builder.input(1))]]
    : folded
      ? [
          [tailName, half(-31)],
          [sideName, builder.xor(builder.constant(1), builder.input(1))],
        ]
      : [[unitName, half(-32)]];
  const value = lowerExpression(builder, quantile, new Map(drawn));
  return { kind: "program", folded, program: finishProgram(builder, [value], folded ? 2 : 1) };
}

function selectionOf(thresholds: readonly number[], values: readonly number[]): Transform {
  const builder = new ProgramBuilder();
  const number = wordMinus(builder, builder.input(0), 0);
  let value = builder.constant(values.at(-1)!);
  for (let outcome = values.length - 2; outcome >= 0; outcome--) {
    const below = builder.less(number, builder.constant(thresholds[outcome]!));
    value = builder.select(below, builder.constant(values[outcome]!), value);
  }
  return { kind: "program", folded: false, program: finishProgram(builder, [value], 1) };
}
