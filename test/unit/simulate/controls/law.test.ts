import { describe, expect, test } from "vitest";
import { batchLaw } from "../../../../src/simulate/controls/data-law.js";
import { separatedLoss } from "../../../../src/simulate/controls/features.js";
import { gaussRule } from "../../../../src/simulate/controls/gauss-rule.js";
import { jointLaw, type Law, reduced, sumOfMany } from "../../../../src/simulate/controls/law.js";
import { leastSquares } from "../../../../src/simulate/controls/least-squares.js";
import { monomialColumns, monomialsOf } from "../../../../src/simulate/controls/polynomials.js";
import { discrete, landscapeOf, normal, uniform } from "../../landscape/read.js";

function momentsOf({ weights, values }: Law, degree: number): number[] {
  return monomialColumns(values, degree, weights.length).map((column) =>
    weights.reduce((sum, weight, point) => sum + weight * column[point]!, 0),
  );
}

function expectSameMoments(one: Law, other: Law, degree: number): void {
  const theirs = momentsOf(other, degree);
  for (const [at, moment] of momentsOf(one, degree).entries()) {
    expect(Math.abs(moment - theirs[at]!)).toBeLessThan(1e-12 * Math.max(1, Math.abs(theirs[at]!)));
  }
}

/** The law of sums of `count` numbers by all that they may be. */
function sumByEnumeration(law: Law, count: number): Law {
  let sum: Law = { weights: [1], values: law.values.map(() => [0]) };
  for (let added = 0; added < count; added++) {
    sum = {
      weights: sum.weights.flatMap((weight) => law.weights.map((share) => weight * share)),
      values: sum.values.map((points, number) =>
        points.flatMap((point) => law.values[number]!.map((more) => point + more)),
      ),
    };
  }
  return sum;
}

describe("laws by few points", () => {
  test("the Gauss rule of three coins has its known points", () => {
    const law = { points: [-3, -1, 1, 3], weights: [1 / 8, 3 / 8, 3 / 8, 1 / 8] };
    // Krawtchouk polynomials of three coins: K2 has its roots where x² = 3, as E x² is 3.
    const { points, weights } = gaussRule(law, 2);
    expect(points[0]).toBeCloseTo(-Math.sqrt(3), 14);
    expect(points[1]).toBeCloseTo(Math.sqrt(3), 14);
    expect(weights[0]).toBeCloseTo(0.5, 14);
  });

  test("a law of no more points than asked for is itself", () => {
    const { points, weights } = gaussRule({ points: [2, -1, 2], weights: [0.25, 0.5, 0.25] }, 5);
    expect(points).toHaveLength(2);
    expect(points[0]).toBeCloseTo(-1, 14);
    expect(points[1]).toBeCloseTo(2, 14);
    expect(weights[1]).toBeCloseTo(0.5, 14);
    expect(gaussRule({ points: [3, 3], weights: [0.5, 0.5] }, 3)).toEqual({ points: [3], weights: [1] });
  });

  const skew: Law = { weights: [0.1, 0.2, 0.3, 0.25, 0.15], values: [[-2, -0.5, 0.1, 1.5, 4]] };
  const pair: Law = { ...skew, values: [skew.values[0]!, skew.values[0]!.map((x) => x * x)] };

  test.each([2, 3, 4])("of one number and of several, moments stay up to degree %d", (degree) => {
    const one = reduced(skew, degree);
    expect(one.weights).toHaveLength(Math.ceil((degree + 1) / 2));
    expectSameMoments(one, skew, degree);
    const wide = jointLaw([pair, skew, skew]);
    const fewer = reduced(wide, degree);
    expect(fewer.weights.length).toBeLessThanOrEqual(monomialsOf(4, degree).length);
    expect(Math.min(...fewer.weights)).toBeGreaterThan(0);
    expectSameMoments(fewer, wide, degree);
  });

  test.each([2, 3, 5, 6])("of sums of %d", (count) => {
    for (const law of [skew, pair]) {
      expectSameMoments(sumOfMany(law, count, 4), sumByEnumeration(law, count), 4);
    }
  });
});

describe("laws of features of data", () => {
  test("a normal datum's square has the moments 1, 3, 15, 105", () => {
    const landscape = landscapeOf("h + x^2*exp(-h)", { h: 0 }, [normal("x")]);
    const { features } = separatedLoss(landscape)!;
    const law = batchLaw(landscape, features, 1, 4)!;
    expect(law.weights).toHaveLength(3);
    expect(momentsOf(law, 4).toReversed()).toEqual(
      [1, 1, 3, 15, 105].map((moment) => expect.closeTo(moment, 11)),
    );
  });

  test("the mean of two uniform data has theirs", () => {
    const landscape = landscapeOf("w^2/2 + w*u", { w: 0 }, [uniform("u", 0, 1)]);
    const law = batchLaw(landscape, separatedLoss(landscape)!.features, 2, 3)!;
    // Features are centred, and a uniform datum's variance is 1/12.
    expect(momentsOf(law, 3).toReversed()).toEqual(
      [1, 0, 1 / 24, 0].map((moment) => expect.closeTo(moment, 14)),
    );
  });

  test("sines of data are integrated as well as polynomials", () => {
    const landscape = landscapeOf("w^2/2 + w*sin(x) + w^2*cos(x)", { w: 0 }, [normal("x")]);
    const { features } = separatedLoss(landscape)!;
    const law = batchLaw(landscape, features, 1, 2)!;
    const sine = features.findIndex(({ expression }) => JSON.stringify(expression).includes("sin"));
    const means = features.map((_, at) =>
      law.weights.reduce((sum, weight, point) => sum + weight * law.values[at]![point]!, 0),
    );
    expect(means[sine]).toBeCloseTo(0, 12);
    expect(means[1 - sine]).toBeCloseTo(Math.exp(-0.5), 12);
    expect(law.weights.length).toBeLessThanOrEqual(6);
  });

  test("moments that do not exist, or are not drawn, are in no law", () => {
    const lawOf = (distribution: string, parameters: readonly number[], degree: number) => {
      const source = { kind: "continuous", name: "x", distribution, parameters } as const;
      const landscape = landscapeOf("w^2/2 + x*w", { w: 0 }, [source]);
      return batchLaw(landscape, separatedLoss(landscape)!.features, 1, degree);
    };
    expect(lawOf("student_t", [2.2], 2)).toBeUndefined();
    expect(lawOf("student_t", [40], 3)).toBeDefined();
    expect(lawOf("student_t", [2.5], 3)).toBeUndefined();
    expect(lawOf("lognormal", [0, 0.2], 4)).toBeDefined();
    expect(lawOf("lognormal", [0, 2], 4)).toBeUndefined();
  });

  test("what meets the weights without a factor of its own is left alone only where it is continuous", () => {
    const loss = "w^2/2 + log(1 + exp(w*x))";
    expect(separatedLoss(landscapeOf(loss, { w: 0 }, [normal("x")]))).toBeUndefined();
    const finite = landscapeOf(loss, { w: 0 }, [discrete("x", { "-1": 0.5, "1": 0.3, "2": 0.2 })]);
    const { features } = separatedLoss(finite)!;
    expect(batchLaw(finite, features, 1, 2)!.weights).toHaveLength(3);
    expect(batchLaw(finite, features, 2, 2)).toBeUndefined();
  });
});

describe("least squares", () => {
  const places = Float64Array.from({ length: 30 }, (_, at) => Math.cos(at));
  test("find a polynomial again", () => {
    const columns = monomialColumns([places], 3, 30);
    const side = places.map((x) => 2 - x + 3 * x ** 3);
    expect([...leastSquares(columns, [side])[0]!]).toEqual(
      [3, 0, -1, 2].map((value) => expect.closeTo(value, 12)),
    );
  });

  test("leave out columns that are sums of others", () => {
    const columns = [places, places.map((x) => 2 * x), places.map(() => 0), places.map(() => 1)];
    const side = places.map((x) => 5 * x + 1);
    const [first, second, third, last] = leastSquares(
      columns.map((column) => column.slice()),
      [side],
    )[0]!;
    expect(first! + 2 * second!).toBeCloseTo(5, 12);
    expect(third).toBe(0);
    expect(last).toBeCloseTo(1, 12);
  });

  test("a residual is at a right angle to every column", () => {
    const columns = monomialColumns([places, places.map((x, at) => Math.sin(3 * at) + x)], 2, 30);
    const side = places.map((x) => Math.exp(x));
    const coefficients = leastSquares(
      columns.map((column) => column.slice()),
      [side.slice()],
    )[0]!;
    const residual = side.map((value, at) =>
      columns.reduce((rest, column, number) => rest - coefficients[number]! * column[at]!, value),
    );
    for (const column of columns) {
      expect(residual.reduce((sum, value, at) => sum + value * column[at]!, 0)).toBeCloseTo(0, 12);
    }
  });
});
