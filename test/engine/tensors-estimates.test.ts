import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rowWords } from "../../src/compile/index.js";
import { prepareEstimates } from "../../src/engines/estimates/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { carriersOn } from "../../src/engines/tensors/carrier.js";
import { tensorCrew } from "../../src/engines/tensors/estimates.js";
import type { TensorEngine } from "../../src/engines/tensors/tensor-program.js";
import { type AskedOfSamples, EstimatingEvaluator, largeLandscape } from "../../src/evaluate/index.js";
import { directionalOn } from "../../src/evaluate/valuation-on.js";
import { RowDerivatives, type TensorLandscape } from "../../src/tensors/index.js";
import {
  call,
  datum,
  landscapeOf,
  matrixProduct,
  numbers,
  rowsOf,
  times,
  weight,
} from "../unit/tensors/make.js";
import { nets, softmaxRegression } from "../unit/tensors/networks.js";

/** Single precision, through some tens of operations. */
const tolerance = 1e-4;

function expectNear(found: ArrayLike<number>, right: ArrayLike<number>): void {
  const scale = Math.max(...Array.from(right, Math.abs), 1e-30);
  expect(found.length).toBe(right.length);
  for (let place = 0; place < right.length; place++) {
    expect(Math.abs(found[place]! - right[place]!)).toBeLessThan(tolerance * scale);
  }
}

describe("derivatives along directions by tfjs in WebAssembly", () => {
  let engine: TensorEngine;
  beforeAll(async () => {
    ({ engine } = await openBundled("wasm"));
  });
  afterAll(() => engine.constants.dispose());

  test.each(nets)("of %s are the interpreter's to single precision", (_, make) => {
    const net = make();
    const at = Float64Array.from(net.weights.flatMap(({ start }) => [...start]));
    const right = new RowDerivatives(net, at);
    const single = new RowDerivatives(net, at, net.loss, carriersOn(engine));
    const rows = Array.from({ length: 5 }, (_, place) => (place * 2) % right.rows);
    const each = numbers(rows.length * right.dimension, 3);
    const one = numbers(right.dimension, 4);
    const before = tf.memory().numTensors;
    expectNear(single.rowValues(rows), right.rowValues(rows));
    for (const directions of [[], [each], [one], [each, one], [one, one], [each, each]]) {
      expectNear(single.rowGradients(rows, directions), right.rowGradients(rows, directions));
    }
    // Constants are kept, and nothing else.
    single.rowGradients(rows, [each, one]);
    const after = tf.memory().numTensors;
    single.rowGradients(rows, [each, one]);
    expect(tf.memory().numTensors).toBe(after);
    expect(after - before).toBeLessThan(60);
  });
});

const seed = 0;

function evaluatorOf(net: TensorLandscape): EstimatingEvaluator {
  const landscape = largeLandscape(net, "it is not written with scalars");
  return new EstimatingEvaluator(
    landscape,
    directionalOn(net, landscape),
    { order: 2 },
    { words: rowWords(seed), samples: 128 },
  );
}

const asked: AskedOfSamples[] = [
  {
    request: {
      spacetime: { optimiser: "sgd", parameters: { N: 4, E: 1, B: 2, shuffle: "same" } },
      observable: { name: "test_loss", weights: [] },
      ...{ eta: 0.3, sum: "exact", selection: { kind: "series", order: 2 } },
    },
  },
];

describe("samples that a process with tfjs works out", () => {
  test("are the processor's to single precision, and its loss of all rows to the last bit", async () => {
    const alone = evaluatorOf(softmaxRegression());
    const evaluator = evaluatorOf(softmaxRegression());
    const notes: string[] = [];
    const isWhole = await prepareEstimates(evaluator, asked, {
      ...{ seed, crew: tensorCrew("wasm") },
      onNote: (line) => notes.push(line),
    });
    expect(isWhole).toBe(true);
    expect(notes).toEqual([]);
    const [found, right] = [evaluator, alone].map((one) => one.evaluate(asked[0]!.request)) as [
      ReturnType<EstimatingEvaluator["evaluate"]>,
      ReturnType<EstimatingEvaluator["evaluate"]>,
    ];
    expect(found.series[0]).toEqual(right.series[0]);
    for (const order of [1, 2]) {
      expectNear(found.series[order]!, right.series[order]!);
      // It is another computation.
      expect(found.series[order]).not.toEqual(right.series[order]);
    }
  });

  test("are the processor's, with a reason, where numbers are not finite in single precision", async () => {
    // Squares of 1e20 are finite in double precision alone.
    const large = () =>
      landscapeOf(
        times(
          1e-80,
          call("sum", [
            call("square", [call("square", [times(1e20, matrixProduct(weight("W", 2, 2), datum("x", 2)))])]),
          ]),
        ),
        { W: [2, 2] },
        [rowsOf(6, { x: { shape: [2], values: numbers(12, 7) } })],
      );
    const alone = evaluatorOf(large());
    const evaluator = evaluatorOf(large());
    const notes: string[] = [];
    const isWhole = await prepareEstimates(evaluator, asked, {
      ...{ seed, crew: tensorCrew("wasm") },
      onNote: (line) => notes.push(line),
    });
    expect(isWhole).toBe(true);
    expect(notes).toEqual([
      expect.stringMatching(/^the processor estimates, since landscape .* is not finite at .*$/),
    ]);
    const { request } = asked[0]!;
    expect(evaluator.evaluate(request)).toEqual(alone.evaluate(request));
  });

  test("are the processor's, with a reason, where the process does not start", async () => {
    const evaluator = evaluatorOf(softmaxRegression());
    const notes: string[] = [];
    const isWhole = await prepareEstimates(evaluator, asked, {
      ...{ seed, crew: tensorCrew({ runtime: "/nowhere" }) },
      onNote: (line) => notes.push(line),
    });
    expect(isWhole).toBe(true);
    expect(notes).toEqual([expect.stringMatching(/^the processor estimates, since .*\/nowhere/)]);
  });

  test("come to nothing when they are stopped, and the process is gone", async () => {
    const evaluator = evaluatorOf(softmaxRegression());
    const abort = new AbortController();
    let closed = 0;
    const open = tensorCrew("wasm");
    const isWhole = await prepareEstimates(evaluator, asked, {
      ...{ seed, signal: abort.signal },
      crew: async (job, signal) => {
        const crew = await open(job, signal);
        abort.abort();
        return {
          ...crew,
          close: () => {
            closed += 1;
            crew.close();
          },
        };
      },
    });
    expect(isWhole).toBe(false);
    expect(closed).toBeGreaterThan(0);
  });
});
