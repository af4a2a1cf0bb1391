import { describe, expect, test } from "vitest";
import { largeLandscape } from "../../../src/evaluate/index.js";
import { expectedLoss, trainingLoss, weightDisplacement } from "../../../src/observables/index.js";
import { statisticsOf } from "../../../src/simulate/index.js";
import type { AnyRequest, RequestedNumber, SimulationResult } from "../../../src/simulate/request.js";
import { costOfTest } from "../../../src/simulate/tensors/index.js";
import { testPointsOf } from "../../../src/verify/choose-test-points.js";
import { add, call, datum, landscapeOf, matrixProduct, numbers, rowsOf, weight } from "../tensors/make.js";

const rows = 5000;
const landscape = largeLandscape(
  landscapeOf(
    call("squared_error", [add(matrixProduct(weight("w", 3), datum("x", 3)), weight("b")), datum("y")]),
    { w: [3], b: [] },
    [
      rowsOf(rows, {
        x: { shape: [3], values: numbers(3 * rows, 1) },
        y: { shape: [], values: numbers(rows, 2) },
      }),
    ],
  ),
  "it is tried so",
);
const loss = { label: "test_loss", combination: [{ factor: 1, quantity: expectedLoss }] };

function request(wanted: readonly RequestedNumber[], points = 4): AnyRequest {
  const spacetime = { optimiser: "sgd", parameters: { N: points, E: 1, B: 1, shuffle: "same" } };
  return { landscape, spacetime, eta: 0.1, numbers: wanted, trials: 1000, seed: 1 };
}

/** Trials of which each has a variance by itself, and another that its test points divide. */
function trialsWith(own: number, ofPoints: number, asked: AnyRequest[] = []) {
  return async (pilot: AnyRequest): Promise<SimulationResult> => {
    asked.push(pilot);
    const variance = own + ofPoints / pilot.testPoints!;
    const count = pilot.trials;
    return {
      statistics: pilot.numbers.map(({ label }) => ({
        ...statisticsOf(label, { center: 0, count, sum: 0n, squares: 0n }),
        standardError: Math.sqrt(variance / count),
      })),
      trials: count,
      diverged: 0,
      steps: count,
      seconds: 1,
      backend: "js",
    };
  };
}

/** The number of test points with the least variance for so many operations, by trying them all; infinite where all rows are better. */
function best(own: number, ofPoints: number, asked: AnyRequest): number {
  const { trial, row, point } = costOfTest(asked);
  let [found, least] = [Number.POSITIVE_INFINITY, (trial + rows * row) * own];
  for (let points = 1; points < rows; points++) {
    const price = (trial + points * point) * (own + ofPoints / points);
    if (price < least) {
      [found, least] = [points, price];
    }
  }
  return found;
}

describe("the number of test points", () => {
  test.each([
    [1, 1],
    [1, 100],
    [1, 1000],
    [0.01, 1],
    [1, 0],
  ])("of trials with the variance %f and %f of a test point is the best", async (own, ofPoints) => {
    const found = await testPointsOf(request([loss]), trialsWith(own, ofPoints));
    expect(Math.abs(found! - best(own, ofPoints, request([loss])))).toBeLessThanOrEqual(1);
  });

  test("is that of all rows where trials hardly vary by themselves", async () => {
    expect(best(1e-9, 1, request([loss]))).toBe(Number.POSITIVE_INFINITY);
    expect(await testPointsOf(request([loss]), trialsWith(1e-9, 1))).toBeUndefined();
  });

  test("takes no pilot where all rows cost no more than descent, or no test loss is measured", async () => {
    const asked: AnyRequest[] = [];
    expect(await testPointsOf(request([loss], 10_000), trialsWith(1, 1, asked))).toBeUndefined();
    const others = [trainingLoss, weightDisplacement(0)].map((quantity, index) => ({
      label: `number ${index}`,
      combination: [{ factor: 1, quantity }],
    }));
    expect(await testPointsOf(request(others), trialsWith(1, 1, asked))).toBeUndefined();
    // of a covariance of the loss with itself
    const covarying = [loss, { label: "variance", pairs: [[0, 0]] as const }];
    expect(await testPointsOf(request(covarying), trialsWith(1, 1, asked))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test("takes as long as descent where a pilot diverges", async () => {
    const { trial, point } = costOfTest(request([loss]));
    const found = await testPointsOf(request([loss]), trialsWith(Number.NaN, 1));
    expect(found).toBe(Math.max(1, Math.round(trial / point)));
  });

  test("is told by trials that no run has, and not by how many are asked for", async () => {
    const asked: AnyRequest[] = [];
    await testPointsOf(request([loss]), trialsWith(1, 100, asked));
    await testPointsOf({ ...request([loss]), trials: 7 }, trialsWith(1, 100, asked));
    expect(asked.map(({ firstTrial, trials }) => [firstTrial, trials])).toEqual(
      Array.from({ length: 4 }, () => [2 ** 52 + 2 ** 33, 32]),
    );
  });
});
