import type { DataSource } from "../landscape/landscape.js";
import { exponentShift, splitExponent } from "./elementary.js";
import { finishProgram, type Program, ProgramBuilder, type Value } from "./program.js";
import { turnTableSize } from "./tables.js";

/**
 * From words to data (docs/streams.md). A word enters a program as the double `2^52 + word`, whose bits
 * end with the word's, and stands for the uniform `(word + ½) / 2^32`.
 */

const twoTo52 = 2 ** 52;

/** The high half of a lane that holds a word. */
export const wordHigh = 0x43300000;

/** The angle that one unit of a word stands for. */
const turnOfWord = (2 * Math.PI) / 2 ** 32;

/** `word − shift` exactly, for a whole `shift`, or one of −½ (2^52 − ½ is a double, 2^52 + ½ is none). */
function wordMinus(builder: ProgramBuilder, word: Value, shift: number): Value {
  return builder.subtract(word, builder.constant(twoTo52 + shift));
}

/** ((log((1 + s) / (1 − s)) − 2s) / s³ in s², for |s| ≤ (√2 − 1) / (√2 + 1): the logarithm errs by 10^-16. */
const shortLogPolynomial = [
  0.6666666666658719, 0.40000000052285745, 0.28571417127060483, 0.22223371920027493, 0.18123633790695728,
  0.168199388611299,
];

/** sin φ / φ and cos φ in φ², for |φ| ≤ π/1024, the least absolute error. */
const sinStep = [0.9999999999997693, -0.1666665686209559] as const;
const cosStep = [1, -0.5, 1 / 24] as const;

/**
 * Two standard normals from two words by Box and Muller's transform,
 * `√(−2 log u₁) · (cos 2πu₂, sin 2πu₂)`, to about an ulp of the radius.
 */
function boxMuller(builder: ProgramBuilder, word1: Value, word2: Value): readonly [Value, Value] {
  // −2 log u₁ of u₁ = y / 2^32, with y = 2^k m: (64 − 2k) log 2 − 2 log m.
  const { shiftedK, f } = splitExponent(builder, wordMinus(builder, word1, -0.5));
  const s = builder.divide(f, builder.add(f, builder.constant(2)));
  // The word's upper bits look up a direction, the others turn it by less than half a step.
  const stepBits = 32 - Math.log2(turnTableSize);
  const offset = builder.and(
    builder.shiftRight(word2, stepBits - 4),
    builder.bits(0, 16 * (turnTableSize - 1)),
  );
  const cosTable = builder.gather("turnCos", offset);
  const sinTable = builder.gather("turnSin", offset);
  const rest = builder.and(word2, builder.bits(wordHigh, 2 ** stepBits - 1));
  const step = wordMinus(builder, rest, 2 ** (stepBits - 1));
  const square = builder.multiply(step, step);
  const inSteps = (coefficients: readonly number[], powers: number) =>
    coefficients.map((coefficient, index) => coefficient * turnOfWord ** (2 * index + powers));
  const sine = builder.multiply(step, builder.horner(square, inSteps(sinStep, 1)));
  const cosine = builder.horner(square, inSteps(cosStep, 0));
  const z = builder.multiply(s, s);
  const series = builder.estrin(z, [-4, ...shortLogPolynomial.map((coefficient) => -2 * coefficient)]);
  const whole = builder.multiply(
    builder.subtract(builder.constant(exponentShift + 32), shiftedK),
    builder.constant(2 * Math.LN2),
  );
  const radius = builder.sqrt(builder.add(whole, builder.multiply(s, series)));
  const first = builder.subtract(builder.multiply(cosTable, cosine), builder.multiply(sinTable, sine));
  const second = builder.add(builder.multiply(sinTable, cosine), builder.multiply(cosTable, sine));
  return [builder.multiply(radius, first), builder.multiply(radius, second)];
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
  /** A program from two words to the data of two points (`pair`) or from one word to one datum. */
  | { readonly kind: "program"; readonly pair: boolean; readonly program: Program }
  /** The row `⌊word · rows / 2^32⌋` of a table. */
  | { readonly kind: "rows"; readonly rows: readonly (readonly number[])[] }
  /** The value whose threshold is the first above the word. */
  | {
      readonly kind: "thresholds";
      readonly thresholds: readonly number[];
      readonly values: readonly number[];
    };

export function transformOf(source: DataSource): Transform {
  const builder = new ProgramBuilder();
  const word = builder.input(0);
  switch (source.kind) {
    case "normal": {
      const scaled = boxMuller(builder, word, builder.input(1)).map((deviate) =>
        builder.add(
          builder.multiply(deviate, builder.constant(source.deviation)),
          builder.constant(source.mean),
        ),
      );
      return { kind: "program", pair: true, program: finishProgram(builder, scaled, 2) };
    }
    case "uniform": {
      const scale = builder.constant((source.high - source.low) / 2 ** 32);
      const above = builder.multiply(wordMinus(builder, word, -0.5), scale);
      const value = builder.add(above, builder.constant(source.low));
      return { kind: "program", pair: false, program: finishProgram(builder, [value], 1) };
    }
    case "discrete": {
      const thresholds = discreteThresholds(source.outcomes.map((outcome) => outcome.probability));
      const values = source.outcomes.map((outcome) => outcome.value);
      if (values.length > mostSelectedOutcomes) return { kind: "thresholds", thresholds, values };
      const number = wordMinus(builder, word, 0);
      let value = builder.constant(values.at(-1)!);
      for (let outcome = values.length - 2; outcome >= 0; outcome--) {
        const below = builder.less(number, builder.constant(thresholds[outcome]!));
        value = builder.select(below, builder.constant(values[outcome]!), value);
      }
      return { kind: "program", pair: false, program: finishProgram(builder, [value], 1) };
    }
    case "rows":
      return { kind: "rows", rows: source.rows };
  }
}
