import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { numbersOf } from "../../../src/observables/index.js";
import { followFlows } from "../../../src/simulate/difference.js";
import { withOrders } from "../../../src/simulate/index.js";
import { analyze } from "../../language/workspace.js";
import { simulated } from "../../written.js";
import { oneWeight, twoWeights } from "./carried.js";
import { carriedFlow, taylor } from "./flowed.js";

async function specified(landscape: string, T: number, predict: string) {
  const file = await analyze(
    `${landscape}\nverify v { landscape example  ode(T = ${T})  eta = 0.2  observe test_loss, displacement  predict ${predict} }`,
  );
  expect(file.diagnostics).toEqual([]);
  return simulated(file.verifies.get("v"));
}

describe.each([
  ["one weight", oneWeight],
  ["two weights", twoWeights],
] as const)("the flow on %s", (_, example) => {
  const eta = 0.2;

  test("has its Taylor series as uvalues", async () => {
    const T = 3;
    const { landscape, spacetime, observables } = await specified(example.text, T, "series 3");
    const evaluator = new Evaluator(landscape, { order: 3 });
    const expected = taylor(example, 4);
    const selection = { kind: "series", order: 3 } as const;
    const [loss, moved] = observables.map(
      (observable) => evaluator.evaluate({ spacetime, eta, observable, selection, sum: "exact" }).series,
    );
    [0, 1, 2, 3].forEach((d) => {
      expect(loss![d]![0]).toBeCloseTo(expected.test[d]! * T ** d, 12);
      expected.moved.forEach((series, weight) => {
        expect(moved![d]![weight]).toBeCloseTo(series[d]! * T ** d, 12);
      });
    });
  });

  test("has orders with exponential propagators, which its simulation has too", async () => {
    const { landscape, spacetime, observables } = await specified(example.text, 4, "order 3");
    const evaluator = new Evaluator(landscape, { order: 3 });
    const expected = carriedFlow(example, 4 * eta, 4);
    const selection = { kind: "order", order: 3 } as const;
    const numbers = observables.flatMap((observable) => numbersOf(observable, landscape));
    const ofOrders = numbers.flatMap((number) => withOrders(number, 3).orders.slice(1));
    const { columns, differences } = followFlows({
      ...{ landscape, spacetime, eta, numbers: ofOrders, trials: 1, seed: 1 },
      expansion: { order: 3, keepsCurvature: true },
    });
    const simulated = columns.map(({ center }, index) => center + differences![index]!);
    const wanted = [expected.test, ...expected.moved];
    const predicted = [1, 2, 3].map((order) =>
      observables.flatMap((observable) =>
        evaluator.orderTotal({ spacetime, eta, observable, selection, sum: "exact" }, order),
      ),
    );
    wanted.forEach((series, number) => {
      [1, 2, 3].forEach((order) => {
        expect(predicted[order - 1]![number]).toBeCloseTo(series[order]!, 12);
        expect(simulated[3 * number + order - 1]).toBeCloseTo(series[order]!, 11);
      });
    });
  });

  test("is followed to the sum of its series", async () => {
    const { landscape, spacetime, observables } = await specified(example.text, 2, "order 1");
    const numbers = observables.flatMap((observable) => numbersOf(observable, landscape));
    const { columns, differences } = followFlows({ landscape, spacetime, eta, numbers, trials: 1, seed: 1 });
    const { test: loss, moved } = taylor(example, 40);
    [loss, ...moved].forEach((series, index) => {
      const value = series.reduceRight((sum, one) => sum * 2 * eta + one, 0);
      const { center, origin } = columns[index]! as (typeof columns)[number];
      expect(origin.offset + center + differences![index]!).toBeCloseTo(value, 11);
    });
  });
});

test("on Gauss it is known in closed form, for a long time too", async () => {
  const text = "landscape example { weights h = 2  data x ~ normal(0, 1)  loss (h + x^2*exp(-h))/2 }";
  const { landscape, spacetime } = await specified(text, 300, "order 1");
  const numbers = numbersOf({ name: "displacement", weights: [0] }, landscape);
  const { differences } = followFlows({ landscape, spacetime, eta: 0.1, numbers, trials: 1, seed: 1 });
  // h' = −(1 − e^(−h)) / 2.
  expect(2 + differences![0]!).toBeCloseTo(Math.log1p(Math.expm1(2) * Math.exp(-15)), 10);
});

test("expectations that are integrals wherever they are asked for are followed as well", async () => {
  // The gradient is E[x tanh(w x)] − 1/2, odd in no way; its equilibrium is found by bisection with Simpson's rule.
  const text = "landscape example { weights w = 2  data x ~ uniform(0, 1)  loss logcosh(w*x) - w/4 }";
  const { landscape, spacetime } = await specified(text, 4000, "order 1");
  const numbers = numbersOf({ name: "displacement", weights: [0] }, landscape);
  const { differences } = followFlows({ landscape, spacetime, eta: 0.1, numbers, trials: 1, seed: 1 });
  const slope = (w: number) => {
    const n = 2000;
    const f = (x: number) => x * Math.tanh(w * x);
    let sum = f(0) + f(1);
    for (let i = 1; i < n; i++) {
      sum += (i % 2 === 1 ? 4 : 2) * f(i / n);
    }
    return sum / (3 * n) - 1 / 4;
  };
  let [low, high] = [0, 5];
  while (high - low > 1e-13) {
    const middle = (low + high) / 2;
    [low, high] = slope(middle) > 0 ? [low, middle] : [middle, high];
  }
  expect(2 + differences![0]!).toBeCloseTo(low, 9);
});

test("a flow that leaves all bounds in finite time measures nothing", async () => {
  const text = "landscape example { weights w = 1  data x ~ normal(0, 1)  loss x*w - w^4 }";
  const { landscape, spacetime } = await specified(text, 10, "order 1");
  const numbers = numbersOf({ name: "displacement", weights: [0] }, landscape);
  expect(
    followFlows({ landscape, spacetime, eta: 0.1, numbers, trials: 1, seed: 1 }).differences,
  ).toBeUndefined();
});
