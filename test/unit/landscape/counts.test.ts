import { describe, expect, it as test } from "vitest";
import { transformOf } from "../../../src/compile/deviates.js";
import { type DataSource, expandLandscape, SampledLoss } from "../../../src/landscape/index.js";
import { landscapeOf, sourceOf as source } from "./read.js";

function outcomesIn(made: DataSource): readonly { value: number; probability: number }[] {
  return made.kind === "finite" ? made.outcomes : [];
}

const mean = (loss: string, data: DataSource): number =>
  expandLandscape(landscapeOf(loss, { w: 0 }, [data]), { order: 0, partSize: 1 }).loss;

describe("counts", () => {
  test.each([
    // e^-2 2^k / k!, and the binomial theorem
    [source("poisson", 2), (k: number) => [1, 2, 2, 4 / 3, 2 / 3][k]! * Math.exp(-2)],
    [source("binomial", 4, 1 / 3), (k: number) => [16, 32, 24, 8, 1][k]! / 81],
  ])("have their probabilities", (made, probability) => {
    for (const { value, probability: found } of outcomesIn(made).slice(0, 5)) {
      expect(found / probability(value)).toBeCloseTo(1, 14);
    }
  });

  test("of one value are that constant", () => {
    for (const [made, value] of [
      [source("poisson", 0), 0],
      [source("binomial", 7, 1), 7],
      [source("binomial", 7, 0), 0],
      [source("binomial", 0, 1 / 2), 0],
    ] as const) {
      expect(outcomesIn(made)).toEqual([{ value, probability: 1 }]);
    }
  });

  test.each([0.01, 0.3, 2, 40, 99_000])("of the rate %d have their moments, by sums and by rules", (rate) => {
    const data = source("poisson", rate);
    const second = rate + rate ** 2;
    const third = rate + 3 * rate ** 2 + rate ** 3;
    const fourth = rate + 7 * rate ** 2 + 6 * rate ** 3 + rate ** 4;
    [rate, second, third, fourth].forEach((moment, i) => {
      const k = i + 1;
      const sum = outcomesIn(data).reduce(
        (total, { value, probability }) => total + probability * value ** k,
        0,
      );
      expect(sum / moment).toBeCloseTo(1, 12);
      expect(mean(`x^${k}`, data) / moment).toBeCloseTo(1, 12);
    });
  });

  test.each([
    [1, 0.5],
    [3, 0.2],
    [50, 0.99],
    [399_000, 0.5],
  ])("of %d trials have their cumulants, by rules", (n, p) => {
    const data = source("binomial", n, p);
    const moments = [1, 2, 3].map((k) => mean(`x^${k}`, data));
    const v = n * p * (1 - p);
    expect(moments[0]! / (n * p)).toBeCloseTo(1, 12);
    expect(moments[1]! / (v + (n * p) ** 2)).toBeCloseTo(1, 12);
    expect(moments[2]! / (v * (1 - 2 * p) + 3 * v * n * p + (n * p) ** 3)).toBeCloseTo(1, 12);
  });

  test("have their characteristic and their generating functions", () => {
    const t = 0.7;
    const twisted = Math.exp(3 * (Math.cos(t) - 1));
    expect(mean(`cos(${t}*x)`, source("poisson", 3))).toBeCloseTo(twisted * Math.cos(3 * Math.sin(t)), 13);
    expect(mean("exp(x/2)", source("poisson", 5)) / Math.exp(5 * (Math.exp(0.5) - 1))).toBeCloseTo(1, 13);
    expect(mean("exp(-x)", source("binomial", 9, 0.4))).toBeCloseTo((0.6 + 0.4 * Math.exp(-1)) ** 9, 14);
  });

  test("are refused by name where a moment that is needed does not exist", () => {
    const data = source("poisson", 1 / 2);
    expect(() => mean("exp(x^2/20)", data)).toThrow(
      /expectation of the loss.*x ~ poisson\(0\.5\) does not settle/,
    );
    // Its mean exists as far as numbers reach; its square is asked for only by noise.
    const grows = landscapeOf("w*exp(x*3)", { w: 0 }, [data]);
    const expansion = expandLandscape(grows, { order: 1, partSize: 2 });
    expect(expansion.cumulant([1]) / Math.exp((Math.exp(3) - 1) / 2)).toBeCloseTo(1, 12);
  });

  test("are no exact rule where a loss may grow beyond the last", () => {
    const part = (data: DataSource) =>
      new SampledLoss(
        landscapeOf("exp(w*x)", { w: 1 }, [data]),
        landscapeOf("exp(w*x)", { w: 1 }, [data]).loss,
        [0],
      );
    const endless = part(source("poisson", 2));
    expect(endless.exact).toBe(false);
    expect(part(source("binomial", 5, 0.5)).exact).toBe(true);
    const near = endless.settle([1], endless.coarsest, { left: 1e9 });
    expect(near!.estimate.value / Math.exp(2 * (Math.E - 1))).toBeCloseTo(1, 13);
    expect(endless.settle([6], endless.coarsest, { left: 1e9 })).toBeUndefined();
  });

  test("are drawn by thresholds, those that no word stands for left out", () => {
    const made = transformOf(source("poisson", 20));
    if (made.kind !== "thresholds") {
      throw new Error(made.kind);
    }
    expect(made.thresholds.at(-1)).toBe(2 ** 32);
    expect(new Set(made.thresholds).size).toBe(made.thresholds.length);
    const share = (i: number) => (made.thresholds[i]! - (made.thresholds[i - 1] ?? 0)) / 2 ** 32;
    const drawnMean = made.values.reduce((sum, value, i) => sum + value * share(i), 0);
    expect(drawnMean).toBeCloseTo(20, 6);
    expect(made.values.reduce((sum, value, i) => sum + (value - 20) ** 4 * share(i), 0)).toBeCloseTo(1220, 2);
  });
});
