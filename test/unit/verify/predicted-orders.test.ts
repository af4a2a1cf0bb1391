import { describe, expect, test } from "vitest";
import { parseShortForm } from "../../../src/diagram/index.js";
import { type EvaluationRequest, Evaluator } from "../../../src/evaluate/index.js";
import { isZero, predictOrders } from "../../../src/verify/predicted-orders.js";
import { landscapeOf, normal } from "../landscape/read.js";

const quadratic = landscapeOf("(w - x)^2 / 2", { w: 0.5 }, [normal("x", 0, 1)]);
const [eta, T] = [0.1, 7];
const request: EvaluationRequest = {
  spacetime: { optimiser: "sgd", parameters: { N: T, E: 1, B: 1, shuffle: "same" } },
  eta,
  observable: { name: "test_loss", weights: [] },
  selection: { kind: "order", order: 3 },
  sum: "exact",
};

/** `Σ_{t<T} K^(power·t)`. */
const sumOfPowers = (power: number) =>
  Array.from({ length: T }, (_, time) => (1 - eta) ** (power * time)).reduce((sum, one) => sum + one, 0);

describe("the orders of a prediction", () => {
  test("are those of a quadratic, whose descent is known", () => {
    // w_T − w_0 = −η Σ K^t (w_0 − x_t): its mean makes order 1, its second moment order 2, and nothing is beyond.
    const [first, second] = [eta * sumOfPowers(1) * 0.5, eta ** 2 * sumOfPowers(2)];
    const orders = predictOrders(new Evaluator(quadratic, { order: 3 }), request, 3)[0]!;
    expect(orders.map(({ order }) => order)).toEqual([0, 1, 2, 3]);
    expect(orders[0]!.predicted).toBeCloseTo(0.5 + 0.125, 14);
    expect(orders[1]!.predicted).toBeCloseTo(-first * 0.5, 14);
    expect(orders[2]!.predicted).toBeCloseTo((first ** 2 + second) / 2, 14);
    expect(orders[3]).toEqual({ order: 3, predicted: 0, magnitude: 0 });
    // Terms of one order have one sign here.
    expect(orders.map(({ predicted }) => Math.abs(predicted))).toEqual(orders.map((one) => one.magnitude));
    expect(orders.map(isZero)).toEqual([false, false, false, true]);
  });

  test("of a series are uvalues, which the learning rate's power only scales", () => {
    const selection = { kind: "series", order: 2 } as const;
    const orders = predictOrders(new Evaluator(quadratic, { order: 2 }), { ...request, selection }, 2)[0]!;
    // (1 − η)^t to the first order in η: Σ t = T(T − 1)/2.
    expect(orders[1]!.predicted).toBeCloseTo(-eta * T * 0.25, 14);
    expect(orders[2]!.predicted).toBeCloseTo(
      (eta ** 2 * ((T * 0.5) ** 2 + T)) / 2 + eta ** 2 * 0.25 * ((T * (T - 1)) / 2),
      14,
    );
  });

  test("of named diagrams have what is named, and are 0 where nothing is", () => {
    const named = { name: "noise", diagram: parseShortForm("(01-2)(02-12)") };
    const selection = { kind: "diagrams", diagrams: [named] } as const;
    const orders = predictOrders(new Evaluator(quadratic, { order: 2 }), { ...request, selection }, 2)[0]!;
    expect(orders[1]).toEqual({ order: 1, predicted: 0, magnitude: 0 });
    expect(orders[2]!.predicted).toBeCloseTo((eta ** 2 * sumOfPowers(2)) / 2, 14);
  });

  test("of integrals over times say what exact sums would be", () => {
    const evaluator = new Evaluator(quadratic, { order: 3 });
    const sums = predictOrders(evaluator, request, 3)[0]!;
    const integrals = predictOrders(evaluator, { ...request, sum: "integral" }, 3)[0]!;
    expect(integrals.map(({ exact }) => exact)).toEqual(sums.map(({ predicted }) => predicted));
    // ∫_0^T e^(−ηt) dt beside Σ (1 − η)^t.
    expect(integrals[1]!.predicted).toBeCloseTo(-(1 - Math.exp(-eta * T)) * 0.25, 14);
  });

  test("are told for each number of an observable", () => {
    const plane = landscapeOf("(u - x)^2 / 2 + (v + x)^2", { u: 1, v: 0 }, [normal("x", 0, 1)]);
    const observable = { name: "displacement", weights: [0, 1] } as const;
    const orders = predictOrders(
      new Evaluator(plane, { order: 1 }),
      { ...request, observable, selection: { kind: "order", order: 1 } },
      1,
    );
    expect(orders.map((one) => one[1]!.predicted)).toEqual([expect.closeTo(-eta * sumOfPowers(1), 14), 0]);
  });
});

test("an order is zero where its terms cancel to a billionth", () => {
  expect(isZero({ predicted: 1e-9, magnitude: 1 })).toBe(true);
  expect(isZero({ predicted: -1e-9, magnitude: 1 })).toBe(true);
  expect(isZero({ predicted: 1.01e-9, magnitude: 1 })).toBe(false);
  expect(isZero({ predicted: 0, magnitude: 0 })).toBe(true);
});
