import { expect, test } from "vitest";
import {
  measuredData,
  measuredOver,
  type PlottedRun,
  type Series,
} from "../../../src/plots/measured-data.js";
import type { RunPoint } from "../../../src/runs/index.js";

const point = (given: Partial<RunPoint>): RunPoint => ({
  ...{ eta: 0.1, observable: "test_loss", measured: 1, standardError: 0.01, trials: 1_000_000, diverged: 0 },
  ...{ predicted: 1, truncation: 0.1, verdict: "agrees", reason: "", steps: 1, stepsPerSecond: 1 },
  ...given,
});

const run = (given: Partial<PlottedRun>): PlottedRun => ({
  ...{ kind: "verification", title: "v", seed: 0, state: "done", prediction: "order 1", sum: "exact" },
  ...{ order: 1, etas: [0.1, 0.2], points: [], partial: [], terms: [], curves: [] },
  ...given,
});

test("of the learning rates is less the order-0 value where that dwarfs what the others change", () => {
  const curves = [
    {
      ...{ observable: "test_loss", etas: [0.1, 0.2] },
      ...{
        orders: [
          [5, 5],
          [5.1, 5.2],
        ],
        truncation: [0.01, 0.02],
      },
    },
  ];
  const data = measuredData(
    run({ points: [point({ measured: 5.11 })], curves }),
    undefined,
    "test_loss",
    undefined,
  );
  expect(data.label).toBe("test_loss − order 0 (5)");
  expect(data.run.points.map(({ x, value }) => [x, value])).toEqual([[0.1, expect.closeTo(0.11, 12)]]);
  expect(data.run.orders[1]).toEqual([
    { x: 0.1, value: expect.closeTo(0.1, 12) },
    { x: 0.2, value: expect.closeTo(0.2, 12) },
  ]);
  expect(data.run.band[1]).toEqual({
    ...{ x: 0.2, low: expect.closeTo(0.18, 12), high: expect.closeTo(0.22, 12) },
  });
});

test("of an estimated prediction has the interval of its last order, and no band where the next order is unknown", () => {
  const curves = [
    {
      ...{ observable: "test_loss", etas: [0.1, 0.2], interval: [0.5, null] },
      ...{
        orders: [
          [5, 5],
          [5.1, 5.2],
        ],
        truncation: [null, null],
      },
    },
  ];
  const { run: drawn } = measuredData(run({ curves }), undefined, "test_loss", undefined);
  expect(drawn.band).toEqual([]);
  expect(drawn.interval).toEqual([{ x: 0.1, low: 5.1 - 0.5 - 5, high: expect.closeTo(5.1 + 0.5 - 5, 12) }]);
});

const series = (zeros: readonly number[]): Series => ({
  ...{ title: "v", order: 1, isRunning: false, symbol: "H", axis: "H", xs: [0.1, 1], partial: [] },
  points: [0.1, 1].map((x) => ({ ...point({ measured: 5 + x / 100 }), x })),
  curves: { xs: [0.1, 1], orders: [zeros, [5.001, 5.01]], truncation: [null, 0.1] },
});

test("over a param is less the order-0 value only where that is the same for all values", () => {
  expect(measuredOver(series([5, 5]), "test_loss").label).toBe("test_loss − order 0 (5)");
  const apart = measuredOver(series([5, 5.001]), "test_loss");
  expect([apart.label, apart.axis, apart.isLogarithmic]).toEqual(["test_loss", "H", true]);
  expect(apart.run.points.map(({ x, value }) => [x, value])).toEqual([
    [0.1, 5.001],
    [1, 5.01],
  ]);
  expect(apart.run.points[0]!.words).toMatch(/^H = 0\.1: 5\.001 ± 0\.02\n/);
  expect(apart.sentence).toBe("test_loss over H: the prediction holds at both values.");
});

test("has no band where it is not known how far off a prediction may be", () => {
  expect(measuredOver(series([5, 5]), "test_loss").run.band.map(({ x }) => x)).toEqual([1]);
});

test("has a linear axis for values of both signs", () => {
  expect(measuredOver({ ...series([5, 5]), xs: [-1, 10] }, "test_loss").isLogarithmic).toBe(false);
});

test("of a run that was stopped takes no learning rate for done that lacks trials", () => {
  const sentenceOf = (points: readonly RunPoint[]) =>
    measuredData(run({ state: "cancelled", points }), undefined, "test_loss", undefined).sentence;
  const stopped = { cancelled: true } as const;
  expect(sentenceOf([point(stopped)])).toBe(
    "test_loss: so far the prediction holds. None of 2 learning rates is done.",
  );
  expect(sentenceOf([point({}), point({ ...stopped, eta: 0.2, verdict: "disagrees" })])).toBe(
    "test_loss: the prediction holds. 1 of 2 learning rates is done.",
  );
  const { run: drawn } = measuredData(run({ points: [point(stopped)] }), undefined, "test_loss", undefined);
  expect(drawn.points[0]!.words).toContain("agrees (stopped early)");
});
