import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { sidesOf } from "../../../src/optimisers/index.js";
import { analyze } from "../../language/workspace.js";
import { simulated } from "../../written.js";
import { meanOrders } from "../simulate/trial-orders.js";
import { type Example, oneWeight, twoWeights } from "./carried.js";
import { penalised } from "./penalised.js";

async function specified(example: Example, N: number, T: number, predict: string) {
  const file = await analyze(
    `${example.text}\nverify v { landscape example  gdc(N = ${N}, T = ${T})  eta = 0.1  observe test_loss, train_loss, displacement  predict ${predict} }`,
  );
  expect(file.diagnostics).toEqual([]);
  return simulated(file.verifies.get("v"));
}

const cases = [
  ["one weight", 3, 3, oneWeight],
  ["one weight", 2, 4, oneWeight],
  ["one weight", 3, 1, oneWeight],
  ["one weight", 1, 3, oneWeight],
  ["two weights", 3, 2, twoWeights],
] as const;

describe.each(cases)("gdc of %s, N = %i, T = %i", (_, N, T, example) => {
  test("has the Taylor series of all training sets together", async () => {
    const { landscape, spacetime, observables } = await specified(example, N, T, "series 2");
    const evaluator = new Evaluator(landscape, { order: 2 });
    const expected = penalised(example, N, T, 3);
    const found = observables.map(
      (observable) =>
        evaluator.evaluate({
          spacetime,
          eta: 0.1,
          observable,
          selection: { kind: "series", order: 2 },
          sum: "exact",
        }).series,
    );
    [0, 1, 2].forEach((d) => {
      expect(found[0]![d]![0]).toBeCloseTo(expected.test[d]!, 14);
      expect(found[1]![d]![0]).toBeCloseTo(expected.train![d]!, 14);
      expected.moved.forEach((series, weight) => {
        expect(found[2]![d]![weight]).toBeCloseTo(series[d]!, 14);
      });
    });
  });

  test("has orders whose propagators carry the penalty's gradient on", async () => {
    const eta = 0.3;
    const { landscape, spacetime, observables } = await specified(example, N, T, "order 2");
    const evaluator = new Evaluator(landscape, { order: 2 });
    const expected = penalised(example, N, T, 3, eta);
    const orders = observables.map((observable) =>
      [1, 2].map((order) =>
        evaluator.orderTotal(
          { spacetime, eta, observable, selection: { kind: "order", order: 2 }, sum: "exact" },
          order,
        ),
      ),
    );
    [1, 2].forEach((order) => {
      expect(orders[0]![order - 1]![0]).toBeCloseTo(expected.test[order]!, 14);
      expect(orders[1]![order - 1]![0]).toBeCloseTo(expected.train![order]!, 14);
      expected.moved.forEach((series, weight) => {
        expect(orders[2]![order - 1]![weight]).toBeCloseTo(series[order]!, 14);
      });
    });
  });

  test.each([0.3, undefined])(
    "is simulated with orders that have these expectations, eta = %s",
    async (eta) => {
      const { landscape, spacetime } = await specified(example, N, T, "order 2");
      const form = { order: 3, keepsCurvature: eta !== undefined };
      const found = meanOrders(landscape, sidesOf(spacetime)[0], form, eta ?? 0.3, "instructions");
      const expected = penalised(example, N, T, 4, eta);
      const power = (d: number) => (eta === undefined ? 0.3 ** d : 1);
      [1, 2, 3].forEach((d) => {
        expect(found.expected[d]).toBeCloseTo(expected.test[d]! * power(d), 13);
        expect(found.training[d]).toBeCloseTo(expected.train![d]! * power(d), 13);
        expected.moved.forEach((series, weight) => {
          expect(found.displacements[weight]![d]).toBeCloseTo(series[d]! * power(d), 13);
        });
      });
    },
  );
});

test("at T = N it is stochastic gradient descent through order 2, and not beyond", () => {
  const { test: loss } = penalised(oneWeight, 3, 3, 4);
  // Known from elsewhere, to the digits that are given.
  [-0.9432, 4.67777, -12.2438].forEach((value, index) => {
    expect(loss[index + 1]!).toBeCloseTo(value, index === 2 ? 3 : 4);
  });
});
