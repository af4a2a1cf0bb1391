/** Descent with a metric, simulated: against descents carried along, and engines against each other. */
import { describe, expect, test } from "vitest";
import { machineEngines, openCpuEngine, simulateLocally } from "../../src/engines/index.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { type Metric, withMetric } from "../../src/landscape/index.js";
import { numbersOf } from "../../src/observables/index.js";
import type { Descent } from "../../src/optimisers/index.js";
import { runTarget } from "../../src/runner/run.js";
import { isRecord, type RunRecord, startedRecord, withEvent } from "../../src/runs/index.js";
import { controlsOf, type SimulationRequest, withOrders } from "../../src/simulate/index.js";
import { landscapeOf, normal } from "../unit/landscape/read.js";
import { type Example, twoWeights } from "../unit/optimisers/carried.js";
import { descended } from "../unit/optimisers/descended.js";
import { diffused } from "../unit/optimisers/diffused.js";
import { taylor } from "../unit/optimisers/flowed.js";
import { penalised } from "../unit/optimisers/penalised.js";
import { landscapeOfExample } from "../unit/optimisers/read.js";
import { requestOf } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";

const full = [
  [2, 1 / 4],
  [1 / 4, 1],
];
const diagonal = [
  [1 / 2, 0],
  [0, 2],
];
const eta = 0.1;

const spaceTime = (optimiser: string, parameters: Descent["parameters"]): Descent => ({
  optimiser,
  parameters: optimiser === "sgd" ? { shuffle: "same", ...parameters } : parameters,
});
const cases: readonly [string, Descent][] = [
  ["single points", spaceTime("sgd", { N: 5, E: 1, B: 1 })],
  ["epochs", spaceTime("sgd", { N: 3, E: 2, B: 1 })],
  ["batches", spaceTime("sgd", { N: 4, E: 2, B: 2, rate: 1 / 2 })],
  ["all points", spaceTime("gd", { N: 3, T: 4 })],
];

const saddle = landscapeOf("u*v + u^4/4 + v^4/4 + x*(u - v^2/2) + sin(u*v)*x/4", { u: 0.5, v: -0.2 }, [
  normal("x", 0, 0.5),
]);

describe("means of trials are those of descents carried along", () => {
  test.each([
    [
      "sgd",
      { N: 2, E: 2, B: 1, shuffle: "same" },
      (example: Example, length: number) => descended(example, { N: 2, E: 2, B: 1 }, length, eta),
    ],
    [
      "sgd",
      { N: 4, E: 1, B: 2, shuffle: "same" },
      (example: Example, length: number) => descended(example, { N: 4, E: 1, B: 2 }, length, eta),
    ],
    ["gdc", { N: 3, T: 3 }, (example: Example, length: number) => penalised(example, 3, 3, length, eta)],
    ["sde", { T: 1, refine: 2 }, (example: Example, length: number) => diffused(example, 1, 2, length, eta)],
  ] as const)("%s %j", async (optimiser, parameters, carried) => {
    for (const metric of [full, diagonal]) {
      const landscape = withMetric(await landscapeOfExample(twoWeights), metric);
      const observables = ["test_loss", "displacement"].map((name) => ({
        name,
        weights: name === "displacement" ? [0, 1] : [],
      }));
      const request = requestOf(
        landscape,
        { optimiser, parameters },
        { eta, observables, trials: 40_000, seed: 5 },
      );
      const { statistics } = await simulateLocally(request, { workers: 0 });
      // Orders fall quickly here: what lies beyond the last does not count.
      const { test: loss, moved } = carried({ ...twoWeights, metric }, 10);
      const expected = [loss, ...moved].map((series) => series.reduce((sum, one) => sum + one));
      statistics.forEach(({ mean, standardError }, index) => {
        expect(Math.abs(mean - expected[index]!)).toBeLessThan(4.5 * standardError);
        expect(standardError).toBeLessThan(0.003);
      });
    }
  });

  test("orders that are measured are those of its own metric's diagrams, and of no other's", async () => {
    const spacetime = spaceTime("sgd", { N: 4, E: 2, B: 2 });
    const observable = { name: "displacement", weights: [0, 1] };
    const landscape = await landscapeOfExample(twoWeights);
    const numbers = numbersOf(observable, landscape).flatMap((number) =>
      withOrders(number, 2).orders.slice(1),
    );
    const { statistics } = await simulateLocally(
      {
        ...{ landscape: withMetric(landscape, full), spacetime, eta, numbers, trials: 20_000, seed: 4 },
        expansion: { order: 2, keepsCurvature: true },
      },
      { workers: 0 },
    );
    const apart = (metric: Metric | undefined) => {
      const evaluator = new Evaluator(withMetric(landscape, metric), { order: 2 });
      const selection = { kind: "order", order: 2 } as const;
      const totals = [1, 2].map((order) =>
        evaluator.orderTotal({ spacetime, eta, observable, selection, sum: "exact" }, order),
      );
      return Math.max(
        ...statistics.map(({ mean, standardError }, index) => {
          const predicted = totals[index % 2]![Math.floor(index / 2)]!;
          return Math.abs(mean - predicted) / standardError;
        }),
      );
    };
    expect(apart(full)).toBeLessThan(4.5);
    const wrong = [
      undefined,
      diagonal,
      [
        [2, 0],
        [0, 1],
      ],
      [
        [2, -1 / 4],
        [-1 / 4, 1],
      ],
      [
        [1, 1 / 4],
        [1 / 4, 2],
      ],
    ];
    for (const metric of wrong) {
      expect(apart(metric)).toBeGreaterThan(10);
    }
  });

  test("ode follows its series", async () => {
    const landscape = withMetric(await landscapeOfExample(twoWeights), full);
    const request = requestOf(landscape, spaceTime("ode", { T: 4 }), {
      eta,
      observables: [{ name: "displacement", weights: [0, 1] }],
      trials: 1,
    });
    const { moved } = taylor({ ...twoWeights, metric: full }, 40);
    const { statistics } = await simulateLocally(request, { workers: 0 });
    moved.forEach((series, weight) => {
      const value = series.reduceRight((sum, one) => sum * 4 * eta + one, 0);
      expect(statistics[weight]!.mean).toBeCloseTo(value, 11);
    });
  });
});

describe.each([
  ["full", full],
  ["diagonal", diagonal],
])("engines agree with a metric that is %s", (_, metric) => {
  const landscape = withMetric(saddle, metric);
  const request = (spacetime: Descent): SimulationRequest => {
    const plain = requestOf(landscape, spacetime, { eta, trials: 33, seed: 9 });
    const ofOrders = [1, 2].map((order) => ({
      label: `order ${order}`,
      combination: [{ factor: 1, quantity: { kind: "expected_loss" as const, order } }],
    }));
    return {
      ...plain,
      numbers: [...plain.numbers, ...ofOrders],
      expansion: { order: 2, keepsCurvature: true },
    };
  };

  test.each(cases)("both kernels of the processor have the same bits: %s", async (__, spacetime) => {
    const [kernel, twin] = await Promise.all(
      (["wasm", "js"] as const).map((backend) =>
        simulateLocally(request(spacetime), { workers: 0, backend }),
      ),
    );
    expect(twin!.statistics.map(({ moments }) => moments)).toEqual(
      kernel!.statistics.map(({ moments }) => moments),
    );
  });

  const near = (found: readonly (readonly number[])[], expected: readonly (readonly number[])[]) => {
    expect(found).toHaveLength(expected.length);
    expected.forEach((values, column) => {
      values.forEach((value, trial) => {
        const bound = 3e-6 * Math.max(1, Math.abs(value));
        expect(Math.abs(found[column]![trial]! - value), `trial ${trial}, column ${column}`).toBeLessThan(
          bound,
        );
      });
    });
  };

  test.each(cases)("tensors are near: %s", async (__, spacetime) => {
    const { engine } = await openBundled("cpu");
    const own = request(spacetime);
    const simulation = new TensorSimulation(engine, own);
    const cpu = openCpuEngine(0);
    try {
      const { values } = await simulation.run(
        { first: 0, trials: own.trials, values: true },
        new AbortController().signal,
      );
      const expected = (await cpu.trialValues(own)).map((list) => [...list]);
      near(
        values!.map((list) => list.map(Number)),
        expected,
      );
    } finally {
      simulation.dispose();
      await cpu.close();
    }
  });

  describeOnGpu("on a GPU", () => {
    test("trials are near", async () => {
      const gpu = await openWebGpuEngine(softwareGpu as never);
      const cpu = openCpuEngine(0);
      try {
        for (const [, spacetime] of cases) {
          const own = request(spacetime);
          near(
            (await gpu.trialValues(own)).map((list) => [...list]),
            (await cpu.trialValues(own)).map((list) => [...list]),
          );
        }
      } finally {
        await gpu.close();
        await cpu.close();
      }
    });
  });

  test.each(cases)(
    "controls leave means as they are, and little of the variance: %s",
    async (__, spacetime) => {
      const plain = requestOf(landscape, spacetime, {
        eta: 0.05,
        observables: [{ name: "test_loss", weights: [] }],
        trials: 4000,
        seed: 12,
      });
      const controls = controlsOf(plain)!;
      const [number] = plain.numbers;
      const numbers = [number!, { ...number!, label: "less", control: 0 }];
      const { statistics } = await simulateLocally({ ...plain, controls, numbers }, { workers: 0 });
      const [whole, less] = statistics;
      expect(Math.abs(whole!.mean - less!.mean)).toBeLessThan(4.5 * whole!.standardError);
      expect((whole!.standardError / less!.standardError) ** 2).toBeGreaterThan(30);
    },
  );
});

test("a run's record says the metric; of one weight it is a learning rate of its own", async () => {
  const engines = machineEngines({ workers: 0 });
  const recordOf = async (lines: string): Promise<RunRecord> => {
    let record: RunRecord | undefined;
    const text = `landscape mean { param H = 1 weights u = 1 data x ~ normal(0, 1) loss H*u^2/2 - x*u*exp(u/4) }
verify it { landscape mean sgd(N = 4, E = 2, B = 2) ${lines} observe test_loss predict order 2 trials = 400 }`;
    await runTarget(
      {
        id: "1",
        kind: "verification",
        source: { uri: "file:///main.diag", path: "/main.diag", text },
        target: { kind: "verify", name: "it" },
        backend: "cpu",
      },
      {
        engines,
        tell: (event) => {
          record = event.type === "started" ? startedRecord(event.header) : withEvent(record!, event);
        },
        note: () => undefined,
        signal: new AbortController().signal,
      },
    );
    return record!;
  };
  const own = await recordOf("eta = 0.05 metric u: 2 with H = 1, 1/2");
  const plain = await recordOf("eta = 0.1 with H = 1, 1/2");
  expect(isRecord(own)).toBe(true);
  expect(own.metric).toBe("diag(2)");
  expect(plain).not.toHaveProperty("metric");
  expect(own.points).toHaveLength(2);
  own.points.forEach(({ predicted, orders, verdict }, index) => {
    const other = plain.points[index]!;
    expect(verdict).not.toBe("disagrees");
    expect(predicted).toBeCloseTo(other.predicted!, 13);
    orders!.forEach(({ measured }, order) => {
      expect(measured).toBeCloseTo(other.orders![order]!.measured!, 12);
    });
  });
});
