/** Columns that are products of columns, on engines of single precision. */
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { settleTrials } from "../../src/engines/settle-trials.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import {
  mergeResults,
  type ProductNumber,
  type SimulationRequest,
  type SimulationResult,
} from "../../src/simulate/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { multiplied, productsOf, roundedProduct, rows, sumsOf } from "./product-oracle.js";
import { mixed, requestOf, sgd } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";
import { cases, requestOf as testLossRequest } from "./test-loss-cases.js";

const cpu = openCpuEngine(0);
afterAll(() => cpu.close());

function withProducts(request: SimulationRequest, some?: number): SimulationRequest {
  return { ...request, numbers: [...request.numbers, ...productsOf(request.numbers.length, some)] };
}

/** What trials measure has the sums that a result says, bit for bit. */
function expectSums(result: SimulationResult, values: readonly (readonly number[])[]): void {
  result.statistics.forEach(({ label, moments }, column) => {
    const { overflowed: _, ...sums } = sumsOf(values[column]!);
    expect({ count: moments.count, sum: moments.sum, squares: moments.squares }, label).toEqual(sums);
    expect(moments.overflowed, label).toBeUndefined();
  });
}

/** Every trial's products are those of its numbers. */
function expectProducts(
  values: readonly (readonly number[])[],
  measured: number,
  products: readonly ProductNumber[],
  multiply: (one: number, other: number) => number,
): void {
  values[0]!.forEach((_, trial) => {
    const own = values.map((column) => column[trial]!);
    // Whether a zero has a sign is of no matter.
    expect(own.map((value) => value + 0)).toEqual(multiplied(own.slice(0, measured), products, multiply));
  });
}

/** The same trials in double precision have nearly the same products. */
async function expectNear(request: SimulationRequest, values: readonly (readonly number[])[]): Promise<void> {
  const exact = await cpu.trialValues(request);
  exact.forEach((column, place) => {
    column.forEach((value, trial) => {
      const found = values[place]![trial]!;
      expect(Math.abs(found - value), `${place}, ${trial}`).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
    });
  });
}

/** As far out as single precision goes, on both sides. */
const extremes = rows(
  [3.4e38, -3.4e38],
  [2 ** -126, 2 ** -126],
  [-1e-30, 1e-35],
  [1e30, 1e-30],
  [0, 3.4e38],
  [1 + 2 ** -23, 1 - 2 ** -24],
  [1 / 3, -7],
);

describeOnGpu("products on a GPU", () => {
  let gpu: Engine;
  beforeAll(async () => {
    gpu = await openWebGpuEngine(softwareGpu);
  });
  afterAll(() => gpu?.close());

  /** 24 bits, and any exponent. */
  const single = (one: number, other: number) => roundedProduct(one, other, 24);

  test("are rounded to single precision's bits, and summed without rounding", async () => {
    const request = requestOf(mixed, sgd(5, 2), { trials: 700, seed: 17 });
    const asked = withProducts(request);
    const [result, values] = [await gpu.simulate(asked), await gpu.trialValues(asked)];
    expectProducts(values, 5, productsOf(5), single);
    expectSums(result, values);
    await expectNear(asked, values);
    const plain = await gpu.simulate(request);
    expect(result.statistics.slice(0, 5)).toEqual(plain.statistics);
    const shards = [await gpu.simulate({ ...asked, trials: 256 })];
    shards.push(await gpu.simulate({ ...asked, firstTrial: 256, trials: 444 }));
    expect(mergeResults(shards[0]!, shards[1]!).statistics).toEqual(result.statistics);
  });

  test("of any numbers are within reach, be they products of four", async () => {
    const asked = withProducts(extremes, 3);
    const [result, values] = [await gpu.simulate(asked), await gpu.trialValues(asked)];
    expect(result.diverged).toBe(0);
    expectProducts(values, 2, productsOf(2, 3), single);
    expectSums(result, values);
    const magnitudes = values.at(-1)!.map(Math.abs);
    expect(Math.max(...magnitudes)).toBeGreaterThan(1e150);
    expect(Math.min(...magnitudes.filter((value) => value > 0))).toBeLessThan(1e-120);
  });

  test("of sixty columns are as any", async () => {
    const products = Array.from(
      { length: 55 },
      (_, place): ProductNumber => ({
        label: `${place}`,
        product: [place < 15 ? place % 5 : 5 + (place % 10), place < 15 ? (place * 2) % 5 : (place * 3) % 20],
      }),
    );
    const request = requestOf(mixed, sgd(4), { trials: 300 });
    const asked = { ...request, numbers: [...request.numbers, ...products] };
    const [result, values] = [await gpu.simulate(asked), await gpu.trialValues(asked)];
    expectProducts(values, 5, products, single);
    expectSums(result, values);
  });

  test("are made where a test loss is found that the shader left open", async () => {
    const request = withProducts(testLossRequest(cases[2]!, 60));
    const [result, values] = [await gpu.simulate(request), await gpu.trialValues(request)];
    expectSums(result, values);
    const exact = await cpu.trialValues(request);
    values.forEach((column, place) => {
      column.forEach((value, trial) => {
        const size = Math.max(1, Math.abs(exact[place]![trial]!));
        expect(Math.abs(value - exact[place]![trial]!) / size, `${place}, ${trial}`).toBeLessThan(1e-4);
      });
    });
  });
});

describe("products on tensors", () => {
  async function run(request: SimulationRequest) {
    const { engine } = await openBundled("cpu");
    const simulation = new TensorSimulation(engine, request);
    const signal = new AbortController().signal;
    try {
      const done = await simulation.run({ first: 0, trials: request.trials, values: true }, signal);
      const values = done.values!.map((list) => list.map((value) => value ?? Number.NaN));
      const settled = await settleTrials(planSimulation(request, "calls"), done, 0, signal, values);
      return { sums: settled!.chunk.sums, values };
    } finally {
      simulation.dispose();
    }
  }

  const double = (one: number, other: number) => roundedProduct(one, other);

  test("are products of doubles, and summed without rounding", async () => {
    const request = requestOf(mixed, sgd(5, 2), { trials: 60 });
    const { sums, values } = await run(withProducts(request));
    expectProducts(values, 5, productsOf(5), double);
    expect(sums.map((sum) => ({ overflowed: 0, ...sum }))).toEqual(values.map(sumsOf));
    await expectNear(withProducts(request), values);
    const plain = await run(request);
    expect(sums.slice(0, 5)).toEqual(plain.sums);
  });

  test("of any numbers of single precision are within reach", async () => {
    const { sums, values } = await run(withProducts(extremes, 3));
    expectProducts(values, 2, productsOf(2, 3), double);
    expect(sums.map((sum) => ({ overflowed: 0, ...sum }))).toEqual(values.map(sumsOf));
    expect(Math.max(...values.at(-1)!.map(Math.abs))).toBeGreaterThan(1e150);
  });

  test("that are no doubles are counted apart", async () => {
    // Factors of a combination may be as large as they like.
    const large = (label: string) => ({
      label,
      combination: [{ factor: 1e200, quantity: { kind: "weight_displacement" as const, weight: 0 } }],
    });
    const { landscape } = extremes;
    const request = {
      ...extremes,
      landscape,
      numbers: [large("large"), { label: "p", product: [0, 0] as const }],
    };
    const { sums, values } = await run(request);
    const own = sumsOf(values[0]!.map((value) => value * value));
    expect(own.overflowed).toBeGreaterThan(50);
    expect(own.count).toBeGreaterThan(20);
    expect(sums[1]).toEqual(own);
    const { statistics } = await cpu.simulate(request);
    expect(statistics[1]!.moments.overflowed).toBe(own.overflowed);
  });

  test("are made where a test loss is found that the tensors left open", async () => {
    const request = withProducts(testLossRequest(cases[2]!, 60));
    const { sums, values } = await run(request);
    expect(sums.map((sum) => ({ overflowed: 0, ...sum }))).toEqual(values.map(sumsOf));
    expectProducts(values, request.numbers.length - productsOf(4).length, productsOf(4), double);
  });
});
