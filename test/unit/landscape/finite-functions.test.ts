import { describe, expect, test } from "vitest";
import {
  type ElementaryFunction,
  elementaryValue,
  evaluateExpression,
  expandLandscape,
  gradient,
} from "../../../src/landscape/index.js";
import { exactValue } from "./exact-values.js";
import { landscapeOf, read } from "./read.js";

const names = ["softplus", "sigmoid", "logcosh", "erf"] as const satisfies readonly ElementaryFunction[];

const points = [
  0, 5e-324, 1e-300, 1e-17, 1e-9, 3e-5, 0.01, 0.3, 0.9999, 1, 1.0001, 1.7, 2.5, 3, 5, 5.9, 6, 6.1, 17, 36, 40,
  350, 700, 709, 745, 1e4, 1e8, 1e300,
].flatMap((x) => [x, -x]);

/** The k-th derivative of a loss of one weight `w`, by the expansion that diagrams are valued with. */
function derivativesOf(loss: string, w: number, order: number): number[] {
  const expansion = expandLandscape(landscapeOf(loss, { w }), { order, partSize: 1 });
  return Array.from({ length: order + 1 }, (_, k) =>
    expansion.cumulant([expansion.derivative(Array(k).fill(0))]),
  );
}

describe("functions that are finite at every finite number", () => {
  test.each(names)("%s has its exact value, to a few units in the last place", (name) => {
    for (const x of points) {
      const exact = exactValue(name, x);
      const found = elementaryValue(name, x);
      expect(Math.abs(found - exact), `${name}(${x}) = ${found}`).toBeLessThanOrEqual(
        4 * 2 ** -53 * Math.abs(exact) + 5e-324,
      );
    }
    for (const x of [Number.NaN, Infinity, -Infinity]) {
      expect(elementaryValue(name, x)).toBe(exactValue(name, x));
    }
  });

  // the first four derivatives, by hand, in s = sigmoid(w), t = tanh(w), and g = 2/√π e^(−w²)
  const byHand: Record<(typeof names)[number], (w: number) => number[]> = {
    softplus: (w) => [exactValue("sigmoid", w), ...byHand.sigmoid(w).slice(0, 3)],
    sigmoid: (w) => {
      const [s, r] = [exactValue("sigmoid", w), exactValue("sigmoid", -w)];
      const slope = s * r;
      return [slope, slope * (r - s), slope * (1 - 6 * slope), slope * (r - s) * (1 - 12 * slope)];
    },
    logcosh: (w) => {
      const t = Math.tanh(w);
      const e = Math.exp(-2 * Math.abs(w));
      const slope = (4 * e) / (1 + e) ** 2;
      return [t, slope, -2 * t * slope, slope * (4 - 6 * slope)];
    },
    erf: (w) => {
      const g = (2 / Math.sqrt(Math.PI)) * Math.exp(-w * w);
      if (g === 0) {
        return [0, 0, 0, 0];
      }
      return [g, -2 * w * g, (4 * w * w - 2) * g, (12 * w - 8 * w ** 3) * g];
    },
  };

  test.each(names)("%s has its derivatives, out to 10⁴ and beyond", (name) => {
    for (const w of points) {
      const wanted = byHand[name](w);
      const found = derivativesOf(`${name}(w)`, w, 4).slice(1);
      wanted.forEach((value, k) => {
        expect(Math.abs(found[k]! - value), `derivative ${k + 1} of ${name} at ${w}`).toBeLessThanOrEqual(
          2e-13 * Math.abs(value) + 1e-15 * Math.abs(wanted[0]!) + 1e-307,
        );
      });
    }
  });

  test.each(names)("%s of an expression has a gradient that is finite as far out", (name) => {
    for (const w of points.filter((x) => Math.abs(x) < 1e100)) {
      const landscape = landscapeOf(`${name}(3*w + 1)`, { w });
      const [slope] = gradient(landscape);
      const wanted = 3 * byHand[name](3 * w + 1)[0]!;
      expect(Math.abs(evaluateExpression(slope!, { w }) - wanted)).toBeLessThanOrEqual(
        1e-14 * Math.abs(wanted) + 1e-307,
      );
    }
  });

  test("all orders are finite at 10⁴", () => {
    for (const name of names) {
      for (const w of [1e4, -1e4]) {
        for (const value of derivativesOf(`${name}(w) + ${name}(w*w) * ${name}(-w)`, w, 10)) {
          expect(Number.isFinite(value), `${name} at ${w}`).toBe(true);
        }
      }
    }
  });
});

describe("logsumexp", () => {
  /** By hand, for terms that are a·w: values and the first two derivatives, with the largest taken out. */
  const byHand = (slopes: readonly number[], w: number): number[] => {
    const largest = Math.max(...slopes.map((a) => a * w));
    const powers = slopes.map((a) => Math.exp(a * w - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    const mean = slopes.reduce((sum, a, i) => sum + (a * powers[i]!) / total, 0);
    const variance = slopes.reduce((sum, a, i) => sum + ((a - mean) ** 2 * powers[i]!) / total, 0);
    return [largest + Math.log(total), mean, variance];
  };

  const cases = [
    [1, -1],
    [3, 3],
    [2, 0.5, -7],
    [0, 1, 0, -1],
    [1e-3, 1],
    [-1e4, 1, 2],
  ];

  test.each(cases.map((slopes) => [slopes.join(", "), slopes] as const))("of w times %s", (_, slopes) => {
    const loss = `logsumexp(${slopes.map((a) => `${a}*w`).join(", ")})`;
    for (const w of [0, 1e-3, -0.2, 1, -3, 40, 700, -800, 1e4, -1e4, 1e12]) {
      const wanted = byHand(slopes, w);
      const found = derivativesOf(loss, w, 2);
      const scale = Math.max(...slopes.map(Math.abs));
      wanted.forEach((value, k) => {
        expect(Math.abs(found[k]! - value), `derivative ${k} at ${w}`).toBeLessThanOrEqual(
          1e-13 * Math.abs(value) + 1e-14 * (k < 2 ? 1 : scale),
        );
      });
      const [slope] = gradient(landscapeOf(loss, { w }));
      expect(Math.abs(evaluateExpression(slope!, { w }) - wanted[1]!)).toBeLessThanOrEqual(
        1e-13 * Math.abs(wanted[1]!) + 1e-13 * Math.max(1, Math.abs(w)) * 1e-3,
      );
      expect(Math.abs(evaluateExpression(read(loss), { w }) - wanted[0]!)).toBeLessThanOrEqual(
        1e-14 * Math.abs(wanted[0]!) + 1e-15,
      );
      for (const value of derivativesOf(loss, w, 8)) {
        expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  test("of terms far below others is the others', to the last digit", () => {
    expect(evaluateExpression(read("logsumexp(v, w)"), { v: -1e300, w: 1 })).toBe(1);
    const [byV, byW] = gradient(landscapeOf("logsumexp(1e6*v, w)", { v: -1, w: 1 }));
    expect(evaluateExpression(byV!, { v: -1, w: 1 })).toBe(0);
    expect(evaluateExpression(byW!, { v: -1, w: 1 })).toBe(1);
  });
});
