import fc from "fast-check";
import type { DataSource, Expression, Landscape } from "../../../src/landscape/index.js";
import type { Observable } from "../../../src/observables/index.js";
import type { Descent } from "../../../src/optimisers/index.js";

const number = (value: number): Expression => ({ kind: "number", value });
const symbol = (name: string): Expression => ({ kind: "symbol", name });

const coefficient = fc.integer({ min: -6, max: 6 }).map((k) => k / 4);

/** A term such as `c u² v x exp(u/2)`. */
export const term = (weights: readonly string[], data: readonly string[]): fc.Arbitrary<Expression> =>
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

/** One or two weights that start anywhere, one or two discrete data, terms that do not separate. */
export const landscape: fc.Arbitrary<Landscape> = fc
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

export const spacetime: fc.Arbitrary<Descent> = fc.constantFrom<Descent>(
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

/** All observables, of all weights. */
export const observables = (weights: number): Observable[] => [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: Array.from({ length: weights }, (_, i) => i) },
];
