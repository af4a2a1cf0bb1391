import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { machineFuses } from "../../src/compile/fused.js";
import { keyOfSeed, philoxBlock, roundKeys } from "../../src/compile/philox.js";
import { WasmKernel } from "../../src/engines/wasm/kernel.js";
import { buildKernelModule } from "../../src/engines/wasm/module.js";
import { dataNames, evaluateExpression, expectedLoss, type Landscape } from "../../src/landscape/index.js";
import { scheduleOf, sidesOf } from "../../src/optimisers/index.js";
import { fusePlan } from "../../src/simulate/fuse-plan.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { TwinKernel } from "../../src/simulate/twin.js";
import { fewTimes } from "../times.js";
import { normalOfWord } from "../unit/compile/normal-oracle.js";
import {
  call,
  divide,
  gauss,
  landscapes,
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

const never = () => false;

interface Measured {
  readonly trials: readonly number[][];
  readonly sums: readonly { sum: bigint; squares: bigint }[];
  readonly count: number;
}

/** Each trial's measurements, a row a column of the plan, and their exact sums. */
async function measure(
  request: SimulationRequest,
  backend: "js" | "wasm",
  lanes: number,
  fused = machineFuses(),
): Promise<Measured> {
  const plain = planSimulation(request);
  const plan = fused ? fusePlan(plain) : plain;
  const kernel =
    backend === "js"
      ? new TwinKernel(plan, request.seed, lanes)
      : new WasmKernel(await buildKernelModule(plan, lanes), plan, request.seed);
  const from = request.firstTrial ?? 0;
  const done = simulateTrials(kernel, plan, from, from + request.trials, never)!;
  return {
    trials: plan.columns.map((_, column) => kernel.values(column, 0, request.trials)),
    sums: done.sums,
    count: done.count,
  };
}

/** SGD from docs/streams.md and the definition of the update, with nothing of the engine but Philox. */
function naiveTrial(request: SimulationRequest, trial: number): number[] {
  const { landscape } = request;
  const [spacetime] = sidesOf(request.spacetime);
  const keys = roundKeys(keyOfSeed(request.seed));
  const word = (counter: number, domain: number, at: number) => {
    const block = new Uint32Array(4);
    philoxBlock(keys, counter, domain, trial % 2 ** 32, Math.floor(trial / 2 ** 32), block);
    return block[at]!;
  };
  const datum = (n: number): Record<string, number> => {
    const values: Record<string, number> = {};
    landscape.data.forEach((source, s) => {
      const draw = (m: number) => word(Math.floor(m / 4) * landscape.data.length + s, 0, m % 4);
      const w = draw(n);
      const u = (w + 0.5) / 2 ** 32;
      switch (source.kind) {
        case "continuous": {
          const [first, second] = source.parameters as [number, number];
          values[source.name] =
            source.distribution === "normal"
              ? first + second * normalOfWord(w)
              : first + (second - first) * u;
          return;
        }
        case "finite": {
          let sum = 0;
          const index = source.outcomes.findIndex((outcome) => {
            sum += outcome.probability;
            return w < Math.round(sum * 2 ** 32);
          });
          values[source.name] = source.outcomes.at(index)!.value;
          return;
        }
        case "rows": {
          const columns = source.names.length;
          const row = Math.floor((w * (source.values.length / columns)) / 2 ** 32);
          source.names.forEach((name, column) => {
            values[name] = source.values[row * columns + column]!;
          });
        }
      }
    });
    return values;
  };
  const N = Number(spacetime.parameters.N);
  const points = Array.from({ length: N }, (_, n) => datum(n));
  const names = landscape.weights.map((weight) => weight.name);
  const starts = landscape.weights.map((weight) => weight.start);
  let theta = [...starts];
  const at = (weights: readonly number[]) => Object.fromEntries(names.map((name, i) => [name, weights[i]!]));
  const loss = (weights: readonly number[], point: Record<string, number>) =>
    evaluateExpression(landscape.loss, { ...at(weights), ...point });
  // A derivative by differences of the fourth order, good to 1e-11 or so.
  const slope = (i: number, point: Record<string, number>) => {
    const step = 2e-3;
    const shifted = (k: number) => loss(theta.with(i, theta[i]! + k * step), point);
    const [d1, d2, d3] = [1, 2, 3].map((k) => shifted(k) - shifted(-k));
    return (45 * d1! - 9 * d2! + d3!) / (60 * step);
  };
  const { batch: B, epochs, order } = scheduleOf(spacetime);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch > 0 && order === "reshuffled") {
      for (let last = N - 1, drawn = 0; last > 0; last--, drawn++) {
        const other = Number(
          (BigInt(word(Math.floor(drawn / 4), epoch, drawn % 4)) * BigInt(last + 1)) >> 32n,
        );
        [points[last], points[other]] = [points[other]!, points[last]!];
      }
    }
    for (let first = 0; first < N; first += B) {
      const batch = points.slice(first, first + B);
      theta = theta.map(
        (value, i) => value - (request.eta / B) * batch.reduce((sum, point) => sum + slope(i, point), 0),
      );
    }
  }
  const test = expectedLoss(landscape, theta);
  const train = points.reduce((sum, point) => sum + loss(theta, point), 0) / N;
  return [test, train, test - train, ...theta.map((value, i) => value - starts[i]!)];
}

function expectNaive(request: SimulationRequest, measured: Measured, tolerance: number): void {
  const offsets = planSimulation(request).columns.map(({ origin }) => origin.offset);
  for (let trial = 0; trial < request.trials; trial++) {
    naiveTrial(request, (request.firstTrial ?? 0) + trial).forEach((value, column) => {
      // The loss's constant is no part of what a trial measures.
      expect(
        Math.abs(offsets[column]! + measured.trials[column]![trial]! - value),
        `trial ${trial}, column ${column}`,
      ).toBeLessThan(tolerance);
    });
  }
}

describe("the kernels", () => {
  test("agree with each other to the bit, for random landscapes and space-times", async () => {
    await fc.assert(
      fc.asyncProperty(
        landscapes,
        spacetimes,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        async (landscape, spacetime, seed) => {
          const request = requestOf(landscape, spacetime, { seed, trials: 21 });
          for (const fused of new Set([false, machineFuses()])) {
            expect(await measure(request, "wasm", 16, fused)).toEqual(
              await measure(request, "js", 32, fused),
            );
          }
        },
      ),
      { numRuns: fewTimes(12, 25), seed: 1 },
    );
  });

  test("agree with a plain simulation, for random landscapes and space-times", async () => {
    await fc.assert(
      fc.asyncProperty(landscapes, spacetimes, async (landscape, spacetime) => {
        const request = requestOf(landscape, spacetime, { trials: 2 });
        expectNaive(request, await measure(request, "wasm", 4), 1e-8);
      }),
      { numRuns: fewTimes(12, 25), seed: 2 },
    );
  });

  test.each([
    ["one epoch", sgd(7)],
    ["batches of an odd size", sgd(9, 1, 3)],
    ["several epochs", sgd(6, 3, 2)],
    ["reshuffled", sgd(10, 3, 2, "reshuffled")],
    ["gradient descent", { optimiser: "gd", parameters: { N: 5, T: 4 } }],
  ] as const)("agree with a plain simulation with every source of data: %s", async (_, spacetime) => {
    const request = requestOf(mixed, spacetime, { trials: 6, firstTrial: 2 ** 32 });
    const wasm = await measure(request, "wasm", 16);
    expect(wasm).toEqual(await measure(request, "js", 16));
    expectNaive(request, wasm, 1e-9);
  });

  test("draw the same whether data are kept or not, whatever the lanes and the length of segments", async () => {
    const spacetime = sgd(1003);
    const displacement = { name: "displacement", weights: [0] } as const;
    const forgotten = requestOf(gauss, spacetime, { observables: [displacement], trials: 9 });
    const kept = requestOf(gauss, spacetime, {
      observables: [displacement, { name: "train_loss", weights: [] }],
      trials: 9,
    });
    const [first] = (await measure(kept, "wasm", 8)).trials;
    for (const lanes of [4, 8, 16]) {
      expect((await measure(forgotten, "wasm", lanes)).trials[0]).toEqual(first);
    }
    expect((await measure(forgotten, "js", 2)).trials[0]).toEqual(first);
  });

  test("stream batches larger than a segment", async () => {
    const request = requestOf(gauss, sgd(3000, 1, 1000), {
      observables: [{ name: "test_loss", weights: [] }],
      trials: 5,
    });
    expect(await measure(request, "wasm", 16)).toEqual(await measure(request, "js", 8));
    const whole = requestOf(gauss, sgd(3000, 1, 1000), { trials: 5 });
    expectNaive({ ...whole, trials: 1 }, await measure(whole, "wasm", 16), 1e-9);
  });

  test("count what diverges and leave it out of the sums", async () => {
    const landscape: Landscape = {
      ...gauss,
      loss: {
        kind: "sum",
        terms: [
          { kind: "power", base: { kind: "symbol", name: "h" }, exponent: { kind: "number", value: 4 } },
          {
            kind: "product",
            factors: [
              { kind: "symbol", name: "x" },
              { kind: "symbol", name: "h" },
            ],
          },
        ],
      },
    };
    const request = requestOf(landscape, sgd(60), { eta: 0.4, trials: 200 });
    const wasm = await measure(request, "wasm", 16);
    expect(wasm).toEqual(await measure(request, "js", 16));
    expect(wasm.count).toBeGreaterThan(20);
    expect(wasm.count).toBeLessThan(180);
    expect(wasm.trials[0]!.filter(Number.isFinite)).toHaveLength(wasm.count);
  });

  test("patch functions of huge arguments, in some trials and updates", async () => {
    // Angles beyond 2^13 are JavaScript's; some of these are.
    const angle = sum(symbol("k"), symbol("h"));
    const outcomes = [
      { value: 0.5, probability: 0.9 },
      { value: 9000, probability: 0.1 },
    ];
    const landscape: Landscape = {
      ...gauss,
      data: [...gauss.data, { kind: "finite", name: "k", outcomes }],
      loss: sum(divide(power(symbol("h"), 2), number(2)), product(symbol("x"), call("sin", angle))),
    };
    for (const spacetime of [sgd(30), sgd(12, 1, 3)]) {
      const request = requestOf(landscape, spacetime, { trials: 40 });
      const wasm = await measure(request, "wasm", 16);
      expect(wasm).toEqual(await measure(request, "js", 8));
      expectNaive(request, wasm, 1e-9);
    }
  });

  test("handle many weights", async () => {
    const names = Array.from({ length: 120 }, (_, index) => `w${index}`);
    const dot = {
      kind: "sum" as const,
      terms: names.map((name, index) => ({
        kind: "product" as const,
        factors: [
          { kind: "number" as const, value: Math.cos(index) / 12 },
          { kind: "symbol" as const, name },
        ],
      })),
    };
    const landscape: Landscape = {
      name: "wide",
      weights: names.map((name, index) => ({ name, start: index / 100 })),
      data: gauss.data,
      loss: {
        kind: "power",
        base: { kind: "sum", terms: [dot, { kind: "symbol", name: "x" }] },
        exponent: { kind: "number", value: 2 },
      },
    };
    const request = requestOf(landscape, sgd(5), { trials: 3 });
    const wasm = await measure(request, "wasm", 16);
    expect(wasm).toEqual(await measure(request, "js", 4));
    expectNaive({ ...request, trials: 1 }, wasm, 1e-8);
  });

  test("draw as many data a point as the landscape names", () => {
    expect(mixed.data.flatMap(dataNames)).toHaveLength(planSimulation(requestOf(mixed, sgd(4))).data);
  });
});
