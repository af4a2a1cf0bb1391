import { describe, expect, test } from "vitest";
import { largestRate, mostRates } from "../../../src/verify/largest-rate.js";

/** `p_k = c_k η^k` of an order 1 prediction. */
const powers = (first: number, second: number, third: number) => (eta: number) => ({
  carried: first * eta,
  beyond: Math.abs(second * eta ** 2) + Math.abs(third * eta ** 3),
});

describe("the largest learning rate at which the orders carry the observable", () => {
  test("is where what is beyond is a quarter of them", () => {
    // |c_2| η = |c_1| / 4: η = 0.0125.
    const rate = largestRate(0.1, 1, 1, powers(-1, 20, 0))!;
    expect(rate).toBeLessThanOrEqual(0.0125);
    expect(rate).toBeGreaterThan(0.0125 * 0.99);
    // 20 η + 300 η² = 1/4: η = (−20 + √(400 + 300)) / 600.
    const both = largestRate(0.1, 1, 1, powers(-1, -20, 300))!;
    const exact = (Math.sqrt(700) - 20) / 600;
    expect(both).toBeLessThanOrEqual(exact);
    expect(both).toBeGreaterThan(exact * 0.99);
  });

  test("takes the measured remainder, falling like eta^(d + 1), where the orders beyond are not known", () => {
    // |R| (η'/η)^2 = |c_1| η' / 4 with R = 0.5, η = 0.1, c_1 = 1: η' = 0.25 · 0.01 / 0.5.
    const rate = largestRate(0.1, 1, -0.5, (eta) => ({ carried: -eta }))!;
    expect(rate).toBeLessThanOrEqual(0.005);
    expect(rate).toBeGreaterThan(0.005 * 0.99);
  });

  test("takes it too where the orders beyond say that the learning rate itself would do", () => {
    const rate = largestRate(0.1, 1, -0.5, (eta) => ({ carried: -eta, beyond: 0 }))!;
    expect(rate).toBeLessThanOrEqual(0.005);
    expect(rate).toBeGreaterThan(0.005 * 0.99);
  });

  test("is found far below, and not at all where the orders are zero", () => {
    expect(largestRate(0.1, 1, 1, powers(1, 1e8, 0))).toBeCloseTo(2.5e-9, 10);
    expect(largestRate(0.1, 1, 1, powers(0, 1, 0))).toBeUndefined();
    expect(largestRate(0.1, 0, 1, () => ({ carried: 0, beyond: 1 }))).toBeUndefined();
    expect(largestRate(0.1, 1, 1, () => ({ carried: Number.NaN, beyond: Number.NaN }))).toBeUndefined();
  });

  test("takes a bounded number of evaluations", () => {
    for (const second of [3, 20, 1e5, 2e11, 1e14]) {
      let evaluations = 0;
      largestRate(0.1, 1, 1, (eta) => {
        evaluations++;
        return powers(1, second, 0)(eta);
      });
      expect(evaluations).toBeLessThanOrEqual(mostRates);
    }
  });
});
