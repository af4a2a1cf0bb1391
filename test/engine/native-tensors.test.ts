/** Compiled programs on landscapes of tensors beside WebAssembly: the same bits, whatever is measured, however trials are cut. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, openCpuEngine, simulateLocally, UntriedTrials } from "../../src/engines/index.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { largeLandscape } from "../../src/evaluate/index.js";
import { errorRate, expectedLoss, trainingLoss } from "../../src/observables/index.js";
import { mergeResults, type SimulationResult } from "../../src/simulate/index.js";
import type { AnyRequest, LargeRequest, RequestedNumber } from "../../src/simulate/request.js";
import { findPathControls } from "../../src/simulate/tensors/index.js";
import type { Shape, TensorSource } from "../../src/tensors/index.js";
import {
  add,
  apply,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  numbers,
  rowsOf,
  times,
  weight,
} from "../unit/tensors/make.js";
import { dropout, nets, softmaxRegression } from "../unit/tensors/networks.js";
import { gd, gdc, requests } from "./large-requests.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";
import { sgd } from "./simulate-landscapes.js";

const folder = ownFolder();
let engine: Engine;

beforeAll(async () => {
  if (lacksCompiler === undefined) {
    engine = await openNativeEngine({ workers: 2, programs: folder.path });
  }
});

afterAll(async () => {
  await engine?.close();
  folder.remove();
});

/** Of each column what it is in the trials. */
async function expectSameValues(request: AnyRequest): Promise<readonly (readonly number[])[]> {
  const [own, theirs] = [await engine.trialValues(request), await openCpuEngine(0).trialValues(request)];
  expect(own.map((column) => [...column])).toEqual(theirs);
  return theirs;
}

const known = ({ statistics, trials, diverged }: SimulationResult) => ({
  moments: statistics.map(({ label, moments }) => ({ label, ...moments })),
  ...{ trials, diverged },
});

/** Regression on a table, with test points where they are asked for. */
function regression(change: Partial<LargeRequest> = {}): LargeRequest {
  const loss = call("squared_error", [
    add(apply("tanh", matrixProduct(weight("w", 3), datum("x", 3))), weight("b")),
    datum("y"),
  ]);
  const data = [
    rowsOf(40, {
      x: { shape: [3], values: numbers(120, 1) },
      y: { shape: [], values: numbers(40, 2) },
    }),
  ];
  return {
    landscape: largeLandscape(landscapeOf(loss, { w: [3], b: [] }, data), "it is tried so"),
    spacetime: { optimiser: "sgd", parameters: { N: 6, E: 2, B: 2, shuffle: "reshuffled" } },
    eta: 0.1,
    seed: 7,
    trials: 100,
    testPoints: 5,
    numbers: [
      { label: "test_loss", combination: [{ factor: 1, quantity: expectedLoss }] },
      { label: "train_loss", combination: [{ factor: 1, quantity: trainingLoss }] },
    ],
    ...change,
  };
}

describe.skipIf(lacksCompiler !== undefined)(
  titled("trials of compiled programs on tensors have WebAssembly's bits"),
  () => {
    for (const [name, make] of nets) {
      test(`${name}, shuffled anew`, async () => {
        await expectSameValues(requests(make(), sgd(4, 2, 2, "reshuffled"))[1]);
      });
    }

    test("all values of data that are drawn independently, with those of several tables", async () => {
      const discrete = (name: string, shape: Shape, values: readonly number[]): TensorSource => ({
        ...{ kind: "independent", name, shape },
        entry: {
          ...{ kind: "finite", name },
          outcomes: values.map((value, place) => ({ value, probability: (place + 1) / 6 })),
        },
      });
      const read = times(datum("keep", 3), datum("x", 3));
      const loss = call("squared_error", [
        add(times(datum("z"), apply("tanh", matrixProduct(weight("w", 3), read))), weight("b"), datum("u")),
        datum("y"),
      ]);
      const data = [
        discrete("keep", [3], [0, 1.1, 2]),
        rowsOf(5, { x: { shape: [3], values: numbers(15, 1) }, y: { shape: [], values: numbers(5, 2) } }),
        discrete("z", [], [1, -1, 0.3]),
        rowsOf(2, { u: { shape: [], values: Uint8Array.of(3, 1) } }),
      ];
      const landscape = largeLandscape(landscapeOf(loss, { w: [3], b: [] }, data), "it is tried so");
      const { testPoints, ...ofAllRows } = regression({ landscape });
      await expectSameValues(ofAllRows);
      await expectSameValues({ ...ofAllRows, testPoints: testPoints! });
    });

    test("test points and all rows, of a loss that reads no data or has none", async () => {
      const loss = add(apply("tanh", weight("w")), call("square", [weight("w")]));
      const rows = rowsOf(3, { x: { shape: [], values: numbers(3, 1) } });
      for (const data of [[rows], []]) {
        const landscape = largeLandscape(landscapeOf(loss, { w: [] }, data), "it is tried so");
        const { testPoints, ...ofAllRows } = regression({ landscape });
        await expectSameValues({ ...ofAllRows, testPoints: testPoints! });
        await expectSameValues(ofAllRows);
      }
    });

    test.each([
      [11, 2, 3],
      [11, 3, 3],
      // Sums long enough to be added up in parts.
      [15, 8, 10],
    ])(
      "two convolutions, the second one's slopes going back to the first, on %i pixels a side with %i and %i channels",
      async (side, channels, last) => {
        const first = apply(
          "tanh",
          call("conv", [datum("image", side, side, 1), weight("K", 3, 3, 1, channels)], 2, 0),
        );
        const second = call("conv", [first, weight("L", 3, 3, channels, last)], 2, 0);
        const loss = call("mean", [call("square", [apply("tanh", second)])]);
        const image = { shape: [side, side, 1], values: numbers(4 * side ** 2, 1) };
        const shapes = { K: [3, 3, 1, channels], L: [3, 3, channels, last] };
        const landscape = largeLandscape(landscapeOf(loss, shapes, [rowsOf(4, { image })]), "it is tried so");
        await expectSameValues(regression({ landscape, trials: 20 }));
      },
    );

    test("products of large stacks of matrices", async () => {
      const product = matrixProduct(weight("A", 66, 1, 2), datum("x", 66, 2, 2));
      const loss = call("mean", [call("square", [apply("tanh", product)])]);
      const data = [rowsOf(4, { x: { shape: [66, 2, 2], values: numbers(4 * 264, 1) } })];
      const landscape = largeLandscape(landscapeOf(loss, { A: [66, 1, 2] }, data), "it is tried so");
      await expectSameValues(regression({ landscape, trials: 20 }));
    });

    test("what is interpreted in double precision is refused in a line: numbers beyond single, large stacks of large matrices", async () => {
      const data = [rowsOf(3, { x: { shape: [], values: numbers(3, 1) } })];
      const far = landscapeOf(call("square", [times(weight("w"), datum("x"), 1e-40)]), { w: [] }, data);
      const weights = far.weights.map((one) => ({ ...one, start: Float64Array.of(2e40) }));
      const large = matrixProduct(weight("A", 65, 17, 17), weight("B", 65, 17, 17));
      const stacks = landscapeOf(
        call("mean", [times(large, datum("x"))]),
        { A: [65, 17, 17], B: [65, 17, 17] },
        data,
      );
      for (const [net, why] of [
        [{ ...far, weights }, "its numbers go beyond single precision"],
        [stacks, "a stack of 65 products of matrices is not written as loops"],
      ] as const) {
        const landscape = largeLandscape(net, "it is tried so");
        const failure = await engine.simulate(regression({ landscape, trials: 2 })).catch((error) => error);
        expect(failure).toBeInstanceOf(UntriedTrials);
        expect(failure.message).toBe(`no trials on landscape "test" are compiled: ${why}; choose cpu`);
      }
    });

    test("error rates, of classes and of probabilities, on all rows and on test points", async () => {
      const logits = times(weight("A", 2, 3), datum("scale"));
      const loss = call("cross_entropy", [logits, datum("p", 2, 3)]);
      const ofProbabilities = landscapeOf(loss, { A: [2, 3] }, [
        rowsOf(5, {
          p: { shape: [2, 3], values: numbers(30, 3).map((value) => value ** 2) },
          // Where logits are alike the first one is the largest.
          scale: { shape: [], values: Uint8Array.of(1, 0, 2, 0, 1) },
        }),
      ]);
      for (const net of [softmaxRegression(), ofProbabilities]) {
        const landscape = largeLandscape(net, "it is tried so");
        const errors = [{ label: "errors", combination: [{ factor: 1, quantity: errorRate }] }];
        const { testPoints, ...ofAllRows } = regression({ landscape, eta: 3, numbers: errors });
        for (const request of [ofAllRows, { ...ofAllRows, testPoints: testPoints! }]) {
          const [found] = await expectSameValues(request);
          expect(new Set(found).size).toBeGreaterThan(1);
        }
      }
    });

    test("orders", async () => {
      await expectSameValues(requests(nets[1]![1](), sgd(3, 2), { order: 3, keepsCurvature: false })[1]);
    });

    test("orders along the curvature, of tensors of several sizes", async () => {
      const spacetime = { first: sgd(4, 2, 2), minus: gd } as const;
      await expectSameValues(requests(nets[0]![1](), spacetime, { order: 3, keepsCurvature: true })[1]);
    });

    test("a penalty, and what descents have beyond it", async () => {
      await expectSameValues(
        requests(nets[0]![1](), { first: sgd(4), minus: gdc }, { order: 2, keepsCurvature: false })[1],
      );
    });

    test("controls of training and test points", async () => {
      for (const shuffle of ["same", "reshuffled"]) {
        const spacetime = { optimiser: "sgd", parameters: { N: 6, E: 2, B: 2, shuffle } } as const;
        const request = regression({ spacetime });
        const options = { hasTestPoints: true, mostOperations: Number.POSITIVE_INFINITY };
        const finding = findPathControls({ ...request, spacetime }, request.numbers, options);
        let next = finding.next();
        while (!next.done) {
          next = finding.next();
        }
        const controlled = request.numbers.map((number, control) => ({
          ...number,
          label: `${number.label} less its control`,
          control,
        }));
        const numbers = [...request.numbers, ...controlled] as readonly RequestedNumber[];
        await expectSameValues({ ...request, controls: next.value!, numbers });
      }
    });

    test.each([
      ["", regression()],
      [
        ", of orders along the curvature and all values of data",
        { ...requests(dropout(), sgd(4), { order: 2, keepsCurvature: true })[1], firstTrial: 0, trials: 100 },
      ],
    ])("sums, on any number of threads and however trials are cut%s", async (_, request) => {
      const expected = known(await simulateLocally(request, { workers: 0 }));
      for (const workers of [1, 2, 5]) {
        const own = await openNativeEngine({ workers, programs: folder.path });
        expect(known(await own.simulate(request))).toEqual(expected);
        const parts: SimulationResult[] = [];
        for (const [from, to] of [
          [0, 1],
          [1, 70],
          [70, 100],
        ] as const) {
          parts.push(await own.simulate({ ...request, firstTrial: from, trials: to - from }));
        }
        expect(known(parts.reverse().reduce(mergeResults))).toEqual(expected);
        await own.close();
      }
    });
  },
);
