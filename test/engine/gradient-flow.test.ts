import { expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { numbersOf } from "../../src/observables/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { runVerification } from "../../src/verify/index.js";
import { analyze } from "../language/workspace.js";
import { simulated } from "../written.js";

const text = `landscape gauss { weights h = 1  data x ~ normal(0, 1)  loss (h + x^2*exp(-h))/2 }
diagram two = (0-1-2)(02-12)
diagram drift { a -> o }
verify right { landscape gauss  ode(T = 4)  eta = 0.1, 0.2  observe test_loss, displacement, square = h^2  predict order 3  trials = 500 }
verify wrong { landscape gauss  ode(T = 4)  eta = 0.1  observe test_loss  predict two }
landscape bottom { weights h = 0  data x ~ normal(0, 1)  loss (h + x^2*exp(-h))/2 }
verify rest { landscape bottom  ode(T = 4)  eta = 0.1  observe test_loss, displacement  predict order 3 }
verify total { landscape gauss  ode(T = 4)  eta = 0.1  observe test_loss  predict order 1  measure = total }`;

async function verified(name: string) {
  const { verifies } = await analyze(text);
  return runVerification(simulated(verifies.get(name)), { trials: 700 });
}

// In closed form: e^h − 1 falls like e^(−t/2).
const endOf = (eta: number) => Math.log1p(Math.expm1(1) * Math.exp(-2 * eta));

test("one trial of a flow tells all, whatever was asked for, and has no error", async () => {
  const runs = await verified("right");
  expect(runs).toHaveLength(6);
  for (const run of runs) {
    expect(run).toMatchObject({ verdict: "agrees", trials: 1, standardError: 0, steps: 4 });
    expect(run.cancelled).toBeUndefined();
    const h = endOf(run.eta);
    const exact = { test_loss: (h + Math.exp(-h)) / 2, square: h * h }[run.observable] ?? h - 1;
    expect(run.measured).toBeCloseTo(exact, 11);
    expect(run.remainder!.measured).toBeCloseTo(exact - run.predicted!, 10);
    expect(run.orders!.every(({ standardError }) => standardError === 0)).toBe(true);
  }
});

test("a prediction that lacks a diagram is found wrong by it", async () => {
  const [run] = await verified("wrong");
  expect(run!.verdict).toBe("disagrees");
  expect(run!.reason).toMatch(
    /^order 1 disagrees: measured -0\.0385, predicted 0\.00, where nothing is random; it lacks \(0-1\)\(01\)/,
  );
});

test("at a minimum nothing moves, which is no reason to doubt", async () => {
  const runs = await verified("rest");
  for (const { verdict, reason, measured, observable } of runs) {
    expect(`${observable}: ${verdict}, ${reason}`).toMatch(
      /agrees, orders 0 to 3 agree; nothing is left over/,
    );
    expect(measured).toBeCloseTo(observable === "test_loss" ? 1 / 2 : 0, 14);
  }
});

test("the total alone is compared within what lies beyond", async () => {
  const [run] = await verified("total");
  expect(run).toMatchObject({ verdict: "agrees", trials: 1, standardError: 0, orders: null });
  expect(run!.reason).toMatch(/^within τ = 0\.0/);
});

test("engines tell what trials measured, and those of single precision refuse in a line", async () => {
  const { landscape, spacetime } = simulated((await analyze(text)).verifies.get("right"));
  const numbers = numbersOf({ name: "displacement", weights: [0] }, landscape);
  const request = { landscape, spacetime, eta: 0.1, numbers, trials: 3, seed: 1 };
  const engine = openCpuEngine(0);
  const [values] = await engine.trialValues(request);
  expect(values).toHaveLength(3);
  for (const value of values!) {
    expect(value).toBeCloseTo(endOf(0.1) - 1, 11);
  }
  await engine.close();
  expect(() => planSimulation(request, "calls")).toThrow("ode is simulated on the processor alone");
});
