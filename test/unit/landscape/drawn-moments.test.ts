import { describe, expect, it as test } from "vitest";
import {
  type ContinuousSource,
  coarselyDrawn,
  distributionNamed,
  drawingErrors,
} from "../../../src/landscape/index.js";
import { landscapeOf } from "./read.js";

function source(distribution: string, ...parameters: number[]): ContinuousSource {
  return distributionNamed(distribution)!.source(
    "x",
    parameters.map((value) => ({ value })),
  ) as ContinuousSource;
}

describe("what is drawn of moments", () => {
  // From scipy's quantiles: the moment beyond the rarest word of either side, less what its middle stands for.
  test.each([
    [source("student_t", 5), 4, 0.01867],
    [source("student_t", 5), 3, 2.242e-4],
    [source("student_t", 3), 2, 6.183e-4],
    [source("lognormal", 0, 1), 4, 4.87e-3],
    [source("lognormal", -2, 1.5), 3, 0.01908],
  ])("is short by what lies beyond the rarest word: %j, power %d", (data, power, short) => {
    const [found] = drawingErrors(data, [power]);
    expect(Math.abs(found! / short - 1)).toBeLessThan(0.1);
  });

  test("of light tails is right", () => {
    for (const light of [
      source("normal", 0, 1),
      source("laplace", 0, 1),
      source("gamma", 2, 1),
      source("uniform", 0, 1),
    ]) {
      for (const error of drawingErrors(light, [1, 2, 3, 4])) {
        expect(error).toBeLessThan(1e-5);
      }
    }
  });

  test("is said where it is used and is not right", () => {
    const lines = (loss: string, order: number) =>
      coarselyDrawn(landscapeOf(loss, { w: 0 }, [source("student_t", 5)]), order);
    expect(lines("(w - x)^2/2", 2)).toEqual([]);
    expect(lines("w^2/2 - w*x^2", 2)).toEqual([
      expect.stringMatching(
        /^In simulations moments 3 to 4 of x ~ student_t\(5\) are off by .* % to .* %, since what is rarer than 2\^-32 is not drawn$/,
      ),
    ]);
    expect(lines("sqrt(1 + (w - x)^2)", 4)).toEqual([]);
    // All data that are used are drawn: those that do not exist are refused elsewhere.
    expect(coarselyDrawn(landscapeOf("w^2/2 - w*x^3", { w: 0 }, [source("normal", 0, 1)]), 2)).toEqual([]);
  });
});
