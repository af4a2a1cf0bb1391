/** Trials on a GPU, in single precision, against the same trials on the processor, in double precision. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import type { Landscape } from "../../src/landscape/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { Observable } from "../../src/observables/index.js";
import type { Descent } from "../../src/optimisers/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { landscapeOf, normal } from "../unit/landscape/read.js";
import { written } from "../written.js";
import {
  landscapes as anyLandscapes,
  call,
  gauss,
  mixed,
  number,
  power,
  product,
  requestOf,
  sgd,
  spacetimes,
  sum,
  symbol,
} from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";
import { cases, errors, requestOf as testLossRequest } from "./test-loss-cases.js";

let gpu: Engine;
const cpu = openCpuEngine(0);

beforeAll(async () => {
  if (softwareGpu.lacks === undefined) {
    gpu = await openWebGpuEngine(softwareGpu);
  }
});

afterAll(async () => {
  await gpu?.close();
  await cpu.close();
});

/** The same trials differ by a few units of single precision's last place, those of 1 or of the measurement's size. */
async function expectAgreement(request: SimulationRequest): Promise<void> {
  const [found, expected] = [await gpu.trialValues(request), await cpu.trialValues(request)];
  expect(found).toHaveLength(expected.length);
  let worst = 0;
  expected.forEach((values, column) => {
    expect(found[column]).toHaveLength(request.trials);
    values.forEach((value, trial) => {
      const own = found[column]![trial]!;
      const bothDiverged = Number.isNaN(own) && Number.isNaN(value);
      const difference = bothDiverged ? 0 : Math.abs(own - value) / Math.max(1, Math.abs(value));
      // Not a number is no agreement.
      if (!(difference <= worst)) {
        worst = difference;
      }
    });
  });
  expect(worst).toBeLessThan(1e-6);
}

const paper = async (name: string): Promise<Landscape> => {
  const text = readFileSync(new URL(`../../examples/paper/${name}.diag`, import.meta.url), "utf8");
  return written((await analyzeText(text)).landscapes.get(name));
};

/** A neuron of 24 weights that all meet in one square. */
const wide: Landscape = {
  name: "wide",
  weights: Array.from({ length: 24 }, (_, index) => ({ name: `w${index}`, start: Math.sin(index) / 3 })),
  data: gauss.data,
  loss: power(
    sum(
      ...Array.from({ length: 24 }, (_, index) =>
        product(number(Math.cos(index) / 5), symbol(`w${index}`), symbol("x")),
      ),
      number(-0.7),
    ),
    2,
  ),
};

/** log(1 + e^(−x a + b)): its expectation has no closed form, and is a sum over quadrature points. */
const logistic: Landscape = {
  name: "logistic",
  weights: [
    { name: "a", start: 0.4 },
    { name: "b", start: -0.1 },
  ],
  data: [{ kind: "continuous", name: "x", distribution: "normal", parameters: [0.6, 1.5] }],
  loss: sum(
    call("log", sum(number(1), call("exp", sum(product(number(-1), symbol("x"), symbol("a")), symbol("b"))))),
    product(number(0.05), power(symbol("a"), 2)),
    product(number(0.3), power(symbol("b"), 2)),
  ),
};

const dataless: Landscape = {
  name: "dataless",
  weights: [
    { name: "a", start: 0.9 },
    { name: "b", start: -0.3 },
  ],
  data: [],
  loss: sum(power(symbol("a"), 4), call("cos", sum(symbol("a"), symbol("b"))), power(symbol("b"), 2)),
};

/** Numbers that single precision has. */
const landscapes = anyLandscapes.map(
  (landscape) =>
    JSON.parse(JSON.stringify(landscape), (_, value: unknown) =>
      typeof value === "number" && Math.abs(value) < 1e-30 ? 0 : value,
    ) as Landscape,
);

const seeds = { trials: 130, seed: 2n ** 63n + 12345n };

describeOnGpu("trials on a GPU", () => {
  test("is what tests run on", () => {
    expect(gpu.name).toBe("webgpu");
    expect(gpu.isPrecise(requestOf(gauss, sgd(10), { trials: 1 }))).toBe(false);
    expect(gpu.software).toBe(true);
    expect(gpu.device).not.toBe("");
    expect(gpu.facts.map(([name]) => name)).toContain("webgpu");
  });

  test.each([
    ["gauss, of the paper", () => paper("gauss"), sgd(10)],
    ["archimedes, of the paper", () => paper("archimedes"), sgd(203)],
    ["every source of data, one epoch in batches of an odd size", () => mixed, sgd(9, 1, 3)],
    ["every source of data, several epochs", () => mixed, sgd(6, 3, 2)],
    ["every source of data, reshuffled", () => mixed, sgd(10, 3, 2, "reshuffled")],
    ["every source of data, gradient descent", () => mixed, { optimiser: "gd", parameters: { N: 5, T: 4 } }],
    ["many weights", () => wide, sgd(14, 1, 2)],
    ["a loss that has to be sampled", () => logistic, sgd(12, 2, 3, "reshuffled")],
    ["no data", () => dataless, sgd(7, 2)],
    ["no data, reshuffled in batches", () => dataless, sgd(9, 2, 3, "reshuffled")],
  ] as [string, () => Landscape | Promise<Landscape>, Descent][])(
    "are the processor's: %s",
    async (_, landscape, spacetime) => {
      const firstTrial = 2 ** 32 - 60;
      await expectAgreement(requestOf(await landscape(), spacetime, { ...seeds, firstTrial }));
    },
  );

  test.each(cases)("have their test losses wherever they end: $what", async (one) => {
    const request = testLossRequest(one, 100);
    const [values, result] = [await gpu.trialValues(request), await gpu.simulate(request)];
    const { center } = result.statistics[0]!.moments;
    expect(Math.max(...errors(one, values, center))).toBeLessThan(2e-5);
    expect(result).toMatchObject({ trials: 100, diverged: 0 });
    expect(result.unfound).toBeUndefined();
    const mean = values[0]!.reduce((sum, value) => sum + value, 0) / 100 + center;
    expect(Math.abs(result.statistics[0]!.mean / mean - 1)).toBeLessThan(1e-9);
  });

  test("whose test loss cannot be found are counted, in no mean of it, and in those of the weights", async () => {
    const landscape = landscapeOf("exp(u*x^2/8)/100 - 6*u", { u: 0 }, [normal("x")]);
    const request = testLossRequest(
      { landscape, spacetime: { optimiser: "gd", parameters: { N: 1, T: 1 } }, eta: 1 },
      100,
    );
    const { unfound, diverged, statistics } = await gpu.simulate(request);
    expect(unfound).toMatchObject({ trials: 100, first: 0 });
    expect(unfound!.reason).toMatch(/^landscape .+/);
    expect(diverged).toBe(0);
    expect(statistics.map(({ count }) => count)).toEqual([0, 0, 100, 100]);
    expect((await gpu.trialValues(request))[0]!.every(Number.isNaN)).toBe(true);
  });

  test("add small things to large ones, ten thousand times", async () => {
    // A step is a sixth of what single precision tells 1 from; the sum of losses gets as large as 15 000.
    const patient: Landscape = {
      name: "patient",
      weights: [{ name: "a", start: 1 }],
      data: [{ kind: "continuous", name: "u", distribution: "uniform", parameters: [0, 1] }],
      loss: sum(symbol("a"), symbol("u")),
    };
    const observables = [
      { name: "train_loss" as const, weights: [] },
      { name: "displacement" as const, weights: [0] },
    ];
    const request = requestOf(patient, sgd(10_000), { ...seeds, eta: 1e-8, observables });
    await expectAgreement(request);
    const [, moved] = await gpu.trialValues(request);
    for (const displacement of moved!) {
      expect(displacement).toBeCloseTo(-1e-4, 9);
    }
  });

  test("are the processor's for random landscapes and space-times", async () => {
    await fc.assert(
      fc.asyncProperty(
        landscapes,
        spacetimes,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 0, max: 2 ** 53 - 1000 }),
        async (landscape, spacetime, seed, firstTrial) => {
          await expectAgreement(requestOf(landscape, spacetime, { seed, firstTrial, trials: 70 }));
        },
      ),
      { numRuns: 6, seed: 1 },
    );
  });

  test("are told for fewer observables, in the request's order", async () => {
    const observables: readonly Observable[] = [
      { name: "displacement", weights: [1, 0] },
      { name: "test_loss", weights: [] },
    ];
    await expectAgreement(requestOf(mixed, sgd(3), { ...seeds, observables }));
  });
});
