/** Random expressions of everything that a loss may have: the shader takes them, and their values are right. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../src/engines/index.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { type ElementaryFunction, elementaryFunctions } from "../../src/landscape/expression.js";
import type { Expression, Landscape } from "../../src/landscape/index.js";
import { within } from "./function-ranges.js";
import { roundingOf } from "./rounding.js";
import { call, divide, number, power, product, requestOf, sgd, sum, symbol } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";

let gpu: Engine;

beforeAll(async () => {
  if (softwareGpu.lacks === undefined) {
    gpu = await openWebGpuEngine(softwareGpu);
  }
});

afterAll(async () => {
  await gpu?.close();
});

const leaf = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(symbol("x"), symbol("y")) },
  { weight: 1, arbitrary: fc.integer({ min: -999, max: 999 }).map((value) => number(value / 300)) },
);

/** Expressions of so many levels, seldom fewer. */
function nested(depth: number): fc.Arbitrary<Expression> {
  if (depth === 0) {
    return leaf;
  }
  const inner = nested(depth - 1);
  return fc.oneof(
    { weight: 1, arbitrary: leaf },
    {
      weight: 6,
      arbitrary: fc.constantFrom(...elementaryFunctions).chain((name) => ofFunction(name, inner)),
    },
    { weight: 2, arbitrary: fc.array(inner, { minLength: 2, maxLength: 3 }).map((terms) => sum(...terms)) },
    { weight: 2, arbitrary: fc.tuple(inner, inner).map(([a, b]) => product(a, b)) },
    {
      weight: 2,
      arbitrary: fc.tuple(inner, inner).map(([a, b]) => divide(a, sum(number(0.5), power(b, 2)))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner, fc.integer({ min: 2, max: 5 }))
        .map(([base, exponent]) => power(base, exponent)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(inner, fc.constantFrom(0.5, -0.5, 1.7, -2.3))
        .map(([base, exponent]) => power(sum(number(0.4), power(base, 2)), exponent)),
    },
    { weight: 1, arbitrary: inner.map((operand) => ({ kind: "negate", operand }) as Expression) },
  );
}

const ofFunction = (name: ElementaryFunction, inner: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> =>
  inner.map((argument) => call(name, within(name, argument)));

/** One of each elementary function. */
const expressions = fc.tuple(...elementaryFunctions.map((name) => ofFunction(name, nested(2))));

/** Several expressions become the displacements of as many weights; data are those of two more. */
function landscapeOf(several: readonly Expression[]): Landscape {
  const all = [...several, symbol("x"), symbol("y")];
  const weights = all.map((_, index) => ({ name: `w${index}`, start: 0 }));
  return {
    name: "expressions",
    weights,
    data: [
      { kind: "continuous", name: "x", distribution: "uniform", parameters: [-2, 2] },
      { kind: "continuous", name: "y", distribution: "normal", parameters: [0.3, 1] },
    ],
    loss: sum(...weights.map(({ name }, index) => product(symbol(name), all[index]!))),
  };
}

describeOnGpu("random expressions", () => {
  test("are taken by the shader's compiler and have the values of double precision", async () => {
    const trials = 64;
    const note = JSON.stringify;
    let judged = 0;
    let all = 0;
    await fc.assert(
      fc.asyncProperty(expressions, fc.nat(), async (several, seed) => {
        const weights = [...several.keys(), several.length, several.length + 1];
        const observables = [{ name: "displacement" as const, weights }];
        const request = requestOf(landscapeOf(several), sgd(1), { eta: 1, trials, seed, observables });
        const columns = await gpu.trialValues(request);
        for (let trial = 0; trial < trials; trial++) {
          const [x, y] = columns.slice(-2).map((column) => -column[trial]!) as [number, number];
          expect(Number.isFinite(x)).toBe(true);
          several.forEach((expression, index) => {
            const { value, error } = roundingOf(expression, { x, y });
            const miss = Math.abs(-columns[index]![trial]! - value);
            expect(miss, `${note(expression)} at ${x}, ${y}: ${value}`).toBeLessThanOrEqual(error + 1e-35);
            all++;
            if (error < 1e-4 * Math.max(1, Math.abs(value))) {
              judged++;
            }
          });
        }
      }),
      { numRuns: 2, seed: 7 },
    );
    // A bound that allows everything would show nothing.
    expect(judged / all).toBeGreaterThan(0.8);
  });
});
