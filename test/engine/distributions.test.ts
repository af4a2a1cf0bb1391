/** Data of every distribution on the engines: the same bits on both of the processor's, the same data on a GPU, and their moments. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { simulateLocally } from "../../src/engines/processor/local.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { type DataSource, distributionNamed, type Landscape } from "../../src/landscape/index.js";
import { product, requestOf, sgd, sum, symbol } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";

/** Sources with their means and variances, from tables. */
const known: readonly (readonly [
  distribution: string,
  parameters: number[],
  mean: number,
  variance: number,
])[] = [
  ["binomial", [12, 0.3], 3.6, 2.52],
  ["poisson", [3], 3, 3],
  ["laplace", [-1, 0.5], -1, 0.5],
  ["exponential", [2], 0.5, 0.25],
  ["gamma", [2.5, 2], 5, 10],
  ["gamma", [0.5, 1], 0.5, 0.5],
  ["lognormal", [0, 0.5], Math.exp(1 / 8), Math.exp(1 / 4) * Math.expm1(1 / 4)],
  ["student_t", [9], 0, 9 / 7],
];

const sources = known.map(([name, parameters], i): DataSource => {
  const made = distributionNamed(name)!.source(
    `x${i}`,
    parameters.map((value) => ({ value })),
  );
  if ("refusal" in made) {
    throw new Error(made.refusal);
  }
  return made;
});

/** One step of rate 1 takes what multiplies a weight off it: displacements are data with the other sign. */
const reading: Landscape = {
  name: "reading",
  weights: sources.map((_, i) => ({ name: `w${i}`, start: 0 })),
  data: sources,
  loss: sum(...sources.map((_, i) => product(symbol(`w${i}`), symbol(`x${i}`)))),
};

const request = requestOf(reading, sgd(1), {
  eta: 1,
  observables: [{ name: "displacement", weights: sources.map((_, i) => i) }],
});

describe("data", () => {
  test("are the same to the bit by instructions and in plain JavaScript", async () => {
    const asked = { ...request, trials: 3000 };
    const [wasm, js] = await Promise.all([
      simulateLocally(asked, { workers: 0, backend: "wasm" }),
      simulateLocally(asked, { workers: 0, backend: "js" }),
    ]);
    expect(js.statistics).toEqual(wasm.statistics);
  });

  test("have their means and variances", async () => {
    const trials = 400_000;
    const { statistics } = await simulateLocally({ ...request, trials }, { workers: 0, backend: "wasm" });
    known.forEach(([name, , mean, variance], i) => {
      const { mean: found, standardError } = statistics[i]!;
      expect(Math.abs(-found - mean), name).toBeLessThan(4.5 * standardError);
      // Fourth moments of all of these are below 40 squared variances.
      expect(Math.abs((standardError ** 2 * trials) / variance - 1), name).toBeLessThan(
        4.5 * Math.sqrt(40 / trials),
      );
    });
  });
});

describeOnGpu("data on a GPU", () => {
  let gpu: Engine;
  const cpu = openCpuEngine(0);

  beforeAll(async () => {
    gpu = await openWebGpuEngine(softwareGpu);
  });

  afterAll(async () => {
    await gpu.close();
    await cpu.close();
  });

  test("are those of the processor", async () => {
    const asked = { ...request, trials: 2 ** 15 };
    const [found, expected] = [await gpu.trialValues(asked), await cpu.trialValues(asked)];
    known.forEach(([name], column) => {
      expected[column]!.forEach((value, trial) => {
        expect(Math.abs(found[column]![trial]! - value), name).toBeLessThan(
          3e-5 * Math.max(1, Math.abs(value)),
        );
      });
    });
  });
});
