import { expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { numbersOf } from "../../src/observables/index.js";
import { sidesOf } from "../../src/optimisers/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { planSimulation, requestProblem } from "../../src/simulate/plan.js";
import { analyze } from "../language/workspace.js";
import { simulated } from "../written.js";

const eta = 0.05;
const text = `landscape gauss { weights h = log(2)  data x ~ normal(0, 1)  loss (h + x^2*exp(-h))/2 }
verify v { landscape gauss  sde(T = 4, refine = 3)  eta = ${eta}  observe test_loss, displacement  predict order 4 }`;

async function requested(trials: number) {
  const { landscape, spacetime, observables } = simulated((await analyze(text)).verifies.get("v"));
  const numbers = observables.flatMap((observable) => numbersOf(observable, landscape));
  const request: SimulationRequest = { landscape, spacetime, eta, numbers, trials, seed: 5 };
  return { request, observables };
}

test("trials of sde have the mean that is predicted", async () => {
  const { request, observables } = await requested(60_000);
  const { statistics, steps } = await simulateLocally(request, { workers: 0 });
  expect(steps).toBe(12 * 60_000);
  const evaluator = new Evaluator(request.landscape, { order: 4 });
  observables.forEach((observable, index) => {
    const { spacetime } = request;
    const selection = { kind: "order", order: 4 } as const;
    const [total] = evaluator.evaluate({ spacetime, eta, observable, selection, sum: "exact" }).total;
    const { mean, standardError } = statistics[index]!;
    expect(Math.abs(mean - total!)).toBeLessThan(4.5 * standardError + 1e-6);
    expect(standardError).toBeLessThan(5e-4);
  });
});

test("it has the same bits in WebAssembly and in JavaScript, and streams of its own", async () => {
  const { request } = await requested(70);
  const whole = { ...request, expansion: { order: 2, keepsCurvature: true } };
  const [kernel, twin] = await Promise.all(
    (["wasm", "js"] as const).map((backend) => simulateLocally(whole, { workers: 0, backend })),
  );
  expect(twin!.statistics.map(({ moments }) => moments)).toEqual(
    kernel!.statistics.map(({ moments }) => moments),
  );
  const spacetime = { optimiser: "sgd", parameters: { N: 12, E: 1, B: 1, shuffle: "same", rate: 1 / 3 } };
  const { simulatedLandscape } = await import("../../src/simulate/noise.js");
  const landscape = simulatedLandscape(request.landscape, sidesOf(request.spacetime)[0]);
  const data = await simulateLocally({ ...whole, spacetime, landscape }, { workers: 0 });
  expect(data.statistics[0]!.mean).not.toBe(kernel!.statistics[0]!.mean);
});

test("what it has not is refused in a line", async () => {
  const { request } = await requested(10);
  expect(() => planSimulation(request, "calls")).toThrow("sde is simulated on the processor alone");
  const numbers = numbersOf({ name: "gen_gap", weights: [] }, request.landscape);
  expect(requestProblem({ ...request, numbers })).toBe(
    "sde has no training points, whose loss could be measured; observe another",
  );
});
