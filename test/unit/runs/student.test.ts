import { describe, expect, test } from "vitest";
import {
  errorsWith,
  errorsWord,
  ninetyFivePercent,
  sharedBy,
  threeErrors,
  twoErrors,
} from "../../../src/runs/index.js";

/** The probability beyond t on both sides, by the trapezoidal rule on the angle: smooth, and flat at its ends. */
function outside(t: number, degrees: number): number {
  const steps = 200_000;
  const mean = (from: number, to: number) => {
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      const angle = from + ((step + 0.5) / steps) * (to - from);
      sum += Math.cos(angle) ** (degrees - 1);
    }
    return (sum * (to - from)) / steps;
  };
  const angle = Math.atan(t / Math.sqrt(degrees));
  return mean(angle, Math.PI / 2) / mean(0, Math.PI / 2);
}

describe("as many standard errors as are as sure", () => {
  // From the library stdlib (stats/base/dists/t/quantile), by the number of trials: of three errors, and of 95 %.
  test.each([
    [2, 235.80149796046652, 12.706204736174694],
    [3, 19.20674421150852, 4.302652729749458],
    [4, 9.218940458700235, 3.182446305283707],
    [11, 3.956936660002747, 2.2281388519862744],
    [100, 3.0775491174048883, 1.9842169515864172],
    [200, 3.038127892610466, 1.9719565442517475],
    [201, 3.0379350476749067, 1.971896223631609],
    [202, 3.0377441436206687, 1.9718365067776156],
    [1000, 3.0075248223763604, 1.962341461133449],
  ])("with %d trials", (trials, three, interval) => {
    expect(errorsWith(trials, threeErrors) / three).toBeCloseTo(1, 10);
    expect(errorsWith(trials, ninetyFivePercent) / interval).toBeCloseTo(1, 10);
  });

  test("leave the same probability outside", () => {
    for (const confidence of [threeErrors, twoErrors, ninetyFivePercent]) {
      for (const trials of [2, 3, 7, 40, 150, 350]) {
        expect(outside(errorsWith(trials, confidence), trials - 1) / confidence.outside).toBeCloseTo(1, 5);
      }
    }
  });

  test("fall with the number of trials to the number they stand for", () => {
    let before = Number.POSITIVE_INFINITY;
    for (let trials = 2; trials < 400; trials++) {
      const errors = errorsWith(trials, threeErrors);
      expect(errors).toBeLessThan(before);
      before = errors;
    }
    expect(errorsWith(1e9, threeErrors)).toBeCloseTo(3, 7);
    expect(errorsWith(1, threeErrors)).toBe(Number.POSITIVE_INFINITY);
    expect(errorsWith(0, threeErrors)).toBe(Number.POSITIVE_INFINITY);
    expect([2, 4, 1000, 1e6].map((trials) => errorsWord(trials, threeErrors))).toEqual([
      "236",
      "9.22",
      "3.01",
      "3",
    ]);
  });
});

// Normal quantiles of 1 − 0.0026998 / 2m by Python's statistics.NormalDist.
test("a confidence shared by several statements is that of all of them", () => {
  expect(sharedBy(1, threeErrors)).toBe(threeErrors);
  expect(sharedBy(0, threeErrors)).toBe(threeErrors);
  for (const [count, errors] of [
    [2, 3.205154920598933],
    [9, 3.615319574106828],
    [100, 4.19741443760567],
    [5000, 5.011540837242124],
  ] as const) {
    const shared = sharedBy(count, threeErrors);
    expect(shared.errors).toBeCloseTo(errors, 11);
    for (const trials of [3, 40, 350]) {
      expect((outside(errorsWith(trials, shared), trials - 1) * count) / threeErrors.outside).toBeCloseTo(
        1,
        4,
      );
    }
  }
});
