import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataSource, Landscape } from "../../../src/landscape/index.js";
import { expectedLossParts, fitRules, LossFinder } from "../../../src/landscape/index.js";
import { SampledLoss } from "../../../src/landscape/sampled-loss.js";
import { landscapeOf, normal, read, uniform } from "./read.js";

const plenty = () => ({ left: 1e9 });

/** The expectation of a loss of the weights `u`, `v` over these data by rules that agree, and its mean magnitude. */
function settled(loss: string, data: readonly DataSource[], theta: readonly number[]) {
  const landscape: Landscape = {
    name: "test",
    weights: ["u", "v"].slice(0, theta.length).map((name) => ({ name, start: 0 })),
    data,
    loss: read(loss),
  };
  const part = new SampledLoss(
    landscape,
    landscape.loss,
    data.map((_, source) => source),
  );
  return part.settle(theta, part.coarsest, plenty())?.estimate;
}

const gaussian = (t: number) => Math.exp(-(t * t) / 2);

describe("rules that agree have the expectation", () => {
  const weight = fc.double({ noNaN: true, min: -60, max: 60 }).filter((u) => Math.abs(u) > 1e-3);

  test.each<[string, DataSource[], (u: number) => number, ((u: number) => number)?]>([
    ["exp(-(u*x)^2/2)", [normal("x")], (u) => 1 / Math.sqrt(1 + u * u)],
    ["cos(u*x)", [normal("x")], (u) => gaussian(u), () => 0.5],
    ["sin(u*x)", [normal("x", 1, 0.5)], (u) => Math.sin(u) * gaussian(u / 2), () => 0.01],
    ["exp(u*x/3)", [normal("x")], (u) => Math.exp((u * u) / 18)],
    ["x^2*exp(u*x/4)", [normal("x")], (u) => (1 + (u * u) / 16) * Math.exp((u * u) / 32)],
    ["exp(u*x)", [uniform("x", 0, 1)], (u) => (u === 0 ? 1 : Math.expm1(u) / u)],
    [
      "cos(u*x)",
      [uniform("x", -1, 3)],
      (u) => (u === 0 ? 1 : (Math.sin(3 * u) + Math.sin(u)) / (4 * u)),
      () => 0.5,
    ],
    [
      "exp(-(u*x)^2/2 - (u*z)^2/8)",
      [normal("x"), normal("z")],
      (u) => 1 / Math.sqrt((1 + u * u) * (1 + (u * u) / 4)),
    ],
  ])("%s", (loss, data, exact, scale = exact) => {
    // two data take the square of the points
    const most = data.length > 1 ? 8 : 60;
    fc.assert(
      fc.property(weight, (any) => {
        const u = (any * most) / 60;
        const found = settled(loss, data, [u])!;
        expect(Math.abs(found.value - exact(u))).toBeLessThanOrEqual(
          2e-12 * Math.max(Math.abs(exact(u)), scale(u)),
        );
      }),
      { numRuns: data.length > 1 ? 10 : 30, seed: 4 },
    );
  });

  /** E|x|^p = 2^(p/2) Γ((p + 1)/2)/√π for a normal datum; `∫ x^u = 1/(u + 1)`. */
  test.each<[string, DataSource[], number[], number]>([
    ["exp(-u*abs(x))", [normal("x")], [0], 1],
    // 2 e^{u²/2} Φ(−u) at u = 1
    ["exp(-u*abs(x))", [normal("x")], [1], 0.523156583730983],
    ["u*abs(x - 1)", [normal("x", 1, 2)], [3], 3 * 2 * Math.sqrt(2 / Math.PI)],
    ["u*sqrt(abs(x))", [normal("x")], [1], 0.8221789586624585],
    ["exp(u*log(x))", [uniform("x", 0, 1)], [-0.5], 2],
    ["exp(u*log(x))", [uniform("x", 0, 1)], [1.5], 0.4],
    ["u*log(x)", [uniform("x", 0, 1)], [1], -1],
    ["u*cbrt(x - 0.5)*x", [uniform("x", 0, 1)], [1], 2 * (3 / 7) * 0.5 ** (7 / 3)],
  ])("%s over %j at %j: kinks, roots and poles of the data alone", (loss, data, theta, exact) => {
    expect(settled(loss, data, theta)!.value).toBeCloseTo(exact, 11);
  });

  test("of a wave that is too quick for any rule of few points is not its alias", () => {
    for (const u of [17.77, 35.54, 37, 71.1, 200, 1000]) {
      const found = settled("cos(u*x)", [normal("x")], [u])!;
      expect(Math.abs(found.value)).toBeLessThan(1e-12);
    }
  });
});

describe("rules that cannot know", () => {
  test.each([
    ["exp(u*x^2/8)", [4, 4.1, 6, 100]],
    // half of it grows beyond all bounds, and the other half as much below
    ["x*exp(u*x^2/8)", [4.5, 6]],
    ["1/(x - u)", [0.3]],
    ["exp(exp(u*x))", [1]],
  ])("do not agree: %s at %j", (loss, places) => {
    for (const u of places) {
      expect(settled(loss, [normal("x")], [u])).toBeUndefined();
    }
  });
});

describe("a fit", () => {
  const ends = (...values: number[]) => values.map((value) => [value]);
  const bell = landscapeOf("exp(-(u*x)^2/2)", { u: 0.5 }, [normal("x")]);

  test("serves the places it was made for, and its cost is shared with rare ones", () => {
    const parts = expectedLossParts(bell);
    const common = Array.from({ length: 63 }, (_, i) => [1 + i / 63]);
    const { fineness } = fitRules(bell, parts, common);
    for (const theta of common) {
      expect(parts.sampled[0]!.estimate(theta, fineness[0]!).settled).toBe(true);
    }
    const withRare = fitRules(bell, parts, [...common, [100]]);
    expect(parts.sampled[0]!.size(withRare.fineness[0]!)).toBeLessThan(2000);
    const finder = new LossFinder(bell, parts, withRare);
    for (const u of [0.7, 1.5, 6, 37, 100]) {
      const found = finder.at([u]);
      expect(found).toHaveProperty("loss");
      expect((found as { loss: number }).loss).toBeCloseTo(1 / Math.sqrt(1 + u * u), 13);
    }
  });

  test("says which reason holds where most places have no expectation", () => {
    const landscape = landscapeOf("exp(u*x^2/8)", { u: 0 }, [normal("x")]);
    const parts = expectedLossParts(landscape);
    expect(fitRules(landscape, parts, ends(1, 2, 3)).refusal).toBeUndefined();
    expect(fitRules(landscape, parts, ends(1, 2, 5, 6, 7)).refusal).toMatch(/^landscape test: /);
    const finder = new LossFinder(landscape, parts, fitRules(landscape, parts, ends(1, 5)));
    expect(finder.at([5])).toHaveProperty("reason");
    expect((finder.at([2]) as { loss: number }).loss).toBeCloseTo(Math.SQRT2, 12);
  });

  test("does not believe rules that see less than adaptive integration", () => {
    // a bump in the widest gap between the points that a wave asks for
    const wave = expectedLossParts(landscapeOf("cos(u*x)", { u: 1 }, [normal("x")])).sampled[0]!;
    const points = [...wave.points(wave.settle([1], wave.coarsest, plenty())!.fineness).values[0]!];
    points.sort((one, other) => one - other);
    const gaps = points.slice(1).map((x, i) => ({ middle: (x + points[i]!) / 2, width: x - points[i]! }));
    const { middle, width } = gaps
      .filter((gap) => Math.abs(gap.middle) < 1)
      .reduce((widest, gap) => (gap.width > widest.width ? gap : widest));
    const precision = (16 / width) ** 2;
    const loss = `cos(u*x) + exp(-(x - (${middle}))^2*u^2*${precision / 2})`;
    const landscape = landscapeOf(loss, { u: 1 }, [normal("x")]);
    const parts = expectedLossParts(landscape);
    const blind = parts.sampled[0]!.settle([1], parts.sampled[0]!.coarsest, plenty())!.estimate.value;
    const exact = (u: number) => {
      const s = precision * u * u;
      return gaussian(u) + Math.exp(((-(middle ** 2) / 2) * s) / (1 + s)) / Math.sqrt(1 + s);
    };
    expect(Math.abs(blind - exact(1))).toBeGreaterThan(1e-4);
    const finder = new LossFinder(landscape, parts, fitRules(landscape, parts, ends(1, 1.001, 0.999)));
    for (const u of [0.999, 1, 1.001]) {
      expect((finder.at([u]) as { loss: number }).loss).toBeCloseTo(exact(u), 11);
    }
  });
});
