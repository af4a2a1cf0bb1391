import { expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { Evaluator } from "../../src/evaluate/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import { runVerification } from "../../src/verify/index.js";
import { discrete, landscapeOf } from "../unit/landscape/read.js";

/* The limits of the paper's Theorem 2 beside long simulated descents. */

const landscape = landscapeOf("t^2/2 + t*x/3 + t^3/12", { t: 0.1 }, [
  discrete("x", { "-1": 2 / 3, "2": 1 / 3 }),
]);
const engine = openCpuEngine(0);
const descents: readonly (readonly [long: SpaceTime, limit: SpaceTime])[] = [
  [
    { optimiser: "sgd", parameters: { N: 300, E: 1, B: 1, shuffle: "same" } },
    { optimiser: "sgd", parameters: { N: Number.POSITIVE_INFINITY, E: 1, B: 1, shuffle: "same" } },
  ],
  [
    { optimiser: "gd", parameters: { N: 4, T: 300 } },
    { optimiser: "gd", parameters: { N: 4, T: Number.POSITIVE_INFINITY } },
  ],
];

test.each(descents)("each order of a long descent is measured to be its limit: %j", async (long, limit) => {
  const [run] = await runVerification(
    {
      name: "long",
      landscape,
      spacetime: long,
      etas: [0.1],
      observables: [{ name: "test_loss", weights: [] }],
      prediction: { kind: "order", order: 3 },
      sum: "exact",
      seed: 5,
    },
    { engines: { open: async () => ({ ...engine, close: async () => undefined }) }, trials: 20_000 },
  );
  const { terms } = new Evaluator(landscape, { order: 3 }).evaluate({
    spacetime: limit,
    eta: 0.1,
    observable: { name: "test_loss", weights: [] },
    selection: { kind: "order", order: 3 },
    sum: "exact",
  });
  const limits = [0, 1, 2, 3].map((order) =>
    terms.filter(({ edges }) => edges === order).reduce((sum, { value }) => sum + value[0]!, 0),
  );
  run!.orders!.forEach(({ order, measured, standardError }) => {
    const error = Math.abs(measured! - limits[order]!);
    expect(error, `order ${order}`).toBeLessThan(4.5 * standardError! + 1e-10);
  });
  // They are told from 0, and from one another.
  expect(Math.abs(limits[2]!)).toBeGreaterThan(20 * run!.orders![2]!.standardError!);
});
