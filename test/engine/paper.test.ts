/**
 * Simulated values of THEORY §5, measured anew: both measurements have standard errors, and must
 * differ by less than four of them.
 */
import { expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { analyzeText } from "../../src/language/index.js";
import { numbersOf, type Observable } from "../../src/observables/index.js";
import { written } from "../written.js";

async function measure(body: string, N: number, eta: number, trials: number, observable: Observable) {
  const landscape = written((await analyzeText(`landscape l { ${body} }`)).landscapes.get("l"));
  const { statistics, diverged } = await simulateLocally({
    landscape,
    spacetime: { optimiser: "sgd", parameters: { N, E: 1, B: 1, shuffle: "same" } },
    eta,
    numbers: numbersOf(observable, landscape),
    trials,
    seed: 11,
  });
  expect(diverged).toBe(0);
  return statistics[0]!;
}

test.each([
  { eta: 0.05, excess: 0.002508, error: 3e-6 },
  { eta: 0.1, excess: 0.008488, error: 8e-6 },
  { eta: 0.25, excess: 0.03737, error: 4e-5 },
])("Gauss, T = N = 10, η = $eta: excess test loss $excess", async ({ eta, excess, error }) => {
  const body = "weights h = 0 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2";
  const { mean, standardError } = await measure(body, 10, eta, 1_000_000, { name: "test_loss", weights: [] });
  expect(Math.abs(mean - 0.5 - excess)).toBeLessThan(4 * Math.hypot(standardError, error));
});

test.each([
  { eta: 0.05, share: 0.17221, error: 19e-5 },
  { eta: 0.1, share: 0.17767, error: 15e-5 },
])("Archimedes drifts by $share η² a step at η = $eta", async ({ eta, share, error }) => {
  const body =
    "weights u = 0, v = 0, z = 0 data x ~ normal(0, 1) " +
    "loss (u^2 + v^2 + (cos(z)*u + sin(z)*v)^2) / 2 + x * (cos(z - pi/4)*u + sin(z - pi/4)*v)";
  // Speed is the difference of two durations, since the start is not yet in the steady state.
  const at = (T: number) => measure(body, T, eta, 40_000, { name: "displacement", weights: [2] });
  const [early, late] = [await at(200), await at(1400)];
  const speed = (late.mean - early.mean) / 1200 / eta ** 2;
  const own = Math.hypot(early.standardError, late.standardError) / 1200 / eta ** 2;
  expect(Math.abs(speed - share)).toBeLessThan(4 * Math.hypot(own, error));
});
