/** Losses that overflow inside a finite value: no engine may call a trial diverged that does not diverge. */
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { machineFuses } from "../../src/compile/fused.js";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import type { Landscape } from "../../src/landscape/index.js";
import { analyzeText } from "../../src/language/index.js";
import { fusePlan } from "../../src/simulate/fuse-plan.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { TwinKernel } from "../../src/simulate/twin.js";
import { oneOf } from "../times.js";
import { requestOf, sgd } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";

const sigmoid = (u: number) => (u < 0 ? Math.exp(u) / (1 + Math.exp(u)) : 1 / (1 + Math.exp(-u)));
const sech = (u: number) => 2 / (Math.exp(Math.min(700, u)) + Math.exp(Math.min(700, -u)));

/** Statements, and the slope by w for the datum x. */
const losses: readonly (readonly [statements: string, slope: (w: number, x: number) => number])[] = [
  ["loss log(1 + exp(w*x))/1e4 + w^2/2", (w, x) => (x * sigmoid(w * x)) / 1e4 + w],
  ["loss log1p(exp(x*w))/1e4 + w^2/2", (w, x) => (x * sigmoid(w * x)) / 1e4 + w],
  ["loss 1/(1 + exp(-w*x)) + w^2/2", (w, x) => x * sigmoid(w * x) * sigmoid(-w * x) + w],
  ["loss exp(w*x)/(1 + exp(w*x)) + w^2/2", (w, x) => x * sigmoid(w * x) * sigmoid(-w * x) + w],
  ["let u = w*x loss log(cosh(u))/1e4 + w**2/2", (w, x) => (x * Math.tanh(w * x)) / 1e4 + w],
  [
    "let a = w*x let b = -2*a loss log(exp(a) + exp(b))/1e4 + w^2/2",
    (w, x) => (x * sigmoid(3 * w * x) - 2 * x * sigmoid(-3 * w * x)) / 1e4 + w,
  ],
  [
    "loss logsumexp(w*x, -w*x, w, 2)/1e4 + w^2/2",
    (w, x) => (Math.abs(w * x) > 100 ? (Math.sign(w * x) * x) / 1e4 : Number.NaN) + w,
  ],
  ["loss softplus(w*x)/1e4 + sigmoid(w*x) + w^2/2", (w, x) => (x * sigmoid(w * x)) / 1e4 + w],
  ["loss 1/cosh(w*x) + erf(w*x) + w^2/2", (w, x) => -x * sech(w * x) * Math.tanh(w * x) + w],
  ["loss exp(-exp(w*x)) + w^2/2", (w, x) => -x * Math.exp(w * x - Math.exp(w * x)) + w],
  ["let p = 1/(1 + exp(-w*x)) loss -log(1 - p)/1e4 + w^2/2", (w, x) => (x * sigmoid(w * x)) / 1e4 + w],
];

const sizes = [700, -745, 1e4];

/** Each loss at each size, so that each third of them is of all losses and sizes. */
const cases = losses.flatMap(([statements, slope], index) =>
  sizes.map((_, at) => ({ statements, slope, x: sizes[(index + at) % sizes.length]! })),
);

async function requestFor(statements: string, x: number): Promise<SimulationRequest> {
  const text = `landscape l { weights w = 1 data x ~ discrete(${x}: 1) ${statements} }`;
  const { landscapes, diagnostics } = await analyzeText(text);
  expect(diagnostics).toEqual([]);
  return requestOf(landscapes.get("l") as Landscape, sgd(4), { trials: 8 });
}

/** The weight after the updates, by plain numbers. */
function descended(slope: (w: number, x: number) => number, x: number, eta: number): number {
  let w = 1;
  for (let update = 0; update < 4; update++) {
    w -= eta * slope(w, x);
  }
  return w;
}

async function expectDescents(
  trialValues: (request: SimulationRequest) => Promise<readonly (readonly number[])[]>,
  tolerance: number,
  tried = cases,
): Promise<void> {
  for (const { statements, slope, x } of tried) {
    const request = await requestFor(statements, x);
    const displacement = descended(slope, x, request.eta) - 1;
    const values = await trialValues(request);
    for (const column of values) {
      for (const value of column) {
        expect(Number.isFinite(value), `${statements} at ${x}: ${values}`).toBe(true);
      }
    }
    for (const value of values.at(-1)!) {
      expect(Math.abs(value - displacement), `${statements} at ${x}`).toBeLessThan(tolerance);
    }
  }
}

describe("on the processor", () => {
  const cpu = openCpuEngine(0);
  afterAll(() => cpu.close());

  test("no such trial diverges, and each ends where it should", async () => {
    await expectDescents((request) => cpu.trialValues(request), 1e-11);
  });

  test("the kernel's twin gives the same bits", async () => {
    for (const [statements] of losses) {
      for (const x of [-745, 0.3]) {
        const request = await requestFor(statements, x);
        const plain = planSimulation(request);
        const plan = machineFuses() ? fusePlan(plain) : plain;
        const kernel = new TwinKernel(plan, request.seed, 8);
        simulateTrials(kernel, plan, 0, request.trials, () => false);
        const twin = plan.columns.map(({ center }, column) =>
          kernel.values(column, 0, request.trials).map((value) => value - center),
        );
        expect(twin).toEqual(await cpu.trialValues(request));
        expect(twin.flat().every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describeOnGpu("on a GPU", () => {
  let gpu: Engine;
  beforeAll(async () => {
    gpu = await openWebGpuEngine(softwareGpu);
  });
  afterAll(() => gpu?.close());

  test("no such trial diverges, and each ends where it should", async () => {
    // Each is a shader, which takes its time to be compiled.
    const tried = [...oneOf(3, cases)];
    expect(tried.length).toBeGreaterThanOrEqual(losses.length);
    await expectDescents((request) => gpu.trialValues(request), 1e-5, tried);
  });
});

describe("on tensors", () => {
  test("no such trial diverges, and each ends where it should", async () => {
    const { engine } = await openBundled("cpu");
    await expectDescents(async (request) => {
      const simulation = new TensorSimulation(engine, request);
      try {
        const done = await simulation.run(
          { first: 0, trials: request.trials, values: true },
          new AbortController().signal,
        );
        return done.values!.map((column) => column.map((value) => value ?? Number.NaN));
      } finally {
        simulation.dispose();
      }
    }, 1e-5);
  });
});
