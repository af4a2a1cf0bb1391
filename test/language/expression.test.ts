import fc from "fast-check";
import { all, create } from "mathjs";
import { expect, test } from "vitest";
import type { Expression } from "../../src/landscape/expression.js";
import { evaluateExpression } from "../../src/landscape/index.js";
import { written } from "../written.js";
import { analyze, expectProblems } from "./workspace.js";

const mathjs = create(all, {});

async function lossOf(loss: string, declarations = ""): Promise<Expression> {
  const { landscapes, diagnostics } = await analyze(
    `landscape l { weights a = 0, b = 0, c = 0 ${declarations} loss ${loss} }`,
  );
  // that some have no derivatives at 0 is a warning
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return written(landscapes.get("l")).loss;
}

/** Evaluates a formula independently of the rooms below. */
function evaluate(formula: Expression, values: Record<string, number>): number {
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "symbol":
      return values[formula.name]!;
    case "sum":
      return formula.terms.reduce((sum, term) => sum + evaluate(term, values), 0);
    case "product":
      return formula.factors.reduce((product, factor) => product * evaluate(factor, values), 1);
    case "negate":
      return -evaluate(formula.operand, values);
    case "divide":
      return evaluate(formula.numerator, values) / evaluate(formula.denominator, values);
    case "power":
      return evaluate(formula.base, values) ** evaluate(formula.exponent, values);
    case "call":
      return (Math as unknown as Record<string, (argument: number) => number>)[formula.name]!(
        evaluate(formula.argument, values),
      );
    case "logsumexp":
      return Math.log(formula.terms.reduce((sum, term) => sum + Math.exp(evaluate(term, values)), 0));
  }
}

const values = { a: 0.7, b: 1.3, c: 2.1 };

test.each([
  "-a^2",
  "2^-1 * a",
  "a^b^c",
  "a^-b^2",
  "-a^-b",
  "(-a)^2 * b",
  "a - b - c",
  "a / b / c * a",
  "a / b * c",
  "1/2*a",
  "2/3*a - 1/3*b",
  "- - a",
  "-+-a + +b",
  "a*-b",
  "a - -b",
  "pow(a, b) + square(c) - cube(a) + sqrt(b)",
  "log(a, b) + log(a) + log2(a) + log10(b) + log1p(a)",
  "exp(a) + expm1(b) + cbrt(c) + abs(-a)",
  "sin(a) + cos(b) + tan(c) + asin(a) + acos(a) + atan(b)",
  "sinh(a) + cosh(b) + tanh(c) + asinh(a) + acosh(b) + atanh(a)",
  "pi + PI + tau + e + E + phi + LN2 + LN10 + LOG2E + LOG10E + SQRT2 + SQRT1_2 + a",
  ".5*a + 1e-3 + 1.5E+2 + 2. + a",
  "((((a))))",
  "3 + 4 * 2 - a",
  "(a + b) * (b + c) / (c - a)",
])("%s has the value that mathjs gives it", async (text) => {
  expect(evaluate(await lossOf(text), values)).toBeCloseTo(mathjs.evaluate(text, { ...values }), 12);
  expect(evaluateExpression(await lossOf(text), new Map(Object.entries(values)))).toBeCloseTo(
    mathjs.evaluate(text, { ...values }),
    12,
  );
});

const text: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "c", "2", "0.5", "3", "pi", "1e-1"),
    fc.tuple(tie("any"), fc.constantFrom(" + ", "-", "*", " / "), tie("any")).map((parts) => parts.join("")),
    tie("any").map((inner) => `(${inner})`),
    tie("any").map((inner) => `(${inner})^2`),
    tie("any").map((inner) => `-${inner}`),
    fc
      .tuple(fc.constantFrom("a", "b", "2"), fc.constantFrom("a", "-2", "2", "3^2"))
      .map((parts) => parts.join("^")),
    tie("any").map((inner) => `sin(${inner})`),
    tie("any").map((inner) => `exp(-(${inner})^2)`),
  ),
})).any;

test("random expressions have the values that mathjs gives them", async () => {
  await fc.assert(
    fc.asyncProperty(text, async (loss) => {
      const expected = mathjs.evaluate(loss, { ...values });
      fc.pre(Number.isFinite(expected) && Math.abs(expected) < 1e6);
      const { landscapes } = await analyze(`landscape l { weights a = 0, b = 0, c = 0 loss ${loss} }`);
      // A constant that is not finite, such as 1/(2 - 2), is refused, though mathjs may go on with it.
      fc.pre(landscapes.has("l"));
      const found = evaluate(written(landscapes.get("l")).loss, values);
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
    }),
    { numRuns: 150 },
  );
});

test("sums and products are flat and constants are folded", async () => {
  expect(await lossOf("a + (b + (c + 1))")).toEqual({
    kind: "sum",
    terms: [
      { kind: "symbol", name: "a" },
      { kind: "symbol", name: "b" },
      { kind: "symbol", name: "c" },
      { kind: "number", value: 1 },
    ],
  });
  expect(await lossOf("2 * 3 * (a * b)")).toEqual({
    kind: "product",
    factors: [
      { kind: "number", value: 6 },
      { kind: "symbol", name: "a" },
      { kind: "symbol", name: "b" },
    ],
  });
  expect(await lossOf("p * a + q", "param p = 1/2 param q = log(p * 2)")).toEqual({
    kind: "sum",
    terms: [
      {
        kind: "product",
        factors: [
          { kind: "number", value: 0.5 },
          { kind: "symbol", name: "a" },
        ],
      },
      { kind: "number", value: 0 },
    ],
  });
});

test("a weight, a datum or a param shadows a constant", async () => {
  expect(await lossOf("e * a", "param e = 3")).toMatchObject({ factors: [{ value: 3 }, { name: "a" }] });
  const { landscapes } = await analyze(
    "landscape l { weights E = 1 data pi ~ normal(0, 1) loss E * pi * tau }",
  );
  expect(written(landscapes.get("l")).loss).toMatchObject({
    factors: [{ name: "E" }, { name: "pi" }, { kind: "number", value: 2 * Math.PI }],
  });
});

test.each([
  ["loss «wieght»^2", "error unknown-symbol", /did you mean `weight`/],
  ["loss weight * «y»", "error unknown-symbol", /`y` is no weight, datum, param or constant/],
  ["loss «sine»(weight)", "error unknown-symbol", /no function `sine`; did you mean `sin`/],
  ["loss «weight»(2)", "error unknown-symbol", /a product needs its `\*`/],
  ["loss weight + «exp»", "error unknown-symbol", /`exp` is a function/],
  ["loss «exp(weight, 1)»", "error bad-value", /takes 1 argument, not 2/],
  ["loss «log()»", "error bad-value", /takes 1 or 2 arguments, not 0/],
  ["loss weight + «1/0»", "error bad-value", /not finite/],
  ["loss weight + «1e999»", "error bad-value", /not finite/],
  ["loss weight * «log(-1)»", "error bad-value", /not a real number/],
  ["loss weight + «constructor»", "error unknown-symbol", /./],
  ["loss «toString»(weight)", "error unknown-symbol", /./],
  ["loss «__proto__» + weight", "error unknown-symbol", /./],
])("%s", async (loss, kind, message) => {
  await expectProblems(`landscape l { weights weight = 0 ${loss} }`, [[kind, message]]);
});

test.each([
  ["param p = «x» data x ~ normal(0, 1)", "error bad-value", /a datum.*constant/],
  ["param p = 2 * «w»", "error bad-value", /a weight.*constant/],
  ["param p = «q» param q = 1", "error unknown-symbol", /declared below/],
  ["param p = «p» + 1", "error unknown-symbol", /declared below/],
  ["weights v = «x» data x ~ normal(0, 1)", "error bad-value", /a datum/],
  ["weights v = «1/0»", "error bad-value", /not finite/],
  ["weights v = «nowhere»", "error unknown-symbol", /no weight/],
  ["data x ~ normal(«w», 1)", "error bad-value", /a weight/],
])("%s", async (declarations, kind, message) => {
  await expectProblems(`landscape l { weights w = 0 ${declarations} loss w^2 }`, [[kind, message]]);
});

test("a broken param is reported once, not where it is used", async () => {
  await expectProblems("landscape l { weights w = p param p = «z» param q = p loss w * p + q }", [
    ["error unknown-symbol"],
  ]);
});

test("implicit products are refused where the `*` is missing", async () => {
  await expectProblems("landscape l { weights w = 0 loss 2«w» }", [["error syntax", /needs its `\*`/]]);
  await expectProblems("landscape l { weights w = 0 loss (w)«(»w) }", [["error syntax", /needs its `\*`/]]);
});

test("a loss of ten thousand terms, and one of as many factors", async () => {
  const terms = Array.from({ length: 10_000 }, (_, index) => `${index} * a`);
  const sum = await lossOf(terms.join(" + "));
  expect(sum.kind === "sum" && sum.terms.length).toBe(10_000);
  expect(evaluate(sum, { a: 1 })).toBe((10_000 * 9_999) / 2);
  const product = await lossOf(new Array(10_000).fill("a").join("*"));
  expect(product.kind === "product" && product.factors.length).toBe(10_000);
  const quotient = await lossOf(`a${"/ b".repeat(10_000)}`);
  expect(quotient).toMatchObject({
    kind: "divide",
    numerator: { name: "a" },
    denominator: { kind: "product" },
  });
});
