import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evaluator, type Selection } from "../../../src/evaluate/index.js";
import { type Expression, type Landscape, replaceSymbols, withMetric } from "../../../src/landscape/index.js";
import { numbersOf, type Observable } from "../../../src/observables/index.js";
import { type Descent, hasTrainingPoints, isFlow, sidesOf } from "../../../src/optimisers/index.js";
import { followFlows } from "../../../src/simulate/difference.js";
import { withOrders } from "../../../src/simulate/index.js";
import { simulatedLandscape } from "../../../src/simulate/noise.js";
import { analyze } from "../../language/workspace.js";
import { simulated } from "../../written.js";
import { meanOrders } from "../simulate/trial-orders.js";
import { type Example, type Measured, type Series, twoWeights } from "./carried.js";
import { descended } from "./descended.js";
import { diffused } from "./diffused.js";
import { carriedFlow, taylor } from "./flowed.js";
import { penalised } from "./penalised.js";

type Matrix = readonly (readonly number[])[];

const positive = fc.integer({ min: 1, max: 6 }).map((k) => k / 3);
const diagonal = fc.tuple(positive, positive).map(
  ([a, b]): Matrix => [
    [a, 0],
    [0, b],
  ],
);
/** A root times its transpose. */
const full = fc.tuple(positive, positive, fc.integer({ min: -3, max: 3 })).map(
  ([a, b, c]): Matrix => [
    [a * a, (a * c) / 4],
    [(a * c) / 4, (c / 4) ** 2 + b * b],
  ],
);
const metrics = fc.oneof(diagonal, full);

const eta = 0.2;

/** What a file's space-time is to do: series in `eta`, or orders at one. */
const optimisers: readonly [string, number, (example: Example, length: number, eta?: number) => Measured][] =
  [
    [
      "sgd(N = 2, E = 2, B = 1)",
      3,
      (example, length, rate) => descended(example, { N: 2, E: 2, B: 1 }, length, rate),
    ],
    [
      "sgd(N = 4, E = 1, B = 2)",
      3,
      (example, length, rate) => descended(example, { N: 4, E: 1, B: 2 }, length, rate),
    ],
    [
      "gd(N = 2, T = 2)",
      3,
      (example, length, rate) => descended(example, { N: 2, E: 2, B: 2 }, length, rate),
    ],
    ["gdc(N = 3, T = 2)", 2, (example, length, rate) => penalised(example, 3, 2, length, rate)],
    ["sde(T = 1, refine = 2)", 3, (example, length, rate) => diffused(example, 1, 2, length, rate)],
    [
      "ode(T = 2)",
      3,
      (example, length, rate) => {
        if (rate !== undefined) {
          return carriedFlow(example, 2 * rate, length);
        }
        const { test: loss, moved } = taylor(example, length);
        const powers = (series: Series): Series => series.map((one, d) => one * 2 ** d);
        return { test: powers(loss), moved: moved.map(powers) };
      },
    ],
  ];

async function specified(spacetime: string) {
  const observe = /ode|sde/.test(spacetime) ? "test_loss" : "test_loss, train_loss";
  const file = await analyze(
    `${twoWeights.text}\nverify v { landscape example  ${spacetime}  eta = ${eta}  observe ${observe}, displacement  predict order 2 }`,
  );
  expect(file.diagnostics).toEqual([]);
  const read = simulated(file.verifies.get("v"));
  return { ...read, spacetime: sidesOf(read.spacetime)[0] };
}

function ordersOf(
  landscape: Landscape,
  spacetime: Descent,
  observables: readonly Observable[],
  kind: "order" | "series",
  last: number,
): number[][] {
  const evaluator = new Evaluator(landscape, { order: last });
  const selection: Selection = { kind, order: last };
  return Array.from({ length: last }, (_, index) =>
    observables.flatMap((observable) =>
      evaluator.orderTotal({ spacetime, eta, observable, selection, sum: "exact" }, index + 1),
    ),
  );
}

const wanted = ({ test: loss, train, moved }: Measured): readonly Series[] => [
  loss,
  ...(train === undefined ? [] : [train]),
  ...moved,
];

describe.each(optimisers)("%s with a metric", (text, last, oracle) => {
  const runs = { numRuns: text.startsWith("ode") ? 1 : 5 };

  test.each(["series", "order"] as const)(
    "has the %s of all that may happen, carried along",
    async (kind) => {
      const { landscape, spacetime, observables } = await specified(text);
      fc.assert(
        fc.property(metrics, (metric) => {
          const found = ordersOf(withMetric(landscape, metric), spacetime, observables, kind, last);
          const expected = oracle({ ...twoWeights, metric }, last + 1, kind === "order" ? eta : undefined);
          wanted(expected).forEach((series, number) => {
            for (let order = 1; order <= last; order++) {
              const value = series[order]! * (kind === "series" ? eta ** order : 1);
              expect(Math.abs(found[order - 1]![number]! - value)).toBeLessThan(
                1e-12 * Math.max(1, Math.abs(value)),
              );
            }
          });
        }),
        runs,
      );
    },
  );

  test("is simulated with orders that have these expectations", async () => {
    const { landscape, spacetime, observables } = await specified(text);
    const form = { order: last, keepsCurvature: true };
    fc.assert(
      fc.property(metrics, fc.constantFrom("instructions", "calls"), (metric, programs) => {
        const own = withMetric(landscape, metric);
        const expected = wanted(oracle({ ...twoWeights, metric }, last + 1, eta));
        let found: readonly (readonly number[])[];
        if (isFlow(spacetime)) {
          const numbers = observables
            .flatMap((observable) => numbersOf(observable, own))
            .flatMap((number) => withOrders(number, last).orders);
          const { columns, differences } = followFlows({
            ...{ landscape: own, spacetime, eta, numbers, trials: 1, seed: 1 },
            expansion: form,
          });
          const values = columns.map(({ center }, index) => center + differences![index]!);
          found = expected.map((_, number) => values.slice(number * (last + 1), (number + 1) * (last + 1)));
        } else if (hasTrainingPoints(spacetime)) {
          const one = text.startsWith("gdc") ? "instructions" : (programs as "calls");
          const means = meanOrders(own, spacetime, form, eta, one);
          found = [means.expected, means.training, ...means.displacements];
        } else {
          // Its data are normal; three values in their place have the same moments, to the fifth.
          const noisy = simulatedLandscape(own, spacetime);
          const data = noisy.data.map((source) => ({
            kind: "finite" as const,
            name: "name" in source ? source.name : "",
            outcomes: [
              { value: -Math.sqrt(3), probability: 1 / 6 },
              { value: 0, probability: 2 / 3 },
              { value: Math.sqrt(3), probability: 1 / 6 },
            ],
          }));
          const plain = { optimiser: "sgd", parameters: { N: 2, E: 1, B: 1, shuffle: "same", rate: 1 / 2 } };
          const means = meanOrders({ ...noisy, data }, plain, form, eta, programs as "calls");
          found = [means.expected, ...means.displacements];
        }
        expected.forEach((series, number) => {
          for (let order = 1; order <= last; order++) {
            expect(Math.abs(found[number]![order]! - series[order]!)).toBeLessThan(1e-11);
          }
        });
      }),
      runs,
    );
  });

  test("is told apart from another metric at every order", async () => {
    const { landscape, spacetime, observables } = await specified(text);
    const metric = [
      [2, 1 / 4],
      [1 / 4, 1],
    ];
    const own = ordersOf(withMetric(landscape, metric), spacetime, observables, "order", last);
    for (const wrong of [
      undefined,
      [
        [2, 0],
        [0, 1],
      ],
      [
        [2, -1 / 4],
        [-1 / 4, 1],
      ],
      [
        [1, 1 / 4],
        [1 / 4, 2],
      ],
    ]) {
      const other = ordersOf(withMetric(landscape, wrong), spacetime, observables, "order", last);
      own.forEach((numbers, order) => {
        expect(Math.abs(numbers[0]! - other[order]![0]!)).toBeGreaterThan(1e-4);
      });
    }
  });
});

test("descent in coordinates in which the metric is the identity is the same", async () => {
  const { landscape, spacetime } = await specified("sgd(N = 3, E = 2, B = 1)");
  // θ = A φ with the symmetric root of the metric.
  const [a, b, c] = [3 / 2, 1 / 3, 1];
  const root: Matrix = [
    [a, b],
    [b, c],
  ];
  const metric = root.map((row) => root.map((other) => row[0]! * other[0]! + row[1]! * other[1]!));
  const [u, v] = landscape.weights.map(({ start }) => start);
  const det = a * c - b * b;
  const combination = (row: readonly number[]): Expression => ({
    kind: "sum",
    terms: ["p", "q"].map((name, index) => ({
      kind: "product",
      factors: [
        { kind: "number", value: row[index]! },
        { kind: "symbol", name },
      ],
    })),
  });
  const turned: Landscape = {
    ...landscape,
    weights: [
      { name: "p", start: (c * u! - b * v!) / det },
      { name: "q", start: (a * v! - b * u!) / det },
    ],
    loss: replaceSymbols(landscape.loss, (name) =>
      name === "u" ? combination(root[0]!) : name === "v" ? combination(root[1]!) : undefined,
    ),
  };
  const observables: Observable[] = [
    { name: "test_loss", weights: [] },
    { name: "gen_gap", weights: [] },
    { name: "displacement", weights: [0, 1] },
  ];
  for (const kind of ["order", "series"] as const) {
    const found = ordersOf(withMetric(landscape, metric), spacetime, observables, kind, 3);
    const expected = ordersOf(turned, spacetime, observables, kind, 3);
    expected.forEach(([loss, gap, p, q], order) => {
      const values = [loss!, gap!, a * p! + b * q!, b * p! + c * q!];
      values.forEach((value, number) => {
        expect(found[order]![number]).toBeCloseTo(value, 12);
      });
    });
  }
});
