import { describe, expect, test } from "vitest";
import { errorsWith, threeErrors } from "../../../src/runs/index.js";
import { judgeOrders } from "../../../src/verify/judgement.js";
import { spreadOf, trialsForSkewness, withoutSkewness } from "../../../src/verify/skewness.js";

test("a spread is found from powers about any center", () => {
  // 1, 1, 1, 5: mean 2, squares 3 · 1 + 9 = 12, cubes −3 + 27 = 24, so 12 / 3 and (24 / 4) / (12 / 4)^1.5.
  const values = [1, 1, 1, 5];
  for (const center of [0, 2, -3]) {
    const meanOf = (power: number) =>
      values.reduce((sum, value) => sum + (value - center) ** power, 0) / values.length;
    const spread = spreadOf(values.length, center, [meanOf(1), meanOf(2), meanOf(3)]);
    expect(spread.mean).toBeCloseTo(2, 14);
    expect(spread.deviation).toBeCloseTo(2, 14);
    expect(spread.skewness).toBeCloseTo(6 / 3 ** 1.5, 13);
  }
  expect(spreadOf(3, 1, [0, 0, 0])).toEqual({ mean: 1, deviation: 0, skewness: 0 });
});

describe("a mean of skewed trials", () => {
  /** Deviates with a mean of 0, all of them from one stream. */
  function draws() {
    let state = 20_090_713;
    const uniform = () => {
      // Park and Miller's.
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return {
      /** Skewness −2. */
      exponential: () => Math.log(uniform()) + 1,
      /** Skewness (e + 2) √(e − 1) = 6.1849. */
      lognormal: () => Math.exp(normal()) - Math.exp(0.5),
    };
  }

  function shares(draw: () => number, trials: number, runs: number) {
    let [plain, corrected, inconclusive] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      let [first, second, third] = [0, 0, 0];
      for (let trial = 0; trial < trials; trial++) {
        const value = draw();
        first += value;
        second += value * value;
        third += value * value * value;
      }
      const spread = spreadOf(trials, 0, [first / trials, second / trials, third / trials]);
      const standardError = spread.deviation / Math.sqrt(trials);
      plain += Number(Math.abs(spread.mean / standardError) > errorsWith(trials, threeErrors));
      const order = {
        measured: spread.mean,
        standardError,
        skewness: spread.skewness,
        count: trials,
        errorExists: true,
      };
      const { verdict } = judgeOrders(
        [{ order: 0, predicted: 0, magnitude: 0 }],
        {
          orders: [order],
          remainder: { measured: 0, standardError: 0 },
          trials,
          diverged: 0,
          statistics: 1,
        },
        { rate: () => undefined, order: () => undefined, lacking: () => [], rounding: () => 0 },
      );
      corrected += Number(verdict === "disagrees");
      inconclusive += Number(verdict === "inconclusive");
    }
    return {
      plain: (100 * plain) / runs,
      corrected: (100 * corrected) / runs,
      inconclusive: (100 * inconclusive) / runs,
    };
  }

  test("of the fewest trials that may be judged is called wrong about as often as is meant", () => {
    const trials = trialsForSkewness(2);
    expect(trials).toBe(40);
    const { plain, corrected } = shares(draws().exponential, trials, 40_000);
    // 0.27 % is meant, and four deviations of the count are 0.10 %: with so few trials up to 0.2 % more is left of the skewness.
    expect(plain).toBeGreaterThan(1);
    expect(corrected).toBeLessThan(0.27 + 0.1 + 0.2);
  });

  test("is judged by its own skewness, so that what is left inconclusive is what would be called wrong", () => {
    const { plain, corrected, inconclusive } = shares(draws().lognormal, 400, 8_000);
    // Four deviations of the count are 0.23 %.
    expect(plain).toBeGreaterThan(0.27 + 0.23);
    expect(corrected).toBeLessThan(0.27 + 0.23);
    expect(inconclusive).toBeGreaterThan(1);
    expect(inconclusive).toBeLessThan(50);
  });
});

test("the corrected statistic grows with the statistic, and is it where nothing is skewed", () => {
  expect([-4, 0, 2.5].map((t) => withoutSkewness(t, 0, 100))).toEqual([-4, 0, 2.5]);
  // Hall's g has the derivative (1 + 2 a t)².
  let before = Number.NEGATIVE_INFINITY;
  for (let t = -20; t <= 20; t += 0.25) {
    const value = withoutSkewness(t, -19, 3610);
    expect(value).toBeGreaterThan(before);
    before = value;
  }
});
