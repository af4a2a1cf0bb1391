import { describe, expect, test } from "vitest";
import { largestRate, mostRates } from "../../../src/verify/largest-rate.js";

/** `p_k = c_k η^k` of an order 1 prediction. */
const powers = (first: number, second: number, third: number) => (eta: number) => ({
  carried: first * eta,
  beyond: [second * eta ** 2, third * eta ** 3],
});

describe("the largest learning rate at which the orders carry the observable", () => {
  test("is where what is beyond is a quarter of them", () => {
    // |c_2| η = |c_1| / 4: η = 0.0125.
    const rate = largestRate(0.1, 1, { remainder: 1 }, powers(-1, 20, 0))!;
    expect(rate).toBeLessThanOrEqual(0.0125);
    expect(rate).toBeGreaterThan(0.0125 * 0.99);
    // 20 η + 300 η² = 1/4: η = (−20 + √(400 + 300)) / 600.
    const both = largestRate(0.1, 1, { remainder: 1 }, powers(-1, -20, 300))!;
    const exact = (Math.sqrt(700) - 20) / 600;
    expect(both).toBeLessThanOrEqual(exact);
    expect(both).toBeGreaterThan(exact * 0.99);
  });

  test("takes the measured remainder, falling like eta^(d + 1), where the orders beyond are not known", () => {
    // |R| (η'/η)^2 = |c_1| η' / 4 with R = 0.5, η = 0.1, c_1 = 1: η' = 0.25 · 0.01 / 0.5.
    const rate = largestRate(0.1, 1, { remainder: -0.5 }, (eta) => ({ carried: -eta }))!;
    expect(rate).toBeLessThanOrEqual(0.005);
    expect(rate).toBeGreaterThan(0.005 * 0.99);
  });

  test("takes it too where the orders beyond say that the learning rate itself would do", () => {
    const rate = largestRate(0.1, 1, { remainder: -0.5 }, (eta) => ({ carried: -eta, beyond: [0] }))!;
    expect(rate).toBeLessThanOrEqual(0.005);
    expect(rate).toBeGreaterThan(0.005 * 0.99);
  });

  /** What a verdict looks at: `|R| / |M|` with `M = Σ m_k + R`, where `R` falls like `η^2` and `m_1` like `η`. */
  const shareAt = (eta: number, { carried, remainder }: { carried: number; remainder: number }) => {
    const rest = remainder * (eta / 0.1) ** 2;
    return Math.abs(rest) / Math.abs(carried * (eta / 0.1) + rest);
  };

  test.each([
    // 29 % of what was measured, of what the orders carry less than a quarter.
    ["opposes the orders' sign", -0.1, { carried: -0.1, remainder: 0.04 }],
    ["is of the orders' sign", -0.1, { carried: -0.1, remainder: -0.0408 }],
    ["is beside orders that carry less than is predicted", -0.2, { carried: -0.1, remainder: -0.0345 }],
    ["is beside orders that carry more than is predicted", -0.09, { carried: -0.1, remainder: -0.0345 }],
  ])("is one at which a measured remainder that %s passes, with a little to spare", (_, first, leftOver) => {
    expect(shareAt(0.1, leftOver)).toBeGreaterThan(0.25);
    for (const beyond of [{}, { beyond: [0, 0] }]) {
      const rate = largestRate(0.1, 1, leftOver, (eta) => ({ carried: first * 10 * eta, ...beyond }))!;
      expect(shareAt(rate, leftOver)).toBeLessThanOrEqual(0.2251);
      expect(shareAt(rate, leftOver)).toBeGreaterThan(0.2);
    }
  });

  test("is one at which the next two orders leave little of what would be measured, of which they take away", () => {
    // m_1 = −η and p_2 = 20 η², of which little is left over at 0.1, and a quarter of m_1 at 0.0125.
    const rest = (eta: number) => 20 * eta ** 2 - 1500 * eta ** 4;
    const share = (eta: number) => Math.abs(rest(eta)) / Math.abs(-eta + rest(eta));
    const rate = largestRate(0.1, 1, { carried: -0.1, remainder: rest(0.1) }, powers(-1, 20, 0))!;
    expect(share(0.0125)).toBeGreaterThan(0.3);
    expect(share(rate)).toBeLessThanOrEqual(0.2251);
    expect(share(rate)).toBeGreaterThan(0.22);
  });

  test("is no larger than the orders beyond let it be", () => {
    const rate = largestRate(0.1, 1, { carried: -0.1, remainder: -0.04 }, powers(-1, -20, 300))!;
    const exact = (Math.sqrt(700) - 20) / 600;
    expect(rate).toBeLessThanOrEqual(exact);
    expect(rate).toBeGreaterThan(exact * 0.99);
  });

  test("is found far below, and not at all where the orders are zero", () => {
    expect(largestRate(0.1, 1, { remainder: 1 }, powers(1, 1e8, 0))).toBeCloseTo(2.5e-9, 10);
    expect(largestRate(0.1, 1, { remainder: 1 }, powers(0, 1, 0))).toBeUndefined();
    expect(largestRate(0.1, 0, { remainder: 1 }, () => ({ carried: 0, beyond: [1] }))).toBeUndefined();
    expect(
      largestRate(0.1, 1, { remainder: 1 }, () => ({ carried: Number.NaN, beyond: [Number.NaN] })),
    ).toBeUndefined();
  });

  test("takes a bounded number of evaluations", () => {
    for (const second of [3, 20, 1e5, 2e11, 1e14]) {
      let evaluations = 0;
      largestRate(0.1, 1, { remainder: 1 }, (eta) => {
        evaluations++;
        return powers(1, second, 0)(eta);
      });
      expect(evaluations).toBeLessThanOrEqual(mostRates);
    }
  });
});
