import fc from "fast-check";
import type { DataSource, Expression, Landscape } from "../../src/landscape/index.js";
import { numbersOf, type Observable } from "../../src/observables/index.js";
import type { Descent, SpaceTime } from "../../src/optimisers/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";

export const number = (value: number): Expression => ({ kind: "number", value });
export const symbol = (name: string): Expression => ({ kind: "symbol", name });
export const sum = (...terms: Expression[]): Expression => ({ kind: "sum", terms });
export const product = (...factors: Expression[]): Expression => ({ kind: "product", factors });
export const power = (base: Expression, exponent: number): Expression => ({
  kind: "power",
  base,
  exponent: number(exponent),
});
export const divide = (numerator: Expression, denominator: Expression): Expression => ({
  kind: "divide",
  numerator,
  denominator,
});
type Call = Extract<Expression, { kind: "call" }>;
export const call = (name: Call["name"], argument: Expression): Expression => ({
  kind: "call",
  name,
  argument,
});
const negate = (operand: Expression): Expression => ({ kind: "negate", operand });

const x = symbol("x");
const normal: DataSource = { kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] };

export const gauss: Landscape = {
  name: "gauss",
  weights: [{ name: "h", start: 0 }],
  data: [normal],
  loss: divide(sum(symbol("h"), product(power(x, 2), call("exp", negate(symbol("h"))))), number(2)),
};

/** l = H t²/2 + x S t. */
export const meanEstimation = (H: number, S: number, start: number): Landscape => ({
  name: "mean_estimation",
  weights: [{ name: "t", start }],
  data: [normal],
  loss: sum(product(number(H / 2), power(symbol("t"), 2)), product(number(S), x, symbol("t"))),
});

/** Bounded below and smooth, with two weights, several data and every kind of source. */
export const mixed: Landscape = {
  name: "mixed",
  weights: [
    { name: "a", start: 0.3 },
    { name: "b", start: -0.2 },
  ],
  data: [
    { kind: "continuous", name: "x", distribution: "normal", parameters: [0.1, 0.8] },
    { kind: "continuous", name: "u", distribution: "uniform", parameters: [-1, 2] },
    {
      kind: "finite",
      name: "k",
      outcomes: [
        { value: -1, probability: 2 / 3 },
        { value: 2, probability: 1 / 3 },
      ],
    },
    {
      kind: "finite",
      name: "m",
      outcomes: Array.from({ length: 20 }, (_, index) => ({ value: index / 20, probability: 1 / 20 })),
    },
    {
      kind: "rows",
      names: ["p", "q"],
      values: [1, -0.5, 0.25, 1, -1.5, 0.75],
    },
  ],
  loss: sum(
    divide(sum(power(symbol("a"), 2), power(symbol("b"), 2)), number(2)),
    product(x, call("sin", sum(symbol("a"), symbol("u")))),
    product(symbol("k"), symbol("b"), call("tanh", symbol("a"))),
    product(symbol("p"), call("cos", product(symbol("q"), symbol("b")))),
    divide(call("exp", negate(product(symbol("m"), symbol("a")))), number(4)),
  ),
};

const weights = ["a", "b", "c"];

/** A term that stays tame: a small number, data, and bounded functions of weights. */
const term = fc
  .tuple(
    fc.double({ noNaN: true, min: -1, max: 1 }),
    fc.constantFrom("x", "k", "u"),
    fc.constantFrom("sin", "cos", "tanh", "atan", "exp", "asinh", "log1p" as const),
    fc.constantFrom(...weights),
    fc.integer({ min: 1, max: 3 }),
  )
  .map(([scale, datum, name, weight, exponent]) => {
    // log1p and exp are fed something positive, or bounded.
    const inner =
      name === "log1p"
        ? power(symbol(weight), 2)
        : name === "exp"
          ? call("sin", sum(symbol(weight), symbol(datum)))
          : sum(symbol(weight), product(number(0.5), symbol(datum)));
    return product(number(scale), power(symbol(datum), exponent), call(name as Call["name"], inner));
  });

/** Random landscapes of three weights and three data: a bowl and some terms. */
export const landscapes: fc.Arbitrary<Landscape> = fc
  .tuple(
    fc.array(term, { minLength: 1, maxLength: 4 }),
    fc.array(fc.double({ noNaN: true, min: -1, max: 1 }), { minLength: 3, maxLength: 3 }),
  )
  .map(([terms, starts]) => ({
    name: "random",
    weights: weights.map((name, index) => ({ name, start: starts[index]! })),
    data: [
      normal,
      {
        kind: "finite",
        name: "k",
        outcomes: [
          { value: 1, probability: 0.3 },
          { value: -0.5, probability: 0.7 },
        ],
      },
      { kind: "continuous", name: "u", distribution: "uniform", parameters: [0, 1] },
    ],
    loss: sum(...weights.map((name) => product(number(0.5), power(symbol(name), 2))), ...terms),
  }));

export const spacetimes: fc.Arbitrary<Descent> = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom("same", "reshuffled" as const),
    )
    .map(
      ([batches, E, B, shuffle]) =>
        ({ optimiser: "sgd", parameters: { N: batches * B, E, B, shuffle } }) as Descent,
    ),
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }))
    .map(([N, T]) => ({ optimiser: "gd", parameters: { N, T } }) as Descent),
);

export function requestOf(
  landscape: Landscape,
  spacetime: SpaceTime,
  {
    observables = [
      { name: "test_loss", weights: [] },
      { name: "train_loss", weights: [] },
      { name: "gen_gap", weights: [] },
      { name: "displacement", weights: landscape.weights.map((_, index) => index) },
    ],
    ...more
  }: Partial<SimulationRequest> & { readonly observables?: readonly Observable[] } = {},
): SimulationRequest {
  return {
    landscape,
    spacetime,
    eta: 0.1,
    numbers: observables.flatMap((observable) => numbersOf(observable, landscape)),
    trials: 20,
    seed: 5,
    ...more,
  };
}

export const sgd = (N: number, E = 1, B = 1, shuffle: "same" | "reshuffled" = "same"): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle },
});
