import { describe, expect, test } from "vitest";
import { expectedSlope, fitSlope, residualsOf } from "../../../src/runs/formats/index.js";

/** A residual with its noise as a share of it. */
function residual(eta: number, size: number, share: number) {
  return { eta, residual: size, noise: share * size, isBelowNoise: share > 0.5 };
}

test("what a flow leaves over is above the noise but for rounding, though it has one trial", () => {
  const left = (eta: number, measured: number) => ({
    ...{ eta, predicted: 1, measured: 1 + measured, standardError: 0, trials: 1, diverged: 0 },
    remainder: { measured, standardError: 0 },
    orders: [{ order: 0, predicted: 1, measured: 1, standardError: 0 }],
  });
  const residuals = residualsOf([left(0.1, 1e-8), left(0.2, 16e-8), left(0.3, 1e-16)]);
  expect(residuals.map(({ isBelowNoise }) => isBelowNoise)).toEqual([false, false, true]);
  expect(fitSlope(residuals)!.slope).toBeCloseTo(4, 12);
});

describe("a fitted slope", () => {
  test("of a power law is its power, whatever the weights", () => {
    const fit = fitSlope(
      [0.01, 0.03, 0.2, 0.5].map((eta, index) => residual(eta, 7 * eta ** 4, 0.1 / (index + 1))),
    )!;
    expect(fit.slope).toBeCloseTo(4, 12);
    expect(fit.count).toBe(4);
    expect(fit.residual).toBeCloseTo(7 * fit.eta ** 4, 12);
  });

  test("of two residuals has the error that their noise gives", () => {
    // (ln r2 − ln r1) / ln 10, with relative errors of 3 % and 4 %: the error is 5 % / ln 10.
    const fit = fitSlope([residual(0.1, 1e-4, 0.03), residual(1, 1e-1, 0.04)])!;
    expect(fit.slope).toBeCloseTo(3, 12);
    expect(fit.standardError).toBeCloseTo(0.05 / Math.LN10, 12);
  });

  test("leans towards the residuals that are known better", () => {
    // At x = 0, 1, 2 (natural logarithms) y = 0, 1, 3 with weights 4, 4, 1 (times 1e4). By hand: means 2/3 and 7/9,
    // Σw(x − x̄)² = 4·4/9 + 4/9·1 + 16/9 = 4, Σw(x − x̄)(y − ȳ) = 56/27·… = 16/3, so the slope is 4/3.
    const fit = fitSlope([
      residual(1, 1, 0.005),
      residual(Math.E, Math.E, 0.005),
      residual(Math.E ** 2, Math.E ** 3, 0.01),
    ])!;
    expect(fit.slope).toBeCloseTo(4 / 3, 10);
    // χ² = Σw r² with r = y − ȳ − (4/3)(x − x̄) = 1/9, −2/9, 4/9: 1e4 (4 + 16 + 16)/81, one degree of freedom.
    expect(fit.standardError).toBeCloseTo(Math.sqrt((1e4 * 36) / 81) / Math.sqrt(4e4), 10);
  });

  test("cannot be told from fewer than two learning rates above the noise", () => {
    expect(fitSlope([])).toBeUndefined();
    expect(fitSlope([residual(0.1, 1, 0.1), residual(0.2, 1, 0.9)])).toBeUndefined();
    expect(fitSlope([residual(0.1, 1, 0.1), residual(0.1, 2, 0.1)])).toBeUndefined();
  });
});

describe("residuals", () => {
  const point = { eta: 0.1, predicted: 0.5, measured: 0.75, standardError: 0.01 };

  test("are distances, within the noise up to twice it", () => {
    expect(residualsOf([point])).toEqual([{ eta: 0.1, residual: 0.25, noise: 0.01, isBelowNoise: false }]);
    expect(residualsOf([{ ...point, standardError: 0.125 }])[0]!.isBelowNoise).toBe(true);
    expect(residualsOf([{ ...point, standardError: 0.12 }])[0]!.isBelowNoise).toBe(false);
  });

  test("leave out what is not finite; without a standard error all is noise", () => {
    expect(
      residualsOf([
        { ...point, measured: null },
        { ...point, predicted: null },
      ]),
    ).toEqual([]);
    expect(residualsOf([{ ...point, standardError: null }])[0]).toMatchObject({
      noise: Number.POSITIVE_INFINITY,
      isBelowNoise: true,
    });
  });

  test("within what single precision may be off tell nothing, and others less", () => {
    const residuals = residualsOf([
      { ...point, roundingFloor: 0.24 },
      { ...point, roundingFloor: 0.22 },
    ]);
    expect(residuals.map(({ floor, isBelowNoise }) => [floor, isBelowNoise])).toEqual([
      [0.24, true],
      [0.22, false],
    ]);
    // The floor counts as noise: errors of 5 % and 12 % instead of 3 % and 4 %, with a slope of 3 as before.
    const fit = fitSlope([
      { ...residual(0.1, 1e-4, 0.03), floor: 2e-6 },
      { ...residual(1, 1e-1, 0.04), floor: 8e-3 },
    ])!;
    expect(fit.slope).toBeCloseTo(3, 12);
    expect(fit.standardError).toBeCloseTo(0.13 / Math.LN10, 12);
  });

  test("of numbers without noise are known but for rounding", () => {
    expect(residualsOf([{ ...point, standardError: 0 }])[0]!.noise).toBe(0.75e-12);
    expect(residualsOf([{ ...point, measured: 0.5 + 1e-14, standardError: 0 }])[0]!.isBelowNoise).toBe(true);
  });
});

test("a slope is expected of whole orders with exact sums only", () => {
  expect(expectedSlope({ prediction: "order 3", sum: "exact", order: 3 })).toBe(4);
  expect(expectedSlope({ prediction: "series 2", sum: "exact", order: 2 })).toBe(3);
  expect(expectedSlope({ prediction: "skew + pair", sum: "exact", order: 3 })).toBeUndefined();
  expect(expectedSlope({ prediction: "order 3", sum: "integral", order: 3 })).toBeUndefined();
});

describe("what is left over by orders that were measured", () => {
  const leftOver = (eta: number, standardError: number | null) => ({
    ...{ eta, predicted: 1, measured: 5, standardError: 1, trials: 100_000, diverged: 0 },
    remainder: { measured: -3 * eta ** 3, standardError },
  });

  test("is the residual, whatever is predicted", () => {
    const [first, second] = residualsOf([leftOver(0.1, 1e-3), leftOver(0.2, null)]);
    expect(first).toMatchObject({
      eta: 0.1,
      residual: expect.closeTo(3e-3, 15),
      noise: 1e-3,
      isBelowNoise: false,
    });
    expect(second).toMatchObject({ noise: Number.POSITIVE_INFINITY, isBelowNoise: true });
  });

  test("grows by one order more than was measured, also of named diagrams and of integrals", () => {
    const points = [leftOver(0.1, 1e-4), leftOver(0.2, 1e-4), leftOver(0.4, 1e-4)];
    expect(fitSlope(residualsOf(points))!.slope).toBeCloseTo(3, 10);
    const run = { prediction: "skew + pair", sum: "integral", order: 2 };
    expect(expectedSlope({ ...run, points })).toBe(3);
    expect(expectedSlope({ ...run, points: [{ remainder: null }] })).toBeUndefined();
  });
});

test("what rounding leaves over has no slope, however well it is measured", () => {
  const orders = [0, 1, 2].map((order) => ({ order, predicted: 0.3, measured: 0.3, standardError: 1e-5 }));
  const point = (eta: number, measured: number) => ({
    ...{ eta, predicted: 0.9, measured: 0.9, standardError: 1e-5, orders },
    remainder: { measured, standardError: 1e-20 },
  });
  const exact = residualsOf([point(0.1, -1e-17), point(0.2, 2e-17)]);
  expect(exact.map(({ isBelowNoise, isRounding }) => [isBelowNoise, isRounding])).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(fitSlope(exact)).toBeUndefined();
  const [some] = residualsOf([point(0.1, 1e-14)]);
  expect(some).toEqual({ eta: 0.1, residual: 1e-14, noise: expect.closeTo(9e-16, 20), isBelowNoise: false });
});
