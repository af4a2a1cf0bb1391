import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it as test } from "vitest";
import { exactInteger } from "../../src/compile/exact-double.js";
import type { TrialsDone } from "../../src/device/index.js";
import { settleTrials } from "../../src/engines/settle-trials.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { tensorJobOf, workOfJob } from "../../src/engines/tensors/job.js";
import type { TensorEngine } from "../../src/engines/tensors/tensor-program.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import type { Landscape } from "../../src/landscape/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { simulateTrials } from "../../src/simulate/kernel.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { TwinKernel } from "../../src/simulate/twin.js";
import {
  gauss,
  landscapes,
  meanEstimation,
  mixed,
  power,
  product,
  requestOf,
  sgd,
  spacetimes,
  sum,
  symbol,
} from "./simulate-landscapes.js";

/** A small multiple of single precision's rounding, after some tens of updates of weights near 1. */
const tolerance = 3e-6;

const never = new AbortController().signal;

/** What each trial measures less the centers by the twin, a list a column; NaN where it diverged. */
function twinValues(request: SimulationRequest): readonly (readonly number[])[] {
  const plan = planSimulation(request);
  const kernel = new TwinKernel(plan, request.seed, 32);
  const first = request.firstTrial ?? 0;
  simulateTrials(kernel, plan, first, first + request.trials, () => false);
  return plan.columns.map(({ center }, column) =>
    kernel.values(column, 0, request.trials).map((value) => value - center),
  );
}

describe.each(["cpu", "wasm"] as const)("trials on tfjs's %s", (backend) => {
  let engine: TensorEngine;

  beforeAll(async () => {
    ({ engine } = await openBundled(backend));
  });

  async function run(request: SimulationRequest, first = request.firstTrial ?? 0): Promise<TrialsDone> {
    const simulation = new TensorSimulation(engine, request);
    try {
      return await simulation.run({ first, trials: request.trials, values: true }, never);
    } finally {
      simulation.dispose();
    }
  }

  async function expectTwins(request: SimulationRequest, allowed = tolerance): Promise<void> {
    const expected = twinValues(request);
    const done = await run(request);
    expect(done.trials).toBe(request.trials);
    // What the device leaves open is found by who asked it.
    const values = done.values!.map((list) => list.map((value) => value ?? Number.NaN));
    const settled = await settleTrials(planSimulation(request), done, request.firstTrial ?? 0, never, values);
    expect(settled!.chunk.count).toBe(expected[0]!.filter((value) => !Number.isNaN(value)).length);
    expected.forEach((list, column) => {
      list.forEach((value, trial) => {
        const found = values[column]![trial]!;
        if (Number.isNaN(value)) {
          expect(found).toBeNaN();
        } else {
          const bound = allowed * Math.max(1, Math.abs(value));
          expect(Math.abs(found - value), `trial ${trial}, column ${column}`).toBeLessThan(bound);
        }
      });
    });
  }

  test("are the twin's within single precision, for random landscapes and space-times", async () => {
    await fc.assert(
      fc.asyncProperty(
        landscapes,
        spacetimes,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        async (landscape, spacetime, seed) => {
          await expectTwins(requestOf(landscape, spacetime, { seed, trials: 7 }));
        },
      ),
      { numRuns: 20, seed: 3 },
    );
  });

  test.each([
    ["one epoch", sgd(7)],
    ["batches of an odd size", sgd(9, 1, 3)],
    ["batches of more points than are taken together", sgd(300, 1, 150)],
    ["several epochs", sgd(6, 3, 2)],
    ["reshuffled", sgd(10, 3, 2, "reshuffled")],
    ["more points than are drawn at once", sgd(300)],
    ["gradient descent", { optimiser: "gd", parameters: { N: 5, T: 4 } }],
    ["gradient descent on many points", { optimiser: "gd", parameters: { N: 130, T: 3 } }],
  ] as const)("are the twin's with every source of data: %s", async (_, spacetime) => {
    await expectTwins(requestOf(mixed, spacetime, { trials: 9, firstTrial: 2 ** 33 + 5 }));
  });

  test("are the twin's for each observable alone", async () => {
    for (const kind of ["test_loss", "train_loss", "gen_gap"] as const) {
      await expectTwins(requestOf(mixed, sgd(8, 1, 2), { observables: [{ name: kind, weights: [] }] }));
    }
    await expectTwins(
      requestOf(mixed, sgd(8, 1, 2), { observables: [{ name: "displacement", weights: [1] }] }),
    );
  });

  test("are the twin's where the loss does not need its data, or its weights", async () => {
    const loss = sum(symbol("a"), power(symbol("x"), 2), product(symbol("b"), symbol("b")));
    const weights = ["a", "b"].map((name) => ({ name, start: 0.5 }));
    const plain: Landscape = { name: "plain", weights, data: gauss.data, loss };
    for (const spacetime of [
      sgd(6),
      sgd(6, 1, 3),
      { optimiser: "gd", parameters: { N: 4, T: 2 } } as const,
    ]) {
      await expectTwins(requestOf(plain, spacetime));
    }
    const nothing: Landscape = { ...plain, loss: symbol("x") };
    await expectTwins(requestOf(nothing, sgd(6, 1, 2)));
    const certain: Landscape = { ...plain, data: [], loss: power(symbol("a"), 2) };
    await expectTwins(requestOf(certain, sgd(6, 1, 2)));
  });

  test("do not lose steps that are small beside the weights", async () => {
    // 3000 steps of about 1e-7 near 1, where single precision has steps of 1.2e-7.
    const drift: Landscape = {
      ...gauss,
      weights: [{ name: "h", start: 1.7 }],
      loss: sum(symbol("h"), product(symbol("x"), symbol("h"))),
    };
    const observables = [{ name: "displacement", weights: [0] }] as const;
    const request = requestOf(drift, sgd(3000), { eta: 1e-7, trials: 4, observables });
    const [expected] = twinValues(request);
    const { values } = await run(request);
    expected!.forEach((value, trial) => {
      expect(Math.abs(values![0]![trial]! / value - 1)).toBeLessThan(1e-5);
    });
  });

  test("count what diverges and leave it out of the sums", async () => {
    const quartic: Landscape = {
      ...gauss,
      loss: sum(power(symbol("h"), 4), product(symbol("x"), symbol("h"))),
    };
    const request = requestOf(quartic, sgd(60), { eta: 0.4, trials: 200 });
    const { values, count, sums } = await run(request);
    const expected = twinValues(request);
    // Chaos magnifies rounding here, but what has left stays away.
    expect(count).toBe(values![0]!.filter((value) => value !== null).length);
    expect(Math.abs(count - expected[0]!.filter(Number.isFinite).length)).toBeLessThan(10);
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(180);
    values!.forEach((list, column) => {
      const finite = list.flatMap((value) => (value === null ? [] : [exactInteger(value)]));
      expect(sums[column]!.sum).toBe(finite.reduce((total, value) => total + value, 0n).toString(16));
      expect(sums[column]!.squares).toBe(
        finite.reduce((total, value) => total + value ** 2n, 0n).toString(16),
      );
      expect(list.map((value) => value === null)).toEqual(values![0]!.map((value) => value === null));
    });
  });

  test("are the same bits however they are grouped", async () => {
    const request = requestOf(mixed, sgd(40, 2, 20, "reshuffled"), { trials: 60 });
    const { values } = await run(request);
    const pieces = await Promise.all(
      [1, 7, 52].map((trials, index) => run({ ...request, trials }, [0, 1, 8][index])),
    );
    values!.forEach((list, column) => {
      expect(pieces.flatMap((piece) => piece.values![column]!)).toEqual(list);
    });
    const small = { ...engine, sizes: { ...engine.sizes, entries: 64 } };
    const simulation = new TensorSimulation(small, request);
    expect((await simulation.run({ first: 0, trials: 60, values: true }, never)).values).toEqual(values);
    simulation.dispose();
  });

  test("are numbered past 2^32", async () => {
    const request = requestOf(gauss, sgd(5), { firstTrial: 2 ** 32 - 3, trials: 6 });
    const { values } = await run(request);
    for (let trial = 0; trial < 6; trial++) {
      const alone = twinValues({ ...request, firstTrial: 2 ** 32 - 3 + trial, trials: 1 });
      expect(Math.abs(values![0]![trial]! - alone[0]![0]!)).toBeLessThan(tolerance);
    }
  });

  test("leave no tensors behind", async () => {
    const before = tf.memory().numTensors;
    const requests = [
      requestOf(mixed, sgd(6, 3, 2, "reshuffled")),
      requestOf(mixed, { optimiser: "gd", parameters: { N: 9, T: 3 } }),
      requestOf(gauss, sgd(20)),
    ];
    for (const request of requests) {
      const simulation = new TensorSimulation(engine, request);
      await simulation.run({ first: 0, trials: 10 }, never);
      const held = tf.memory().numTensors;
      await simulation.run({ first: 10, trials: 25 }, never);
      expect(tf.memory().numTensors).toBe(held);
      simulation.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test("stop between batches when they are asked to, and leave no tensors behind then", async () => {
    const simulation = new TensorSimulation(engine, requestOf(mixed, sgd(4000, 2), { eta: 0.001 }));
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    let heard = 0;
    const done = await simulation.run({ first: 0, trials: 5000 }, stop.signal, () => {
      heard++;
      // As a request is heard that has come meanwhile.
      setImmediate(() => stop.abort());
    });
    expect(done).toMatchObject({ trials: 0, count: 0, sums: new Array(5).fill({ sum: "0", squares: "0" }) });
    // It has not gone on to where it says so again.
    expect(heard).toBe(1);
    expect(tf.memory().numTensors - before).toBeLessThan(40); // the numbers of its programs
    simulation.dispose();
  });

  test("say when a trial's data do not fit", () => {
    const huge = requestOf(gauss, sgd(2 ** 28, 1, 2), { observables: [{ name: "train_loss", weights: [] }] });
    expect(() => new TensorSimulation(engine, huge)).toThrow(
      /^N = 268435456 needs 2048 MiB for a trial's training data, of which 1024 MiB may be used; N = 134217728 would fit$/,
    );
  });

  test("measure mean estimation's expectation, which is known exactly", async () => {
    const [H, S, start, eta, T] = [0.8, 1.3, 0.7, 0.2, 12];
    const k = 1 - eta * H;
    const moment = k ** (2 * T) * start ** 2 + (eta * S) ** 2 * ((1 - k ** (2 * T)) / (1 - k * k));
    const { values } = await run(
      requestOf(meanEstimation(H, S, start), sgd(T), {
        eta,
        trials: 4000,
        observables: [{ name: "test_loss", weights: [] }],
      }),
    );
    const losses = values![0]!.map((value) => value! + Math.fround((H / 2) * start ** 2));
    const mean = losses.reduce((total, loss) => total + loss, 0) / losses.length;
    const spread = losses.reduce((total, loss) => total + (loss - mean) ** 2, 0) / losses.length;
    expect(Math.abs(mean - (H / 2) * moment)).toBeLessThan(4 * Math.sqrt(spread / losses.length));
  });
});

describe("a job for tensors", () => {
  test("carries a request there and back", () => {
    const request = requestOf(mixed, sgd(4), { seed: -3n });
    expect(workOfJob(tensorJobOf(request))).toEqual(request);
  });

  test("refuses a loss that nests too deeply, in one line", () => {
    let loss = symbol("h");
    for (let depth = 0; depth < 100_000; depth++) {
      loss = { kind: "negate", operand: loss };
    }
    const request = requestOf({ ...gauss, loss }, sgd(4));
    expect(() => tensorJobOf(request)).toThrow(
      'the loss of landscape "gauss" nests too deeply for tensors; use the cpu engine',
    );
  });
});
