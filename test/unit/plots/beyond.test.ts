import { describe, expect, test } from "vitest";
import { measuredData, type PlottedRun } from "../../../src/plots/measured-data.js";
import type { RunPoint } from "../../../src/runs/index.js";

const etas = [0.1, 0.2, 0.4];
const point = (place: number, given: Partial<RunPoint>): RunPoint => ({
  ...{ eta: etas[place]!, observable: "test_loss", measured: 5 + etas[place]!, standardError: 0.01 },
  ...{ trials: 1000, diverged: 0, predicted: 5.1, truncation: 0.1, verdict: "agrees", reason: "" },
  ...{ steps: 1000, stepsPerSecond: 1 },
  ...given,
});
const run = (changes: readonly Partial<RunPoint>[]): PlottedRun => ({
  ...{ kind: "verification", title: "v", seed: 0, state: "done", prediction: "order 1", sum: "exact" },
  ...{ order: 1, etas, partial: [], terms: [] },
  points: changes.map((change, place) => point(place, change)),
  curves: [
    { observable: "test_loss", etas, orders: [[5, 5, 5], etas.map((eta) => 5 + eta)], truncation: [0, 0, 0] },
  ],
});
const data = (changes: readonly Partial<RunPoint>[]) =>
  measuredData(run(changes), undefined, "test_loss", undefined);
const lost = { verdict: "inconclusive", diverged: 7 } as const;

describe("a mean that would leave no room for the others", () => {
  test.each([1e3, 1e30, 1e77, -1e77])("stands at the edge of the frame: %d", (measured) => {
    const { run: drawn, sentence } = data([{}, {}, { ...lost, measured, standardError: Math.abs(measured) }]);
    expect(drawn.points.map(({ x }) => x)).toEqual([0.1, 0.2]);
    expect(drawn.beyond.map(({ x }) => x)).toEqual([0.4]);
    expect(sentence).toMatch(/ Beyond the frame: the mean at η = 0\.4, .+\.$/);
    expect(sentence).toContain("Trials diverged: 7 of 1,000 at η = 0.4.");
  });

  test("stays in the frame where it is what is to be seen: a prediction that is wrong by far", () => {
    const { run: drawn } = data([{}, {}, { verdict: "disagrees", measured: 1e6 }]);
    expect([drawn.points.length, drawn.beyond.length]).toEqual([3, 0]);
  });

  test("stays where none is farther than the others go", () => {
    const { run: drawn } = data([{ ...lost }, { ...lost, measured: 6 }, { ...lost, measured: 8 }]);
    expect([drawn.points.length, drawn.beyond.length, drawn.diverged.length]).toEqual([3, 0, 3]);
  });

  test("and trials that diverged are told where there is no mean at all", () => {
    const none = { ...lost, diverged: 1000, measured: null, standardError: null };
    const { run: drawn, sentence } = data([none, none, none]);
    expect(drawn.points).toEqual([]);
    expect(drawn.diverged.map(({ x }) => x)).toEqual(etas);
    expect(sentence).toBe(
      "test_loss: it is not decided at any of 3 learning rates whether the prediction holds, since trials diverge." +
        " At η = 0.1, η = 0.2 and η = 0.4 there is no finite mean to draw." +
        " Trials diverged: all 1,000 at η = 0.1, all 1,000 at η = 0.2 and all 1,000 at η = 0.4.",
    );
  });
});
