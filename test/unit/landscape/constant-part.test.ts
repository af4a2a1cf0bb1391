import fc from "fast-check";
import { expect, test } from "vitest";
import {
  constantApart,
  type Expression,
  evaluateExpression,
  magnitudeAt,
} from "../../../src/landscape/index.js";

const number = (value: number): Expression => ({ kind: "number", value });
const u: Expression = { kind: "symbol", name: "u" };
const square: Expression = { kind: "power", base: u, exponent: number(2) };
const sum = (...terms: Expression[]): Expression => ({ kind: "sum", terms });
const product = (...factors: Expression[]): Expression => ({ kind: "product", factors });

test.each<[string, Expression, number]>([
  ["a term", sum(number(1e8), square), 1e8],
  ["several", sum(number(1e8), square, number(-1), u), 1e8 - 1],
  ["what is computed of numbers", sum({ kind: "call", name: "exp", argument: number(3) }, u), Math.exp(3)],
  ["negated", { kind: "negate", operand: sum(number(5), u) }, -5],
  ["in a product with numbers", product(number(2), sum(number(5e7), u)), 1e8],
  ["over a number", { kind: "divide", numerator: sum(number(2e8), u), denominator: number(2) }, 1e8],
  ["within", sum(u, { kind: "negate", operand: product(number(3), sum(u, number(7))) }), -21],
  ["alone", number(4), 4],
])("a constant is taken off: %s", (_, expression, constant) => {
  const apart = constantApart(expression);
  expect(apart.constant).toBeCloseTo(constant, 6);
  for (const value of [0, 1, -2.5]) {
    expect(apart.constant + evaluateExpression(apart.rest, { u: value })).toBeCloseTo(
      evaluateExpression(expression, { u: value }),
      6,
    );
  }
  expect(evaluateExpression(apart.rest, { u: 0 })).toBeCloseTo(0, 12);
});

test("what has none stays itself", () => {
  for (const expression of [u, square, product(u, sum(u, number(1))), sum(u, square)]) {
    const apart = constantApart(expression);
    expect(apart.constant).toBe(0);
    expect(apart.rest).toBe(expression);
  }
});

test("constant and rest are the whole, however they are nested", () => {
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.integer({ min: -9, max: 9 }).map(number),
      fc.constant(u),
      fc.constant(square),
      fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((terms) => sum(...terms)),
      tie("tree").map((operand): Expression => ({ kind: "negate", operand })),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), tie("tree"))
        .map(([factor, one]) => product(number(factor), one)),
      fc
        .tuple(tie("tree"), fc.constantFrom(1, 2, 4))
        .map(([numerator, over]): Expression => ({ kind: "divide", numerator, denominator: number(over) })),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom(0, 1, -3, 0.5), (expression, value) => {
      const { constant, rest } = constantApart(expression);
      // All numbers are short binary fractions, so that nothing is rounded.
      expect(constant + evaluateExpression(rest, { u: value })).toBe(
        evaluateExpression(expression, { u: value }) + 0,
      );
      if (value === 0) {
        expect(Math.abs(evaluateExpression(rest, { u: 0 }))).toBe(0);
      }
    }),
  );
});

test("magnitudes are of what is added up", () => {
  const difference = sum(product(number(3), square), { kind: "negate", operand: product(number(6), u) });
  const at = new Map([["u", 2]]);
  expect(evaluateExpression(difference, at)).toBe(0);
  expect(magnitudeAt(difference, at)).toBe(24);
  const far: Expression = { kind: "power", base: sum(u, number(-2)), exponent: number(2) };
  expect(magnitudeAt(far, at)).toBe(16);
});
