import { expect, test } from "vitest";
import { essentialValues } from "../../../src/plots/essential.js";
import { measuredData } from "../../../src/plots/measured-data.js";
import type { Curves, RunPoint, RunState } from "../../../src/runs/index.js";

const etas = [0.05, 0.1, 0.2];
const curves: Curves[] = [
  { observable: "test_loss", etas, orders: [etas.map(() => 1), [1.5, 2, 3]], truncation: [0, 0, 0] },
];

const point = (eta: number, given: Partial<RunPoint> = {}): RunPoint => ({
  ...{ eta, observable: "test_loss", measured: 1 + 10 * eta, standardError: 1e-4, trials: 100, diverged: 0 },
  ...{ predicted: 1 + 10 * eta, truncation: 0, verdict: "agrees", reason: "", steps: 1, stepsPerSecond: 1 },
  ...given,
});

const rangeOf = (state: RunState, points: readonly RunPoint[]): [number, number] => {
  const { run } = measuredData(
    {
      ...{ kind: "verification", title: "v", seed: 0, state, prediction: "order 1", sum: "exact", order: 1 },
      ...{ etas, points, partial: [], terms: [], curves },
    },
    undefined,
    "test_loss",
    undefined,
  );
  const values = essentialValues(run);
  return [Math.min(...values), Math.max(...values)];
};

test.each(["running", "cancelled", "interrupted", "failed"] as const)(
  "a picture of a %s run that lacks learning rates shows the prediction at all of them",
  (state) => {
    for (let done = 0; done < etas.length; done++) {
      const points = etas.slice(0, done).map((eta) => point(eta));
      const [low, high] = rangeOf(state, points);
      expect(low).toBeLessThanOrEqual(1.5);
      expect(high).toBeGreaterThanOrEqual(3);
    }
  },
);

test("a picture of a run that is done is about what was measured, also where trials diverged", () => {
  const far = { measured: 1.2, verdict: "disagrees" } as const;
  const lost = { measured: null, standardError: null, diverged: 100 };
  expect(rangeOf("done", [point(0.05), point(0.1), point(0.2, far)])[1]).toBeLessThan(2.1);
  expect(rangeOf("done", [point(0.05), point(0.1), point(0.2, lost)])[1]).toBeLessThan(2.1);
  expect(rangeOf("cancelled", [point(0.05), point(0.1)])[1]).toBeGreaterThanOrEqual(3);
});
