import { expect, test } from "vitest";
import type { Engine } from "../../../src/engines/index.js";
import { roundingOf } from "../../../src/verify/rounding.js";
import { gauss, requestOf, sgd } from "../../engine/simulate-landscapes.js";

/** An engine that knows what its trials measure. */
const knowing = (name: "cpu" | "webgpu", values: readonly number[]): Engine => ({
  name,
  device: "",
  facts: [],
  software: false,
  isPrecise: () => name === "cpu",
  trialValues: async () => [values],
  simulate: () => Promise.reject(new Error("not asked for")),
  close: async () => undefined,
});

async function floorOf(single: readonly number[], double: readonly number[]) {
  const request = requestOf(gauss, sgd(10), { trials: double.length });
  const roundings = await roundingOf(knowing("webgpu", single), knowing("cpu", double), request);
  return roundings![0]!;
}

test("the floor is the mean difference and as many of its standard errors as are as sure as three", async () => {
  const { floor, deviation } = await floorOf([1.5, 2.5, 3, 4], [1, 2, 3, 4]);
  // Differences ½, ½, 0, 0: mean ¼, variance 1/12.
  // Student's quantile of 0.99865 with 3 degrees.
  expect(floor).toBeCloseTo(1 / 4 + 9.218940458700235 * Math.sqrt(1 / 12 / 4), 10);
  expect(deviation).toBeCloseTo(Math.sqrt(5 / 3), 12);
});

test("trials that diverge in both precisions say nothing of rounding", async () => {
  const { floor, deviation, diverges } = await floorOf([1, Number.NaN, 3], [1, Number.NaN, 3]);
  expect(floor).toBe(0);
  expect(diverges).toBe(true);
  expect(deviation).toBeCloseTo(Math.SQRT2, 12);
});

test("nothing is known when trials diverge in one precision only, or all do", async () => {
  const one = await floorOf([1, Number.NaN, 3], [1, 2, 3]);
  expect(one).toMatchObject({ floor: Number.POSITIVE_INFINITY, diverges: false });
  expect((await floorOf([Number.NaN], [Number.NaN])).floor).toBe(Number.POSITIVE_INFINITY);
  expect((await floorOf([1.5], [1])).floor).toBe(Number.POSITIVE_INFINITY);
});
