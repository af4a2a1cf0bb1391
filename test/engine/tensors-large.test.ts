import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { TrialsDone } from "../../src/device/index.js";
import { openCpuEngine } from "../../src/engines/processor/cpu-engine.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { tensorJobs } from "../../src/engines/tensors/job.js";
import type { TensorEngine } from "../../src/engines/tensors/tensor-program.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { planTrials } from "../../src/simulate/difference.js";
import { columnsOf } from "../../src/simulate/index.js";
import type { LargeRequest } from "../../src/simulate/request.js";
import { nets } from "../unit/tensors/networks.js";
import { gd, gdc, requests } from "./large-requests.js";
import { sgd } from "./simulate-landscapes.js";

/** A small multiple of single precision's rounding, after some updates of weights near 1. */
const tolerance = 3e-6;

const never = new AbortController().signal;

const simulationOf = (engine: TensorEngine, request: LargeRequest) =>
  new TensorSimulation(engine, { trials: planTrials(request), seed: request.seed });

describe.each(["cpu", "wasm"] as const)("trials on large landscapes on tfjs's %s", (backend) => {
  let engine: TensorEngine;

  beforeAll(async () => {
    ({ engine } = await openBundled(backend));
  });

  async function run(request: LargeRequest, on = engine): Promise<TrialsDone> {
    const simulation = simulationOf(on, request);
    try {
      return await simulation.run(
        { first: request.firstTrial ?? 0, trials: request.trials, values: true },
        never,
      );
    } finally {
      simulation.dispose();
    }
  }

  /** Beside the interpreter in doubles, and the same net written with scalars in WebAssembly. */
  async function expectProcessors(
    [written, large]: ReturnType<typeof requests>,
    allowed = tolerance,
  ): Promise<void> {
    const { values, count } = await run(large);
    expect(count).toBe(large.trials);
    const own = columnsOf(large);
    const processor = openCpuEngine(0);
    // with test points the test loss of the net of scalars, which has all rows, is another
    for (const request of large.testPoints === undefined ? [large, written] : [large]) {
      const expected = await processor.trialValues(request);
      columnsOf(request).forEach(({ label, origin, center }, column) => {
        // constants may be apart, and then sums are about other centers
        const { origin: ownOrigin, center: ownCenter } = own[column]!;
        const apart = ownOrigin.offset + ownCenter - origin.offset - center;
        const scale = Math.max(...expected[column]!.map(Math.abs), 1);
        expected[column]!.forEach((value, trial) => {
          const found = values![column]![trial]! + apart;
          expect(Math.abs(found - value) / scale, `${label} of trial ${trial}`).toBeLessThan(allowed);
        });
      });
    }
  }

  test.each(nets)("are the processor's within single precision: %s", async (_, make) => {
    await expectProcessors(requests(make(), sgd(4, 2, 2, "reshuffled")));
    await expectProcessors(requests(make(), gd));
  });

  test.each(nets.slice(0, 2))("so are the orders of %s", async (_, make) => {
    for (const keepsCurvature of [false, true]) {
      await expectProcessors(requests(make(), gd, { order: 2, keepsCurvature }), 10 * tolerance);
      await expectProcessors(requests(make(), sgd(3, 2), { order: 3, keepsCurvature }), 10 * tolerance);
    }
  });

  test("so are test points, and orders at them", async () => {
    const withPoints = ([written, large]: ReturnType<typeof requests>) =>
      [written, { ...large, testPoints: 2 }] as const;
    await expectProcessors(withPoints(requests(nets[0]![1](), sgd(4, 2, 2, "reshuffled"))));
    await expectProcessors(
      withPoints(requests(nets[1]![1](), gd, { order: 2, keepsCurvature: true })),
      10 * tolerance,
    );
    await expectProcessors(withPoints(requests(nets[4]![1](), { first: sgd(4, 2, 2), minus: gd })));
  });

  test("so are differences of descents, whichever is taken off", async () => {
    const [first, minus] = [sgd(4, 2, 2), gd];
    await expectProcessors(requests(nets[1]![1](), { first, minus }));
    await expectProcessors(requests(nets[0]![1](), { first: minus, minus: first }));
  });

  test("are the same bits however they are grouped, and leave no tensors behind", async () => {
    const [, request] = requests(nets[2]![1](), sgd(4, 2, 2, "reshuffled"), {
      order: 1,
      keepsCurvature: true,
    });
    const before = tf.memory().numTensors;
    const whole = { ...request, trials: 20 };
    const { values } = await run(whole);
    const pieces = [await run({ ...whole, trials: 1 }), await run({ ...whole, firstTrial: 4, trials: 19 })];
    values!.forEach((list, column) => {
      expect(pieces.flatMap((piece) => piece.values![column]!)).toEqual(list);
    });
    const small = { ...engine, sizes: { ...engine.sizes, numbers: 2 ** 12 } };
    expect((await run(whole, small)).values).toEqual(values);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("are in no sum where they diverge", async () => {
    const [, request] = requests(nets[0]![1](), sgd(3));
    const { count, values, sums } = await run({ ...request, eta: 1e30 });
    expect(count).toBe(0);
    expect(values!.flat().every((value) => value === null)).toBe(true);
    expect(sums.every(({ sum }) => sum === "0")).toBe(true);
  });

  test("stop inside a batch, say that they go on, and leave no tensors behind then", async () => {
    const [, request] = requests(nets[1]![1](), { optimiser: "gd", parameters: { N: 100_000, T: 3 } });
    const before = tf.memory().numTensors;
    const simulation = simulationOf(engine, request);
    const stop = new AbortController();
    let heard = 0;
    const done = await simulation.run({ first: 0, trials: 20 }, stop.signal, () => {
      heard++;
      // As a request is heard that has come meanwhile.
      setImmediate(() => stop.abort());
    });
    expect(done).toMatchObject({ trials: 0, count: 0 });
    // It has not gone on to where it says so again.
    expect(heard).toBe(1);
    simulation.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("descent with a penalty is refused in a line", () => {
  for (const spacetime of [gdc, { first: sgd(4), minus: gdc }]) {
    const [, request] = requests(nets[0]![1](), spacetime);
    expect(() => tensorJobs.ofLarge!(planTrials(request), request.seed)).toThrow(
      /^descent with a penalty is simulated on the processor alone; choose cpu, /,
    );
  }
});
