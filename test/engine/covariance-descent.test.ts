import { expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { numbersOf } from "../../src/observables/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { analyze } from "../language/workspace.js";
import { twoWeights } from "../unit/optimisers/carried.js";
import { penalised } from "../unit/optimisers/penalised.js";
import { simulated } from "../written.js";

const eta = 0.2;

async function requested(trials: number): Promise<SimulationRequest> {
  const file = await analyze(`${twoWeights.text}
verify v { landscape example  gdc(N = 3, T = 3)  eta = ${eta}  observe test_loss, train_loss, displacement  predict order 2 }`);
  const { landscape, spacetime, observables } = simulated(file.verifies.get("v"));
  const numbers = observables.flatMap((observable) => numbersOf(observable, landscape));
  return { landscape, spacetime, eta, numbers, trials, seed: 3 };
}

test("gdc goes down the training loss and its penalty: trials have the mean over all training sets", async () => {
  const { statistics } = await simulateLocally(await requested(60_000), { workers: 0 });
  // Orders fall quickly here: what lies beyond the twelfth does not count.
  const { test: loss, train, moved } = penalised(twoWeights, 3, 3, 13, eta);
  const expected = [loss, train!, ...moved].map((series) => series.reduce((sum, one) => sum + one));
  statistics.forEach(({ mean, standardError }, index) => {
    expect(Math.abs(mean - expected[index]!)).toBeLessThan(4.5 * standardError);
    expect(standardError).toBeLessThan(0.003);
  });
});

test("gdc has the same bits in WebAssembly and in JavaScript, with its orders", async () => {
  const request = { ...(await requested(70)), expansion: { order: 3, keepsCurvature: true } };
  const [kernel, twin] = await Promise.all(
    (["wasm", "js"] as const).map((backend) => simulateLocally(request, { workers: 0, backend })),
  );
  expect(twin!.statistics.map(({ moments }) => moments)).toEqual(
    kernel!.statistics.map(({ moments }) => moments),
  );
});

test("engines of single precision refuse gdc in a line", async () => {
  const request = await requested(10);
  expect(() => planSimulation(request, "calls")).toThrow(
    "gdc is simulated on the processor alone; choose cpu, or leave the choice open",
  );
});
