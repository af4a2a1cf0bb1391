import { describe, expect, test } from "vitest";
import type { ObservedNumber } from "../../../src/observables/index.js";
import { statisticsOf } from "../../../src/simulate/index.js";
import { orderNumbers } from "../../../src/verify/order-numbers.js";
import { byLabel, countOfErrors, measuredOrders, spreadOfOrder } from "../../../src/verify/orders.js";

const gap: ObservedNumber = {
  label: "gen_gap",
  combination: [
    { factor: 1, quantity: { kind: "expected_loss" } },
    { factor: -1, quantity: { kind: "training_loss" } },
  ],
};
const moved: ObservedNumber = {
  label: "displacement(w)",
  combination: [{ factor: 1, quantity: { kind: "weight_displacement", weight: 0 } }],
};

describe("what trials measure of orders", () => {
  const numbers = orderNumbers([moved, gap], 1);
  const named = (label: string) => numbers.find((one) => one.label === label);

  test("are the numbers, then their orders and what these leave over, then squares and cubes of orders", () => {
    expect(numbers.map(({ label }) => label)).toEqual([
      "displacement(w)",
      "gen_gap",
      "order 1 of displacement(w)",
      "what displacement(w) leaves over",
      "order 0 of gen_gap",
      "order 1 of gen_gap",
      "what gen_gap leaves over",
      "(order 1 of displacement(w))²",
      "(order 1 of displacement(w))³",
      "(order 0 of gen_gap)²",
      "(order 0 of gen_gap)³",
      "(order 1 of gen_gap)²",
      "(order 1 of gen_gap)³",
    ]);
    const places = numbers.flatMap((one) => ("product" in one ? [one.product] : []));
    expect(places).toEqual([
      [2, 2],
      [7, 2],
      [4, 4],
      [9, 4],
      [5, 5],
      [11, 5],
    ]);
  });

  test("are the number's combination, of an order or less its orders", () => {
    expect(named("order 1 of gen_gap")).toEqual({
      label: "order 1 of gen_gap",
      combination: [
        { factor: 1, quantity: { kind: "expected_loss", order: 1 } },
        { factor: -1, quantity: { kind: "training_loss", order: 1 } },
      ],
    });
    expect(named("what displacement(w) leaves over")).toMatchObject({
      combination: [
        { factor: 1, quantity: { kind: "weight_displacement", weight: 0 } },
        { factor: -1, quantity: { kind: "weight_displacement", weight: 0, order: 1 } },
      ],
    });
    expect(named("what gen_gap leaves over")).toMatchObject({
      combination: [
        { factor: 1, quantity: { kind: "expected_loss" } },
        { factor: -1, quantity: { kind: "training_loss" } },
        { factor: -1, quantity: { kind: "expected_loss", order: 0 } },
        { factor: 1, quantity: { kind: "training_loss", order: 0 } },
        { factor: -1, quantity: { kind: "expected_loss", order: 1 } },
        { factor: 1, quantity: { kind: "training_loss", order: 1 } },
      ],
    });
  });
});

describe("what was measured of each order", () => {
  /** Exact sums of a column, as engines give them: in units of 2^-1074 and 2^-2148. */
  function columnOf(label: string, values: readonly number[], center: number) {
    const unit = (value: number) => BigInt(Math.round(value * 2 ** 20)) << (1074n - 20n);
    const units = values.map((value) => unit(value - center));
    const sum = units.reduce((total, one) => total + one, 0n);
    const squares = units.reduce((total, one) => total + one * one, 0n);
    return statisticsOf(label, { center, count: values.length, sum, squares });
  }
  const values = [1, 1, 1, 5];
  const known = byLabel(
    [
      ["order 1 of w", values, 1],
      ["(order 1 of w)²", values.map((value) => (value - 1) ** 2), 0],
      ["(order 1 of w)³", values.map((value) => (value - 1) ** 3), 0],
      ["order 2 of w", [3, 3, 3, 3], 0],
      ["(order 2 of w)²", [9, 9, 9, 9], 0],
      ["(order 2 of w)³", [27, 27, 27, 27], 0],
    ].map(([label, of, center]) => columnOf(label as string, of as number[], center as number)),
  );
  const predicted = [0, 1, 2, 3].map((order) => ({ order, predicted: 10 + order, magnitude: 1 }));

  test("has a mean, its error and a skewness, about whatever center", () => {
    // Mean 2, squares 12 / 3 = 4, an error of 2 / √4; cubes (−3 + 27) / 4 over (12 / 4)^1.5.
    expect(spreadOfOrder(known, "w", 1)).toEqual({
      mean: 2,
      deviation: expect.closeTo(2, 14),
      skewness: expect.closeTo(6 / 3 ** 1.5, 13),
    });
    const orders = measuredOrders(predicted, { ...moved, label: "w" }, 4, known, {
      errorExists: (order) => order < 2,
    });
    expect(orders).toEqual([
      // Nothing of the data is in order 0: it is what the evaluator says.
      { measured: 10, standardError: 0, skewness: 0, count: 4, errorExists: true },
      {
        ...{ measured: 2, standardError: 1, count: 4, errorExists: true },
        skewness: expect.closeTo(6 / 3 ** 1.5, 13),
      },
      { measured: 3, standardError: 0, skewness: 0, count: 4, errorExists: false },
      null,
    ]);
    expect(countOfErrors(orders, [])).toBe(1);
  });

  test("has a pilot's spread and a rounding floor, where these are known", () => {
    const [, first] = measuredOrders(predicted, { ...moved, label: "w" }, 4, new Map([...known]), {
      pilot: known,
      roundingFloor: (label) => (label === "order 1 of w" ? 0.25 : undefined),
      errorExists: () => true,
    });
    expect(first).toMatchObject({
      pilot: { deviation: expect.closeTo(2, 14), skewness: expect.closeTo(6 / 3 ** 1.5, 13) },
      roundingFloor: 0.25,
    });
  });
});
