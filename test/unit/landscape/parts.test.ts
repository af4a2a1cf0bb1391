import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  evaluateExpression,
  expectedLoss,
  expectedLossParts,
  expressionToLatex,
  gradient,
  type Landscape,
  printExpression,
} from "../../../src/landscape/index.js";
import { discrete, landscapeOf, normal, read, uniform } from "./read.js";

function fromParts(landscape: Landscape, theta: readonly number[]): number {
  const values = Object.fromEntries(landscape.weights.map(({ name }, i) => [name, theta[i]!]));
  const { constant, closed, sampled } = expectedLossParts(landscape);
  let total = constant + evaluateExpression(closed, values);
  for (const part of sampled) {
    const { fineness } = part.settle(theta, part.coarsest, { left: 1e8 })!;
    const { count, weights, values: columns } = part.points(fineness);
    for (let q = 0; q < count; q++) {
      const data = Object.fromEntries(part.names.map((name, i) => [name, columns[i]![q]!]));
      total += weights[q]! * evaluateExpression(part.expression, { ...values, ...data });
    }
  }
  return total;
}

const landscapes: Record<string, Landscape> = {
  gauss: landscapeOf("(h + x^2*exp(-h)) / 2", { h: 0 }, [normal("x")]),
  archimedes: landscapeOf(
    "(u^2 + v^2 + (cos(z)*u + sin(z)*v)^2) / 2 + x * (cos(z - pi/4)*u + sin(z - pi/4)*v)",
    { u: 0, v: 0, z: 0 },
    [normal("x")],
  ),
  regression: landscapeOf("(a*x + b*z - (x - z + y/10))^2", { a: 0.2, b: 0.1 }, [
    normal("x", 1, 2),
    normal("z"),
    uniform("y", 0, 1),
  ]),
  logistic: landscapeOf("log(1 + exp(-y*a*x)) + y*exp(a) * z", { a: 0.5 }, [
    normal("x", 1),
    discrete("y", { "1": 0.5, "-1": 0.25, "2": 0.25 }),
    normal("z", 3),
  ]),
  split: landscapeOf("exp(a + x) * cos(a - x + y) + sin(x)*a^2 + (a - y/2)^3", { a: 0.2 }, [
    uniform("x", -1, 2),
    normal("y", 1, 0.3),
  ]),
};

describe("the expected loss in parts", () => {
  test("what separates is averaged into closed form", () => {
    const gauss = expectedLossParts(landscapes.gauss!);
    expect(gauss.sampled).toEqual([]);
    expect(printExpression(gauss.closed)).toBe("0.5 * exp(-h) + 0.5 * h");
    const archimedes = expectedLossParts(landscapes.archimedes!);
    expect(archimedes.sampled).toEqual([]);
    expect(printExpression(archimedes.closed)).toBe("(u^2 + v^2 + (cos(z) * u + sin(z) * v)^2) / 2");
    expect(expectedLossParts(landscapes.regression!).sampled).toEqual([]);
    expect(expectedLossParts(landscapes.split!).sampled).toEqual([]);
  });

  test("only what does not separate is sampled", () => {
    const { sampled } = expectedLossParts(landscapes.logistic!);
    expect(sampled.map(({ names }) => names)).toEqual([["x", "y"]]);
    const { weights } = sampled[0]!.points(sampled[0]!.coarsest);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14);
  });

  test.each(Object.keys(landscapes))("%s: parts add up to the expected loss around the start", (name) => {
    const landscape = landscapes[name]!;
    for (const shift of [0, 0.7, -0.9]) {
      const theta = landscape.weights.map(({ start }, i) => start + shift * (i % 2 === 0 ? 1 : -0.6));
      const wanted = expectedLoss(landscape, theta);
      expect(Math.abs(fromParts(landscape, theta) - wanted)).toBeLessThan(2e-12 * (1 + Math.abs(wanted)));
    }
  });

  test("large offsets of the data do not cancel", () => {
    const landscape = landscapeOf("(w - x)^2 / 2", { w: 1e6 }, [normal("x", 1e6, 1)]);
    expect(fromParts(landscape, [1e6 + 0.25])).toBeCloseTo(0.5 + 0.03125, 9);
  });
});

describe("the gradient", () => {
  const functions = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "sqrt",
    "cbrt",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "atanh",
    "abs",
  ];
  test.each(functions)("of %s agrees with differences", (name) => {
    const text = `${name}(w^2*x/2 + 0.1)*w + (w + 0.2)^(w/2)`;
    const [slope] = gradient(landscapeOf(text, { w: 0.6 }, [normal("x")]));
    const loss = read(text);
    const at = (w: number): number => evaluateExpression(loss, { w, x: 0.9 });
    const h = 1e-3;
    const wanted = (8 * (at(0.6 + h) - at(0.6 - h)) - at(0.6 + 2 * h) + at(0.6 - 2 * h)) / (12 * h);
    expect(evaluateExpression(slope!, { w: 0.6, x: 0.9 })).toBeCloseTo(wanted, 8);
  });

  test("acosh, and cbrt of negative numbers", () => {
    const [a] = gradient(landscapeOf("acosh(w)", { w: 2 }));
    expect(evaluateExpression(a!, { w: 2 })).toBeCloseTo(1 / Math.sqrt(3), 14);
    const [c] = gradient(landscapeOf("cbrt(w) + (w^2)^(2/3)", { w: -8 }));
    expect(evaluateExpression(c!, { w: -8 })).toBeCloseTo(1 / 12 - (4 / 3) * 2, 12);
  });

  test("names that mean something to mathjs are only names", () => {
    const [slope] = gradient({
      name: "names",
      weights: [{ name: "i", start: 1 }],
      data: [normal("Infinity")],
      loss: { kind: "product", factors: [read("i^3"), { kind: "symbol", name: "Infinity" }] },
    });
    expect(evaluateExpression(slope!, { i: 2, Infinity: 5 })).toBe(60);
  });

  test("is simplified", () => {
    const landscape = landscapeOf("u^2 + 3*v*x + exp(-u) + 7", { u: 1, v: 1, w: 1 }, [normal("x")]);
    expect(gradient(landscape).map(printExpression)).toEqual(["2 * u - exp(-u)", "3 * x", "0"]);
  });

  test("copes with a thousand nodes and a hundred weights", () => {
    const weights = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`w${i}`, i / 100]));
    const sum = Array.from({ length: 100 }, (_, i) => `w${i} * x^${i % 4} / ${i + 1}`).join(" + ");
    const landscape = landscapeOf(`(${sum} - y)^2 / 2 + log(1 + exp(${sum}))`, weights, [
      normal("x"),
      normal("y"),
    ]);
    const slopes = gradient(landscape);
    expect(slopes).toHaveLength(100);
    const values = { ...weights, x: 0.5, y: 0.3 };
    let s = 0;
    for (let i = 0; i < 100; i++) {
      s += ((i / 100) * 0.5 ** (i % 4)) / (i + 1);
    }
    const wanted = (s - 0.3 + 1 / (1 + Math.exp(-s))) * (0.5 ** 3 / 44);
    expect(evaluateExpression(slopes[43]!, values)).toBeCloseTo(wanted, 13);
  });
});

describe("printing", () => {
  const leaf = fc.constantFrom("a", "b", "2", "0.1", "1e-9", "3");
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 5, depthIdentifier: "t" },
      leaf,
      fc
        .tuple(tie("text"), fc.constantFrom("+", "-", "*", "/", "^"), tie("text"))
        .map(([a, o, b]) => `(${a}) ${o} (${b})`),
      tie("text").map((a) => `-(${a})`),
      fc.tuple(fc.constantFrom("sin", "exp", "abs"), tie("text")).map(([f, a]) => `${f}(${a})`),
    ),
  }));

  test("what is printed reads back with the same value", () => {
    fc.assert(
      fc.property(text, (source) => {
        const expression = read(source);
        const values = { a: 0.7, b: -1.3 };
        const wanted = evaluateExpression(expression, values);
        const found = evaluateExpression(read(printExpression(expression)), values);
        return (
          Object.is(wanted, found) ||
          Math.abs(wanted - found) <= 1e-9 * Math.abs(wanted) ||
          !Number.isFinite(wanted)
        );
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  test.each([
    ["a + -2*b", "a + (-2) * b"],
    ["-(a + b)", "-(a + b)"],
    ["(a^b)^2", "(a^b)^2"],
    ["a^(b^2)", "a^(b^2)"],
    ["(-a)^2", "(-a)^2"],
    ["-a^2", "-a^2"],
    ["a / (b * 2)", "a / (b * 2)"],
    ["a - (b - 2)", "a - (b - 2)"],
  ])("%s", (source, wanted) => {
    expect(evaluateExpression(read(printExpression(read(source))), { a: 0.3, b: 0.4 })).toBeCloseTo(
      evaluateExpression(read(wanted), { a: 0.3, b: 0.4 }),
      15,
    );
  });

  test.each([
    ["(h + x^2*exp(-h)) / 2", "\\frac{h + x^{2} \\, e^{-h}}{2}"],
    ["theta_1 * sqrt(w2) - cbrt(abs(x))", "\\theta_{1} \\, \\sqrt{w_{2}} - \\sqrt[3]{\\left|x\\right|}"],
    ["(a/b)^2 * sin(phi1)", "\\left(\\frac{a}{b}\\right)^{2} \\, \\sin\\left(\\phi_{1}\\right)"],
    ["2 * 3 * speed", "2 \\cdot 3 \\, \\mathrm{speed}"],
    [
      "sin(a)^2 - (a + b) * 1e-9",
      "\\left(\\sin\\left(a\\right)\\right)^{2} - \\left(a + b\\right) \\cdot 1 \\cdot 10^{-9}",
    ],
  ])("%s as LaTeX", (source, wanted) => {
    expect(expressionToLatex(read(source))).toBe(wanted);
  });

  test("LaTeX names may be given", () => {
    expect(expressionToLatex(read("x * w"), { x: "\\xi" })).toBe("\\xi \\, w");
    expect(expressionToLatex(read("x * w"), new Map([["w", "\\omega"]]))).toBe("x \\, \\omega");
  });
});
