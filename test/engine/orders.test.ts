import { describe, expect, it as test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { Evaluator } from "../../src/evaluate/index.js";
import type { Expression, Landscape } from "../../src/landscape/index.js";
import { analyzeText } from "../../src/language/index.js";
import { numbersOf, type Observable } from "../../src/observables/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { withOrders } from "../../src/simulate/orders.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { TwinKernel } from "../../src/simulate/twin.js";
import { call, gauss, mixed, number, product, sgd, sum, symbol } from "./simulate-landscapes.js";

/*
 * Each order of what trials measure, beside what diagrams of as many edges say.
 */

const order = 3;

const observables = (landscape: Landscape): Observable[] => [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: landscape.weights.map((_, index) => index) },
  { name: "bend", weights: [], value: bendOf(landscape.weights[0]!.name) },
];

/** A function of a weight with all derivatives, and with a constant that no trial changes: `7 + w e^(w/2)`. */
function bendOf(weight: string): Expression {
  const half = product(number(1 / 2), symbol(weight));
  return sum(number(7), product(symbol(weight), call("exp", half)));
}

function requestOf(
  landscape: Landscape,
  spacetime: SpaceTime,
  trials: number,
  observed = observables(landscape),
): SimulationRequest {
  return {
    landscape,
    spacetime,
    eta: 0.05,
    numbers: observed
      .flatMap((observable) => numbersOf(observable, landscape))
      .flatMap((number) => {
        const { whole, orders, remainder } = withOrders(number, order);
        return [whole, ...orders, remainder];
      }),
    expansion: { order, keepsCurvature: true },
    trials,
    seed: 8,
  };
}

test("an order that is no double is in no mean, and its trial did not diverge", async () => {
  // Derivatives of sin(x u) are powers of x: the first order of a trial that meets 1e60 has its square, and the
  // third of the loss its sixth power.
  const { landscapes } = await analyzeText(
    "landscape waves { weights u = 0 data x ~ discrete(1: 3/4, 1e60: 1/4) loss sin(x*u) + u^2/2 }",
  );
  const landscape = landscapes.get("waves") as Landscape;
  // Of these weights the exponential is no double either.
  const losses = observables(landscape).filter(({ value }) => value === undefined);
  const request = requestOf(landscape, sgd(3), 200, losses);
  const results = await Promise.all(
    (["wasm", "js"] as const).map((backend) => simulateLocally(request, { workers: 0, backend })),
  );
  expect(results[0]!.statistics).toEqual(results[1]!.statistics);
  for (const { diverged, statistics } of results) {
    const known = new Map(statistics.map((one) => [one.label, one]));
    expect(diverged).toBe(0);
    expect(known.get("test_loss")).toMatchObject({ count: 200 });
    expect(known.get("test_loss")!.mean).toBeGreaterThan(0);
    const { mean, count, moments } = known.get("test_loss at order 3")!;
    expect(mean).toBeNaN();
    // Of three points none is 1e60 with the probability 27/64, and no order overflows.
    expect(Math.abs(count / 200 - 27 / 64)).toBeLessThan(0.12);
    expect(count + moments.overflowed!).toBe(200);
  }
});

const cases: [string, Landscape, SpaceTime][] = [
  ["Gauss", gauss, sgd(6)],
  ["Gauss, shuffled epochs of batches", gauss, sgd(4, 2, 2, "reshuffled")],
  ["Gauss, on all points", gauss, { optimiser: "gd", parameters: { N: 3, T: 4 } }],
  ["two weights and several data", mixed, sgd(4)],
];

describe.each(cases)("%s", (_, landscape, spacetime) => {
  test("has the same bits from both kernels of the processor", async () => {
    const request = requestOf(landscape, spacetime, 90);
    const [fast, reference] = await Promise.all([
      simulateLocally(request, { workers: 0 }),
      simulateLocally(request, { workers: 0, backend: "js" }),
    ]);
    expect(fast.diverged).toBe(0);
    expect(fast.statistics).toEqual(reference.statistics);
  });

  test("has the orders that diagrams predict", async () => {
    const { statistics } = await simulateLocally(requestOf(landscape, spacetime, 40_000), { workers: 0 });
    const evaluator = new Evaluator(landscape, { order });
    for (const observable of observables(landscape)) {
      const { terms } = evaluator.evaluate({
        spacetime,
        eta: 0.05,
        observable,
        selection: { kind: "order", order },
        sum: "exact",
      });
      numbersOf(observable, landscape).forEach(({ label }, index) => {
        for (let k = 0; k <= order; k++) {
          const measured = statistics.find((one) => one.label === `${label} at order ${k}`)!;
          const own = terms.filter(({ edges }) => edges === k).map(({ value }) => value[index]!);
          const predicted = own.reduce((sum, value) => sum + value, 0);
          const size = own.reduce((sum, value) => sum + Math.abs(value), 0);
          const error = Math.abs(measured.mean - predicted);
          expect(error, `${label}, order ${k}`).toBeLessThanOrEqual(
            5 * measured.standardError + 1e-10 * size + 1e-14,
          );
        }
      });
    }
  });

  test("has the same trials on an engine of single precision, but for its rounding", async () => {
    const trials = 32;
    const request = requestOf(landscape, spacetime, trials);
    const { engine } = await openBundled("cpu");
    const simulation = new TensorSimulation(engine, request);
    const done = await simulation.run({ first: 0, trials, values: true }, new AbortController().signal);
    simulation.dispose();
    const plan = planSimulation(request);
    const kernel = new TwinKernel(plan, request.seed, trials);
    simulateTrials(kernel, plan, 0, trials, () => false);
    plan.columns.forEach((column, index) => {
      const exact = kernel.values(index, 0, trials);
      done.values![index]!.forEach((value, trial) => {
        // what devices tell is less the center
        const error = Math.abs(value! + column.center - exact[trial]!);
        expect(error, `${column.label}, trial ${trial}`).toBeLessThan(3e-6);
      });
    });
  });
});
