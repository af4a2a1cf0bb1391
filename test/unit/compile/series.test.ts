import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementary, elementaryCalls } from "../../../src/compile/elementary.js";
import { Interpreter } from "../../../src/compile/interpreter.js";
import { finishProgram, type Program, ProgramBuilder } from "../../../src/compile/program.js";
import { lowerSeries, type Series } from "../../../src/compile/series.js";
import type { Expression } from "../../../src/landscape/index.js";
import { read } from "../landscape/read.js";
import { type PlainSeries, plainSeries } from "./series-oracle.js";

const order = 5;

/** Series of symbols: what is not a number in a program, an input in its place. */
interface Symbols {
  readonly [name: string]: { readonly series: PlainSeries; readonly startIsInput?: boolean };
}

const forms = { instructions: elementary, calls: elementaryCalls };

/** The program of the coefficients of an expression, and what it gives. */
function lowered(expression: Expression, symbols: Symbols, form: keyof typeof forms = "instructions") {
  const builder = new ProgramBuilder();
  const inputs: number[] = [];
  const given = new Map<string, Series>();
  for (const [name, { series, startIsInput = false }] of Object.entries(symbols)) {
    given.set(
      name,
      series.map((coefficient, power) => {
        if (coefficient === 0) {
          return undefined;
        }
        return power === 0 && !startIsInput
          ? builder.constant(coefficient)
          : builder.input(inputs.push(coefficient) - 1);
      }),
    );
  }
  const found = lowerSeries(builder, expression, given, order, forms[form]);
  const outputs = Array.from({ length: order + 1 }, (_, power) => found[power] ?? builder.constant(0));
  const program = finishProgram(builder, outputs, inputs.length);
  const interpreter = new Interpreter(program, 1);
  inputs.forEach((value, input) => {
    interpreter.input(input)?.fill(value);
  });
  interpreter.run();
  return { program, values: outputs.map((_, power) => interpreter.output(power)[0]!), found };
}

function expectSeries(expression: Expression, symbols: Symbols, tolerance = 1e-12) {
  const plain = new Map(Object.entries(symbols).map(([name, { series }]) => [name, series] as const));
  const wanted = plainSeries(expression, plain, order + 1);
  for (const form of ["instructions", "calls"] as const) {
    const { values } = lowered(expression, symbols, form);
    const size = Math.max(1, ...wanted.map(Math.abs));
    values.forEach((value, power) => {
      expect(Math.abs(value - wanted[power]!), `coefficient ${power}, ${form}`).toBeLessThanOrEqual(
        tolerance * size,
      );
    });
  }
}

const callsOf = ({ instructions }: Program) =>
  instructions.filter(({ op }) => op === "call" || op === "patch");

describe("the series of elementary functions", () => {
  const functions: [string, number[]][] = [
    ["exp(w)", [0.3, -2]],
    ["expm1(w)", [0, 0.3, -2]],
    ["log(w)", [1.7, 0.2]],
    ["log1p(w)", [0, 0.4]],
    ["log2(w)", [1.3]],
    ["log10(w)", [1.3]],
    ["sqrt(w)", [2.1]],
    ["cbrt(w)", [2.1, -2.1]],
    ["sin(w)", [0, 0.8]],
    ["cos(w)", [0, 0.8]],
    ["tan(w)", [0, 0.8]],
    ["asin(w)", [0, 0.4]],
    ["acos(w)", [0, 0.4]],
    ["atan(w)", [0, 1.4, -3]],
    ["sinh(w)", [0, 0.7]],
    ["cosh(w)", [0, 0.7]],
    ["tanh(w)", [0, 0.7, -2.5]],
    ["asinh(w)", [0, 0.7, -3]],
    ["acosh(w)", [1.9]],
    ["atanh(w)", [0, 0.3]],
    ["abs(w)", [0.3, -0.3]],
    ["softplus(w)", [0, 0.7, -3]],
    ["sigmoid(w)", [0, 0.7, -3]],
    ["logcosh(w)", [0, 0.7, -3]],
    ["erf(w)", [0, 0.7, -2]],
    ["w^2.5", [1.2]],
    ["w^(-3)", [-1.2]],
    ["w^7", [0, -0.6]],
    ["(w + 1)^6", [0, 0.5]],
    ["2^w", [0, 0.9]],
    ["w^w", [1.4]],
    ["w^v", [1.4]],
    ["v^w", [0, 1.4]],
    ["v / w", [1.4]],
    ["w / v", [0, 1.4]],
    ["sin(w + pi/4) * cos(w - pi/4)", [0, 0.4]],
    ["logsumexp(w, 2*w, v)", [0, 1.4]],
    ["logsumexp(w, v)", [0, 1.4]],
    ["logsumexp(1, w^2, v, 3*w)", [0, 1.4]],
  ];
  const steps = [0.7, -0.4, 0.3, 0.9, -0.2];

  test.each(functions)("%s", (text, starts) => {
    for (const start of starts) {
      for (const startIsInput of [false, true]) {
        // zero is known to be missing, or it is a number that is found
        const w = { series: [start, ...steps], startIsInput: startIsInput && start !== 0 };
        const v = { series: [0.6], startIsInput };
        expectSeries(read(text), { w, v });
        expectSeries(read(text), { w: { ...w, series: [start, 0, 0.8, 0, 0.5] }, v });
      }
    }
  });

  test("of an exponent and a base that hang on one another", () => {
    const w = { series: [1.3, ...steps] };
    expectSeries(read("(1 + w^2)^(w / 2 - v)"), { w, v: { series: [0.4, 0.5, -0.7], startIsInput: true } });
  });

  test("do not cancel where a function levels off", () => {
    for (const startIsInput of [false, true]) {
      const at18 = (text: string) => lowered(read(text), { w: { series: [18, 1], startIsInput } }).values;
      const small = Math.exp(-18);
      expect(at18("tanh(w)")[1]! / (4 * small ** 2)).toBeCloseTo(1, 12);
      expect(at18("tanh(w)")[2]! / (-4 * small ** 2)).toBeCloseTo(1, 12);
      expect(at18("sigmoid(w)")[1]! / (small / (1 + small) ** 2)).toBeCloseTo(1, 12);
      expect(at18("softplus(-w)")[1]! / (-small / (1 + small))).toBeCloseTo(1, 12);
      expect(at18("softplus(-w)")[2]! / (small / (1 + small) ** 2 / 2)).toBeCloseTo(1, 12);
      expect(at18("erf(w)")[1]).toBeLessThan(1e-140);
    }
  });
});

describe("the series of expressions", () => {
  const leaf: fc.Arbitrary<string> = fc.constantFrom("u", "v", "x", "0.5", "2");
  /** Values stay within a few units, and no argument leaves a function's domain. */
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} + ${b}) / 2`),
      fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} - ${b} * x)`),
      fc.tuple(tie("text"), tie("text")).map(([a, b]) => `tanh(${a}) * sin(${b})`),
      fc.tuple(tie("text"), tie("text")).map(([a, b]) => `cos(${a}) / (2 + cos(${b}))`),
      fc.tuple(tie("text"), tie("text")).map(([a, b]) => `logsumexp(tanh(${a}), sin(${b}), 0.3)`),
      tie("text").map((a) => `exp(-sin(${a}))`),
      tie("text").map((a) => `softplus(tanh(${a}))`),
      tie("text").map((a) => `erf(sin(${a}) / 2)`),
      tie("text").map((a) => `atan(${a})`),
      tie("text").map((a) => `asin(sin(${a}) / 2)`),
      tie("text").map((a) => `sqrt(1 + tanh(${a})^2)`),
      tie("text").map((a) => `log(2 + sin(${a}))^3`),
      tie("text").map((a) => `(2 + sin(${a}))^(-1.5)`),
      tie("text").map((a) => `(2 + sin(${a}))^cos(${a})`),
      tie("text").map((a) => `abs(2 + sin(${a}))`),
    ),
  }));
  const number = fc.integer({ min: -6, max: 6 }).map((k) => k / 8);
  const series = fc.record({
    series: fc.array(number, { minLength: 1, maxLength: order + 1 }),
    startIsInput: fc.boolean(),
  });

  test("are those of plain numbers, with functions as instructions and as calls", () => {
    fc.assert(
      fc.property(text, series, series, number, (written, u, v, x) => {
        expectSeries(read(written), { u, v, x: { series: [x], startIsInput: true } }, 1e-11);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what a series takes", () => {
  const step = (series: PlainSeries) => ({ series });

  test("no function is called where the series begins with a number", () => {
    const { program } = lowered(
      read("(w + x^2 * exp(-w)) / 2 + sin(w) * x + log(2 + w) + erf(w) + w^1.5"),
      { w: step([0.5, 0.1, 0.2, 0.3]), x: { series: [0.7], startIsInput: true } },
      "calls",
    );
    expect(callsOf(program)).toEqual([]);
  });

  test("what is zero or known is no instruction", () => {
    const { found, program } = lowered(read("w^2 * x + 3 - 0 * exp(w)"), {
      w: step([0, 0, 0.5]),
      x: { series: [0.7], startIsInput: true },
    });
    expect(found.map((coefficient) => coefficient !== undefined)).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
    const computed = program.instructions.filter(({ op }) => op !== "input" && op !== "constant");
    expect(computed.map(({ op }) => op)).toEqual(["multiply", "multiply"]);
  });

  test("sine and cosine of one argument share their work", () => {
    const symbols = { w: { series: [0.5, 0.1, 0.2, 0.3, 0.1, 0.4], startIsInput: true } };
    const count = (text: string) => lowered(read(text), symbols).program.instructions.length;
    expect(count("sin(w) + cos(w)")).toBeLessThan(1.4 * count("sin(w)"));
    expect(callsOf(lowered(read("sin(w) + cos(w) * cos(w + pi/4)"), symbols, "calls").program)).toHaveLength(
      2,
    );
  });

  test("what has no series is no number from there on", () => {
    const w = step([0, 0.5, 0.25]);
    expect(lowered(read("abs(w)"), { w }).values).toEqual([0, ...Array(order).fill(Number.NaN)]);
    expect(lowered(read("w^2.5"), { w }).values).toEqual([0, 0, 0, ...Array(order - 2).fill(Number.NaN)]);
    expect(lowered(read("1 / w"), { w }).values).toEqual(Array(order + 1).fill(Number.NaN));
    expect(lowered(read("sqrt(w)"), { w }).values[0]).toBe(0);
    // |w|³, as its derivative by itself is written
    expect(lowered(read("w * (w^2)^(1/2)"), { w }).values.slice(0, 2)).toEqual([0, 0]);
  });

  test("an unknown symbol is refused", () => {
    expect(() => lowered(read("z"), {})).toThrow('"z" is neither a weight nor a datum');
  });
});
