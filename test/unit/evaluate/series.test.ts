import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import type { DataSource, Expression, Landscape } from "../../../src/landscape/index.js";
import type { Observable } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { expandDescent, expectDescent } from "./oracle.js";

const number = (value: number): Expression => ({ kind: "number", value });
const symbol = (name: string): Expression => ({ kind: "symbol", name });

const coefficient = fc.integer({ min: -6, max: 6 }).map((k) => k / 4);

/** A term such as `c u² v x exp(u/2)`. */
const term = (weights: readonly string[], data: readonly string[]): fc.Arbitrary<Expression> =>
  fc
    .record({
      c: coefficient,
      powers: fc.array(fc.integer({ min: 0, max: 3 }), {
        minLength: weights.length,
        maxLength: weights.length,
      }),
      moments: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: data.length, maxLength: data.length }),
      wrap: fc.constantFrom("none", "exp", "sin", "cos", "tanh"),
      inside: fc.constantFrom(...weights, ...data),
    })
    .map(({ c, powers, moments, wrap, inside }) => {
      const factors: Expression[] = [number(c)];
      weights.forEach((name, i) => {
        factors.push({ kind: "power", base: symbol(name), exponent: number(powers[i]!) });
      });
      data.forEach((name, i) => {
        factors.push({ kind: "power", base: symbol(name), exponent: number(moments[i]!) });
      });
      if (wrap !== "none") {
        const argument: Expression = {
          kind: "sum",
          terms: [
            { kind: "product", factors: [number(0.5), symbol(weights[0]!)] },
            { kind: "divide", numerator: symbol(inside), denominator: number(3) },
          ],
        };
        factors.push({ kind: "call", name: wrap as "exp", argument });
      }
      return { kind: "product", factors };
    });

const source = (name: string): fc.Arbitrary<DataSource> =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), coefficient).map(([weight, low]) => ({
    kind: "finite",
    name,
    outcomes: [
      { value: low, probability: weight / 6 },
      { value: low + 1.5, probability: 1 - weight / 6 },
    ],
  }));

const landscape: fc.Arbitrary<Landscape> = fc
  .record({ two: fc.boolean(), twoData: fc.boolean() })
  .chain(({ two, twoData }) => {
    const weights = two ? ["u", "v"] : ["u"];
    const data = twoData ? ["x", "y"] : ["x"];
    return fc.record({
      name: fc.constant("random"),
      weights: fc
        .tuple(coefficient, coefficient)
        .map((starts) => weights.map((name, i) => ({ name, start: starts[i]! }))),
      data: fc.tuple(source("x"), source("y")).map((both) => both.slice(0, data.length)),
      loss: fc
        .array(term(weights, data), { minLength: 1, maxLength: 3 })
        .map((terms): Expression => ({ kind: "sum", terms })),
    });
  });

const spacetime: fc.Arbitrary<SpaceTime> = fc.constantFrom<SpaceTime>(
  { optimiser: "sgd", parameters: { N: 2, E: 1, B: 1, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 3, E: 1, B: 1, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 4, E: 1, B: 2, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 2, E: 2, B: 1, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 2, E: 3, B: 1, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 3, E: 2, B: 1, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 2, E: 2, B: 2, shuffle: "same" } },
  { optimiser: "sgd", parameters: { N: 2, E: 2, B: 1, shuffle: "reshuffled" } },
  { optimiser: "sgd", parameters: { N: 2, E: 3, B: 1, shuffle: "reshuffled" } },
  { optimiser: "gd", parameters: { N: 1, T: 3 } },
  { optimiser: "gd", parameters: { N: 2, T: 3 } },
  { optimiser: "gd", parameters: { N: 3, T: 1 } },
);

const observable = (weights: number): Observable[] => [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: Array.from({ length: weights }, (_, i) => i) },
];

describe("series of uvalues", () => {
  test("equal the direct expansion of descent, for every observable and orders 0 to 4", () => {
    fc.assert(
      fc.property(landscape, spacetime, (land, grid) => {
        const evaluator = new Evaluator(land, { order: 4 });
        const all = observable(land.weights.length).map((seen) => ({
          seen,
          expected: expandDescent(land, grid, seen, 4),
        }));
        for (const { seen, expected } of all) {
          const { series, terms } = evaluator.evaluate({
            spacetime: grid,
            eta: 1,
            observable: seen,
            selection: { kind: "series", order: 4 },
            sum: "exact",
          });
          expected.forEach((components, d) => {
            // Terms may cancel; a coefficient keeps the digits of the largest.
            const scale = Math.max(
              ...terms.filter((one) => one.edges === d).flatMap((one) => one.value.map(Math.abs)),
              0,
            );
            // The oracle subtracts observables for the gap, and keeps the digits of the larger.
            const rounding = 1e-12 * Math.max(...all.flatMap((one) => one.expected[d]!.map(Math.abs)), 0.1);
            components.forEach((value, i) => {
              const error = Math.abs(series[d]![i]! - value);
              expect(error, `${seen.name}, coefficient ${d}`).toBeLessThanOrEqual(
                1e-9 * Math.max(Math.abs(value), scale) + rounding,
              );
            });
          });
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("sums of rvalues", () => {
  test("approach the exact expectation as eta^(d+1) at orders 1 to 4, for every observable", () => {
    let judged = 0;
    fc.assert(
      fc.property(landscape, spacetime, fc.integer({ min: 1, max: 4 }), (land, grid, order) => {
        const evaluator = new Evaluator(land, { order });
        for (const seen of observable(land.weights.length)) {
          const errorsAt = [4, 5, 6, 7, 8, 9, 10].map((halvings) => {
            const eta = 2 ** -halvings;
            const exact = expectDescent(land, grid, seen, eta);
            const { total } = evaluator.evaluate({
              spacetime: grid,
              eta,
              observable: seen,
              selection: { kind: "order", order },
              sum: "exact",
            });
            return total.map((value, i) => Math.abs(value - exact[i]!));
          });
          errorsAt[0]!.forEach((_, i) => {
            // Judged at the smallest eta whose error is well above rounding.
            const errors = errorsAt.map((error) => error[i]!);
            const last = errors.findLastIndex((error) => error > 1e-11);
            if (last >= 3) {
              judged++;
              // Two halvings and more; the larger of two, since an error may pass through zero.
              const before = Math.max(errors[last - 2]!, errors[last - 3]!);
              expect(before / errors[last]!, `${seen.name}, order ${order}`).toBeGreaterThan(
                0.7 * 4 ** (order + 1),
              );
            }
          });
        }
      }),
      { numRuns: 25, seed: 20200 },
    );
    expect(judged).toBeGreaterThan(30);
  });
});
