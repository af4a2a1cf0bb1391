import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import type { Observable } from "../../../src/observables/index.js";
import { sidesOf } from "../../../src/optimisers/index.js";
import { simulatedLandscape } from "../../../src/simulate/noise.js";
import { analyze } from "../../language/workspace.js";
import { simulated } from "../../written.js";
import { oneWeight, twoWeights } from "../optimisers/carried.js";

const losses = {
  "a datum of two outcomes": oneWeight.text,
  "two weights": twoWeights.text,
  "features that are one another's multiples": `landscape example {
    weights u = 1/3, v = 1
    data x ~ normal(1, 2), y ~ uniform(-1, 1)
    loss u^2 + v^4/4 + x*u + (2*x + 1)*v^2/3 + y^2*u*v + x*y*u + 3
  }`,
};

describe.each(Object.entries(losses))("on %s", (_, text) => {
  test("descent with noise is descent on another landscape, whose datum is normal", async () => {
    const file = await analyze(
      `${text}\nverify v { landscape example  sde(T = 1, refine = 3)  eta = 0.2  observe test_loss  predict order 3 }`,
    );
    const { landscape, spacetime: whole } = simulated(file.verifies.get("v"));
    const [spacetime] = sidesOf(whole);
    const noisy = simulatedLandscape(landscape, spacetime);
    const observables: Observable[] = [
      { name: "test_loss", weights: [] },
      { name: "displacement", weights: landscape.weights.map((__, weight) => weight) },
    ];
    const plain = { optimiser: "sgd", parameters: { N: 3, E: 1, B: 1, shuffle: "same", rate: 1 / 3 } };
    for (const observable of observables) {
      const request = { eta: 0.2, observable, selection: { kind: "order", order: 3 }, sum: "exact" } as const;
      const expected = new Evaluator(noisy, { order: 3 }).evaluate({ ...request, spacetime: plain });
      const found = new Evaluator(landscape, { order: 3 }).evaluate({ ...request, spacetime });
      found.series.forEach((values, order) => {
        values.forEach((value, number) => {
          expect(value).toBeCloseTo(expected.series[order]![number]!, 11);
        });
      });
      found.total.forEach((value, number) => {
        expect(value).toBeCloseTo(expected.total[number]!, 12);
      });
    }
    // It is its own.
    expect(simulatedLandscape(noisy, spacetime)).toBe(noisy);
    expect(simulatedLandscape(landscape, spacetime)).toBe(noisy);
    expect(simulatedLandscape(landscape, plain)).toBe(landscape);
  });
});

test("a loss that does not separate is refused in a line, and so are moments that do not exist", async () => {
  const specified = async (data: string, loss: string) => {
    const file = await analyze(
      `landscape example { weights w = 1  data ${data}  loss ${loss} }\nverify v { landscape example  sde(T = 1)  eta = 0.2  observe test_loss  predict order 1 }`,
    );
    return file.diagnostics.map(({ message, code }) => `${code}: ${message}`);
  };
  expect(await specified("x ~ normal(0, 1)", "log(1 + exp(w*x))")).toEqual([
    "bad-space-time: the loss of example is no sum of functions of the weights times functions of the data, which sde draws its noise by; write it so, or take another optimiser",
  ]);
  expect(await specified("x ~ normal(0, 1)", "w^2*x^2 + sin(x)*exp(w)")).toEqual([]);
});
