import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it as test } from "vitest";
import { doubleOfBits } from "../../src/compile/double-bits.js";
import { elementaryCalls } from "../../src/compile/elementary.js";
import { Interpreter } from "../../src/compile/interpreter.js";
import { lowerExpression } from "../../src/compile/lower.js";
import { calledFunctions, finishProgram, type Program, ProgramBuilder } from "../../src/compile/program.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { composedFunctions, errorOf } from "../../src/engines/tensors/functions.js";
import { Constants, type TensorFunctions } from "../../src/engines/tensors/namespace.js";
import { type TensorEngine, TensorProgram } from "../../src/engines/tensors/tensor-program.js";
import { type ElementaryFunction, type Expression, elementaryValue } from "../../src/landscape/index.js";
import { exactValue } from "../unit/landscape/exact-values.js";
import { call, divide, number, power, product, sum, symbol } from "./simulate-landscapes.js";

const roundOff = 2 ** -24;

const names = ["a", "b", "x", "y"] as const;

/** Expressions of two weights and two data with every function. */
const expressions: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...names).map(symbol),
    fc.double({ min: -3, max: 3, noNaN: true }).map(number),
    fc.tuple(tie("expression"), tie("expression")).map(([first, second]) => sum(first, second)),
    fc.tuple(tie("expression"), tie("expression")).map(([first, second]) => product(first, second)),
    fc.tuple(tie("expression"), tie("expression")).map(([first, second]) => divide(first, second)),
    fc
      .tuple(tie("expression"), fc.integer({ min: -3, max: 4 }))
      .map(([base, exponent]) => power(base, exponent)),
    fc
      .tuple(fc.constantFrom(...calledFunctions, "sqrt", "abs" as const), tie("expression"))
      .map(([name, argument]) => call(name, argument)),
  ),
})).expression;

const values = fc.array(
  fc.double({ min: -2, max: 2, noNaN: true }).map((value) => Math.fround(value)),
  { minLength: 3, maxLength: 3 },
);

/** What a program gives, and how much single precision may be off: rounding, carried through each instruction. */
function judged(program: Program, inputs: readonly number[]): { value: number; error: number } {
  const known: { value: number; error: number }[] = [];
  for (const { op, a, b, index, high, low } of program.instructions) {
    const [x, y] = [known[a]!, known[b]!];
    const rounded = (value: number, carried: number, units = 1) => ({
      value,
      // Single precision ends at 3e38.
      error:
        Math.abs(value) > 1e37
          ? Number.POSITIVE_INFINITY
          : carried + units * roundOff * Math.abs(value) + 2 ** -126,
    });
    const of = () => {
      switch (op) {
        case "input":
          return { value: inputs[index]!, error: 0 };
        case "constant":
          return rounded(doubleOfBits(high, low), 0);
        case "add":
          return rounded(x.value + y.value, x.error + y.error);
        case "subtract":
          return rounded(x.value - y.value, x.error + y.error);
        case "multiply":
          return rounded(
            x.value * y.value,
            Math.abs(x.value) * y.error + Math.abs(y.value) * x.error + x.error * y.error,
          );
        case "divide": {
          const value = x.value / y.value;
          return rounded(
            value,
            (x.error + Math.abs(value) * y.error) / Math.max(0, Math.abs(y.value) - y.error),
            2,
          );
        }
        case "negate":
          return { value: -x.value, error: x.error };
        case "absolute":
          return { value: Math.abs(x.value), error: x.error };
        default: {
          const name = op === "sqrt" ? "sqrt" : calledFunctions[index]!;
          const apply = (argument: number) => elementaryValue(name, argument);
          // What the argument's error and a few roundings of it do.
          const spread = x.error + 8 * roundOff * Math.abs(x.value);
          const ends = [apply(x.value - spread), apply(x.value + spread)];
          const carried = Math.max(...ends.map((end) => Math.abs(end - apply(x.value))));
          return rounded(apply(x.value), 2 * carried, 8);
        }
      }
    };
    known.push(of());
  }
  return known[program.outputs[0]!]!;
}

describe.each(["cpu", "wasm"] as const)("programs on tfjs's %s", (backend) => {
  let engine: TensorEngine;

  beforeAll(async () => {
    ({ engine } = await openBundled(backend));
  });

  test("give what the interpreter gives, within single precision, for random expressions", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(expressions, values, values, values, values, async (expression, a, b, x, y) => {
        const builder = new ProgramBuilder();
        const symbols = new Map(names.map((name, index) => [name as string, builder.input(index)]));
        const output = lowerExpression(builder, expression, symbols, elementaryCalls);
        const program = finishProgram(builder, [output], names.length);
        const before = tf.memory().numTensors;
        const constants = new Constants(engine.tf);
        const result = tf.tidy(() => {
          const row = (list: readonly number[]) => tf.tensor(list, [3]);
          const grid = (list: readonly number[]) => tf.tensor([...list, ...list.toReversed()], [2, 3]);
          const tensors = new TensorProgram({ ...engine, constants }, program);
          const [value] = tensors.run([row(a), row(b), grid(x), grid(y)]);
          return tf.add(value!, tf.zeros([2, 3]));
        });
        const found = await result.data();
        result.dispose();
        constants.dispose();
        expect(tf.memory().numTensors).toBe(before);
        const interpreter = new Interpreter(program, 1);
        for (let entry = 0; entry < 6; entry++) {
          const lane = entry % 3;
          const datum = entry < 3 ? lane : 2 - lane;
          const inputs = [a[lane]!, b[lane]!, x[datum]!, y[datum]!];
          const { value, error } = judged(program, inputs);
          inputs.forEach((input, index) => {
            interpreter.input(index)?.fill(input);
          });
          interpreter.run();
          expect(Object.is(interpreter.output(0)[0], value)).toBe(true);
          // Beyond single precision's range, or where rounding may have left a function's domain, anything goes.
          if (
            !Number.isFinite(error) ||
            error > 1e-3 * Math.max(1, Math.abs(value)) ||
            Math.abs(value) > 1e30
          ) {
            continue;
          }
          compared++;
          expect(Math.abs(found[entry]! - value)).toBeLessThanOrEqual(error);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(compared).toBeGreaterThan(600);
  });

  test("have functions as accurate as single precision allows", async () => {
    for (const name of calledFunctions) {
      expect(await errorOf(tf, name, engine.functions[name]), name).toBeLessThan(4);
    }
  });

  test("can compose all functions of exp and log, as accurately", async () => {
    const constants = new Constants(tf);
    const all = { exp: (x) => tf.exp(x), log: (x) => tf.log(x) } as Partial<
      Record<string, TensorFunctions["exp"]>
    >;
    Object.assign(all, composedFunctions(tf, constants, all as TensorFunctions));
    for (const name of calledFunctions) {
      expect(await errorOf(tf, name, (x) => tf.tidy(() => all[name]!(x))), name).toBeLessThan(4);
    }
    constants.dispose();
  });

  test("keep what is not a number, and know the ends of functions", async () => {
    const constants = new Constants(tf);
    const chosen = { ...engine.functions };
    const composed = composedFunctions(tf, constants, chosen);
    const infinite = Number.POSITIVE_INFINITY;
    for (const [name, apply] of Object.entries({ ...composed, ...chosen })) {
      const result = tf.tidy(() => apply!(tf.tensor([Number.NaN, 0])));
      const [nothing, zero] = await result.data();
      result.dispose();
      expect(nothing, `${name}(NaN)`).toBeNaN();
      const exact = exactValue(name as ElementaryFunction, 0);
      if (Number.isFinite(exact)) {
        expect(zero, `${name}(0)`).toBeCloseTo(exact, 6);
      }
    }
    const ends = tf.tidy(() => [
      composed.tanh!(tf.tensor([infinite, -infinite, 40, -40])),
      composed.atan!(tf.tensor([infinite, -infinite, 1e30, -1e30])),
      composed.sin!(tf.tensor([1e8, -1e12, 1e30, -3e38])),
    ]);
    const [tanh, atan, sin] = await Promise.all(ends.map((tensor) => tensor.data()));
    expect([...tanh!]).toEqual([1, -1, 1, -1]);
    for (const value of atan!) {
      expect(Math.abs(value)).toBeCloseTo(Math.PI / 2, 6);
    }
    for (const value of sin!) {
      expect(Math.abs(value)).toBeLessThanOrEqual(1.0001);
    }
    tf.dispose(ends);
    constants.dispose();
  });

  test("take broadcast inputs of any shape, also where an output is an input or a number", () => {
    const builder = new ProgramBuilder();
    const [a, b] = [builder.input(0), builder.input(1)];
    const outputs = [builder.add(a, b), a, builder.constant(2)];
    const program = finishProgram(builder, outputs, 2);
    const constants = new Constants(tf);
    tf.tidy(() => {
      const weights = tf.tensor([1, 2]);
      const data = tf.tensor([10, 20, 30], [3, 1]);
      const [first, second, third] = new TensorProgram({ ...engine, constants }, program).run([
        weights,
        data,
      ]);
      expect(first!.arraySync()).toEqual([
        [11, 12],
        [21, 22],
        [31, 32],
      ]);
      expect(second).toBe(weights);
      expect(third!.arraySync()).toBe(2);
    });
    constants.dispose();
  });

  test("refuse instructions that are for doubles", () => {
    const builder = new ProgramBuilder();
    const program = finishProgram(builder, [builder.less(builder.input(0), builder.input(1))], 2);
    expect(() => new TensorProgram(engine, program)).toThrow('tensors cannot carry out "less"');
  });
});
