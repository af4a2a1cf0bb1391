import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openCpuEngine, openSimulator, simulateLocally } from "../../src/engines/index.js";
import { kernelOf } from "../../src/engines/processor/job.js";
import { jobHere } from "../../src/engines/processor/local.js";
import type { Evaluator } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import { type Descent, type Difference, isFlow, type SpaceTime } from "../../src/optimisers/index.js";
import { observedOf } from "../../src/simulate/column.js";
import { wholly } from "../../src/simulate/controls/index.js";
import { followFlows } from "../../src/simulate/difference.js";
import { mergeResults, type SimulationRequest, withOrders } from "../../src/simulate/index.js";
import { controlsOfRun, planSimulation } from "../../src/simulate/plan.js";
import { evaluatorFor, runVerification } from "../../src/verify/index.js";
import { simulated, written } from "../written.js";
import { memoryStore } from "./memory-store.js";
import { gauss, landscapes, mixed, requestOf, sgd, spacetimes } from "./simulate-landscapes.js";
import { cases as checkedLosses } from "./test-loss-cases.js";

const gd = (N: number, T: number, rate?: number): Descent => ({
  optimiser: "gd",
  parameters: { N, T, ...(rate === undefined ? {} : { rate }) },
});
const ode = (T: number): Descent => ({ optimiser: "ode", parameters: { T } });
const sde = (T: number, refine: number): Descent => ({ optimiser: "sde", parameters: { T, refine } });
const gdc = (N: number, T: number): Descent => ({ optimiser: "gdc", parameters: { N, T } });

const withoutTraining = [
  { name: "test_loss", weights: [] },
  { name: "displacement", weights: [0] },
];

/** A request with each number's orders and remainder, and a product of two of its columns. */
function withAll(request: SimulationRequest): SimulationRequest {
  const numbers = request.numbers.flatMap((number) => {
    const { whole, orders, remainder } = withOrders(number as Parameters<typeof withOrders>[0], 2);
    return [whole, ...orders, remainder];
  });
  return {
    ...request,
    numbers: [...numbers, { label: "product", product: [0, 1] }],
    expansion: { order: 2, keepsCurvature: true },
  };
}

/** What trials of a space-time measured, before its center is taken off. */
async function valuesOf(request: SimulationRequest, spacetime: SpaceTime): Promise<readonly number[][]> {
  const own = { ...request, spacetime };
  if (isFlow(spacetime)) {
    const { columns, differences } = followFlows(own);
    return columns.map(({ center }, column) =>
      new Array<number>(request.trials).fill(differences![column]! + center),
    );
  }
  const { job } = await jobHere(own, "wasm", 1);
  const { kernel, simulate } = kernelOf(job);
  const from = request.firstTrial ?? 0;
  simulate(from, from + request.trials, () => false);
  return request.numbers.map((_, column) => [...kernel.values(column, 0, request.trials)]);
}

/** Each trial of a difference is what two single runs on the same streams measure, one less the other. */
async function expectDifference(request: SimulationRequest, within = 0): Promise<void> {
  const { first, minus } = request.spacetime as Difference;
  const [found, one, other] = [
    await valuesOf(request, request.spacetime),
    await valuesOf(request, first),
    await valuesOf(request, minus),
  ];
  request.numbers.forEach((number, column) => {
    const expected =
      "product" in number
        ? found[number.product[0]]!.map((value, trial) => value * found[number.product[1]]![trial]!)
        : one[column]!.map((value, trial) => value - other[column]![trial]!);
    found[column]!.forEach((value, trial) => {
      if (Number.isNaN(expected[trial])) {
        expect(value).toBeNaN();
        return;
      }
      const bound =
        within * (1 + Math.abs(one[column]?.[trial] ?? 0) + Math.abs(other[column]?.[trial] ?? 0));
      expect(Math.abs(value - expected[trial]!)).toBeLessThanOrEqual(bound);
    });
  });
}

const requests: readonly (readonly [string, SimulationRequest])[] = [
  ["sgd less gd", requestOf(gauss, { first: sgd(6), minus: gd(6, 6) })],
  ["epochs less one", requestOf(gauss, { first: sgd(6, 3, 1, "reshuffled"), minus: sgd(6) })],
  ["batches", requestOf(mixed, { first: sgd(12, 2, 3), minus: gd(12, 3, 1 / 3) })],
  ["penalised", requestOf(mixed, { first: sgd(3), minus: gdc(3, 3) })],
  ["more points", requestOf(mixed, { first: sgd(7), minus: gd(4, 2) }, { observables: withoutTraining })],
  ["noise", requestOf(gauss, { first: sgd(5), minus: sde(5, 2) }, { observables: withoutTraining })],
  ["a flow taken off", requestOf(gauss, { first: sgd(5), minus: ode(5) }, { observables: withoutTraining })],
  ["off a flow", requestOf(gauss, { first: ode(4), minus: gd(4, 5) }, { observables: withoutTraining })],
  ["two flows", requestOf(gauss, { first: ode(4), minus: ode(3) }, { observables: withoutTraining })],
];

const simulator = openSimulator(0);
afterAll(() => simulator.close());

describe.each(requests)("%s", (_, request) => {
  test("is, trial by trial, what two single runs measure on the same streams, to the bit", async () => {
    await expectDifference(withAll({ ...request, trials: 40, firstTrial: 2 ** 32 - 48 }));
  });

  test("has the same sums in WebAssembly and in JavaScript, in one piece and in several", async () => {
    const whole = withAll({ ...request, trials: 90 });
    const run = (trials: number, firstTrial: number, backend: "wasm" | "js") =>
      simulator.simulate({ ...whole, trials, firstTrial }, { backend });
    const [kernel, twin, first, second] = [
      await run(90, 0, "wasm"),
      await run(90, 0, "js"),
      await run(37, 0, "wasm"),
      await run(53, 37, "js"),
    ];
    const merged = mergeResults(first!, second!);
    for (const other of [twin!, merged]) {
      expect(other.statistics.map(({ moments }) => moments)).toEqual(
        kernel!.statistics.map(({ moments }) => moments),
      );
      expect([other.trials, other.diverged, other.steps]).toEqual([90, 0, kernel!.steps]);
    }
  });

  test("is refused by engines of single precision in a line", () => {
    expect(() => planSimulation(request, "calls")).toThrow(
      /^\S.* - .* is simulated on the processor alone; choose cpu, or leave the choice open$/,
    );
  });
});

test("controls of both descents have the same bits in WebAssembly and in JavaScript", async () => {
  const request = requestOf(
    gauss,
    { first: sgd(5), minus: sde(5, 1) },
    { trials: 200, observables: withoutTraining },
  );
  const found = wholly(controlsOfRun({ ...request, trials: 10 ** 7 }, observedOf(request.numbers)));
  expect(Object.keys(found!)).toEqual(["controls", "minusControls"]);
  const numbers = request.numbers.flatMap((number, control) => [
    number,
    { ...observedOf([number])[0]!, label: `${number.label} less its control`, control },
  ]);
  const controlled = {
    ...request,
    ...found,
    numbers: numbers.filter((one) => !("control" in one)).concat(numbers.filter((one) => "control" in one)),
  };
  const [kernel, twin] = [
    await simulator.simulate(controlled, { backend: "wasm" }),
    await simulator.simulate(controlled, { backend: "js" }),
  ];
  expect(twin!.statistics.map(({ moments }) => moments)).toEqual(
    kernel!.statistics.map(({ moments }) => moments),
  );
  const error = (label: string) => kernel!.statistics.find((one) => one.label === label)!.standardError;
  for (const { label } of request.numbers) {
    expect(error(`${label} less its control`)).toBeLessThan(error(label) / 30);
  }
  // One that has none of its own leaves both alone.
  const penalised = { ...request, spacetime: { first: sgd(3), minus: gdc(3, 3) } };
  expect(
    wholly(controlsOfRun({ ...penalised, trials: 10 ** 7 }, observedOf(request.numbers))),
  ).toBeUndefined();
});

test("threads have the sums of the asker's own", async () => {
  const whole = withAll({ ...requests[0]![1], trials: 90 });
  const [own, two] = [
    await simulateLocally(whole, { workers: 0 }),
    await simulateLocally(whole, { workers: 2 }),
  ];
  expect(two!.statistics).toEqual(own!.statistics);
});

test("any two descents on any landscape have their difference", async () => {
  await fc.assert(
    fc.asyncProperty(landscapes, spacetimes, spacetimes, async (landscape, first, minus) => {
      const observables = [
        { name: "test_loss", weights: [] },
        { name: "displacement", weights: landscape.weights.map((_, weight) => weight) },
      ];
      const request = requestOf(landscape, { first, minus }, { trials: 9, eta: 0.05, observables });
      await expectDifference(request, 1e-15);
    }),
    { numRuns: 5 },
  );
});

test("test losses that are not known beforehand are those of either descent", async () => {
  const { landscape, eta } = checkedLosses.find(({ what }) => what === "a bell, trials spread over tens")!;
  for (const [first, minus] of [
    [sgd(12), gd(12, 12)],
    [gd(12, 1), sgd(12)],
  ]) {
    await expectDifference(
      requestOf(landscape, { first: first!, minus: minus! }, { eta, trials: 60 }),
      1e-13,
    );
  }
});

test("a trial in which either descent diverges is in no mean", async () => {
  const { landscapes: read } = await analyzeText(
    "landscape steep { weights t = 1/2  data x ~ normal(0, 1)  loss t^4/4 + x*t + t^2/2 }",
  );
  const landscape = written(read.get("steep"));
  const [calm, wild] = [sgd(9), gd(9, 40, 16)];
  const observables = [{ name: "displacement", weights: [0] }];
  const divergedOf = async (spacetime: SpaceTime) =>
    (await simulateLocally(requestOf(landscape, spacetime, { trials: 300, observables }), { workers: 0 }))
      .diverged;
  const alone = await divergedOf(wild);
  expect(await divergedOf(calm)).toBe(0);
  expect(alone).toBeGreaterThan(0);
  expect(alone).toBeLessThan(300);
  expect(await divergedOf({ first: calm, minus: wild })).toBe(alone);
  expect(await divergedOf({ first: wild, minus: calm })).toBe(alone);
});

const text = `landscape two_points {
  weights t = 1/2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss t^2/2 + x*t/2 + x*t^2/6 + t^3/30 + x^2*t^3/42
}
multi_epoch diagram own { a -> b -> o  part {a, b} }
diagram curl { a, b -> o  part {a, b} }
verify right { landscape two_points  sgd(N = 3, E = 1, B = 1) - gd(N = 3, T = 3)  eta = 0.1
  observe test_loss, gen_gap, displacement, square = t^2  predict order 3 }
verify named { landscape two_points  sgd(N = 3, E = 1, B = 1) - gd(N = 3, T = 3)  eta = 0.05  observe displacement  predict own }
verify other { landscape two_points  sgd(N = 3, E = 1, B = 1) - gd(N = 3, T = 3)  eta = 0.05  observe test_loss  predict curl }
verify still { landscape two_points  sgd(N = 3, E = 1, B = 1) - sgd(N = 3, E = 1, B = 1)  eta = 0.05  observe test_loss  predict order 2 }
verify flow { landscape two_points  gd(N = 3, T = 3) - ode(T = 3)  eta = 0.05  observe test_loss  predict order 3 }
landscape certain { weights t = 1  data x ~ discrete(1)  loss x*t^4/4 + t^2 }
verify exact { landscape certain  gd(N = 1, T = 4) - ode(T = 4)  eta = 0.05  observe test_loss, displacement  predict order 3 }
verify flows { landscape certain  ode(T = 4) - ode(T = 2)  eta = 0.05  observe test_loss, displacement  predict order 3 }`;

async function specified(name: string) {
  const file = await analyzeText(text);
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return simulated(file.verifies.get(name));
}

/** An evaluator whose diagrams of so many edges have a wrong factor. */
function wrongBy(evaluator: Evaluator, edges: number, factor: number): Evaluator {
  const terms: Evaluator["terms"] = (request) =>
    evaluator
      .terms(request)
      .map((term) =>
        term.edges === edges ? { ...term, value: term.value.map((value) => factor * value) } : term,
      );
  return Object.create(evaluator, { terms: { value: terms } });
}

describe("a verification of a difference", () => {
  const options = { engines: { open: async () => openCpuEngine(0) }, backend: "cpu" as const };
  const trials = 40_000;

  test("agrees, far more precisely than its sides", async () => {
    const specification = await specified("right");
    const runs = await runVerification(specification, { ...options, trials });
    expect(runs.map(({ verdict }) => verdict)).toEqual(runs.map(() => "agrees"));
    const [alone] = await runVerification(
      { ...specification, spacetime: sgd(3), etas: [0.1] },
      { ...options, trials },
    );
    expect(runs[0]!.plain!.standardError!).toBeLessThan(alone!.plain!.standardError! / 4);
    expect(runs[0]!.steps).toBe(6 * trials);
    // Both start at the same place.
    expect(runs[0]!.orders![0]).toEqual({ order: 0, predicted: 0, measured: 0, standardError: 0 });
  });

  test("is measured with the controls of both descents, and its mean is the expectation", async () => {
    const slope = (t: number, x: number) => t + x / 2 + (x * t) / 3 + t ** 2 / 10 + (x ** 2 * t ** 2) / 14;
    const lossAt = (t: number) => t ** 2 / 2 + t ** 3 / 30 + (2 * t ** 3) / 42;
    const [eta, start] = [0.1, 1 / 2];
    const outcomes = [
      { x: -1, p: 2 / 3 },
      { x: 2, p: 1 / 3 },
    ];
    let [loss, moved] = [0, 0];
    for (const a of outcomes) {
      for (const b of outcomes) {
        for (const c of outcomes) {
          const data = [a.x, b.x, c.x];
          const stochastic = data.reduce((t, x) => t - eta * slope(t, x), start);
          const whole = data.reduce(
            (t) => t - (eta / 3) * data.reduce((sum, x) => sum + slope(t, x), 0),
            start,
          );
          loss += a.p * b.p * c.p * (lossAt(stochastic) - lossAt(whole));
          moved += a.p * b.p * c.p * (stochastic - whole);
        }
      }
    }
    const specification = await specified("right");
    const observables = specification.observables.filter(({ name }) =>
      /^(?:test_loss|displacement)$/.test(name),
    );
    // Fewer are done before controls are found.
    const runs = await runVerification({ ...specification, observables }, { ...options, trials: 400_000 });
    for (const [observable, expected] of [
      ["test_loss", loss],
      ["displacement(t)", moved],
    ] as const) {
      const { measured, standardError, plain } = runs.find((run) => run.observable === observable)!;
      expect(Math.abs(measured! - expected)).toBeLessThan(5 * standardError! + 1e-15);
      expect(standardError!).toBeLessThan(plain!.standardError! / 20);
      expect(Math.abs(plain!.measured! - expected)).toBeLessThan(4 * plain!.standardError!);
    }
  });

  test("disagrees where a factor is wrong, and where a diagram lacks", async () => {
    const specification = await specified("right");
    const evaluator = wrongBy(evaluatorFor(specification), 2, 1.5);
    const runs = await runVerification(specification, { ...options, trials, evaluator });
    expect(runs.map(({ verdict }) => verdict)).toEqual(runs.map(() => "disagrees"));
    expect(runs[0]!.reason).toMatch(/^order 2 disagrees: /);
    const [lacks] = await runVerification(await specified("other"), { ...options, trials });
    expect(lacks!.verdict).toBe("disagrees");
    expect(lacks!.reason).toContain("it lacks (01-2)(01-12)");
    const [named] = await runVerification(await specified("named"), { ...options, trials });
    expect(named!.verdict).toBe("agrees");
  });

  test("of a descent and itself finds nothing", async () => {
    const [run] = await runVerification(await specified("still"), { ...options, trials: 500 });
    expect(run).toMatchObject({ verdict: "agrees", predicted: 0, measured: 0, standardError: 0 });
  });

  test("of a flow is as exact as the flow is followed", async () => {
    const [noisy] = await runVerification(await specified("flow"), { ...options, trials });
    expect(noisy!.verdict).toBe("agrees");
    for (const name of ["exact", "flows"]) {
      const runs = await runVerification(await specified(name), { ...options, trials: 200 });
      expect(runs.map(({ verdict, reason }) => [verdict, reason.split(";")[0]])).toEqual(
        runs.map(() => ["agrees", "orders 0 to 3 agree"]),
      );
      expect(runs.every(({ standardError }) => standardError === 0)).toBe(true);
    }
  });

  test("that is stopped and resumed has the bits of the whole", async () => {
    const specification = { ...(await specified("right")), etas: [0.05] };
    const bits = (runs: Awaited<ReturnType<typeof runVerification>>) =>
      runs.map(({ stepsPerSecond: _, ...rest }) => rest);
    const whole = await runVerification(specification, { ...options, trials: 300_000 });
    const { store: checkpoints } = memoryStore();
    const stop = new AbortController();
    const part = await runVerification(specification, {
      ...options,
      trials: 300_000,
      checkpoints,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(part.every(({ cancelled }) => cancelled === true)).toBe(true);
    let taken = 0;
    const resumed = await runVerification(specification, {
      ...options,
      trials: 300_000,
      checkpoints,
      resume: true,
      onResume: (_, known) => {
        taken = known;
      },
    });
    expect(taken).toBeGreaterThan(0);
    expect(bits(resumed)).toEqual(bits(whole));
    // Kept trials of one descent are not those of a difference.
    const other = { ...specification, spacetime: sgd(3) };
    await runVerification(specification, {
      ...options,
      trials: 300_000,
      checkpoints,
      signal: AbortSignal.abort(),
    });
    await runVerification(other, {
      ...options,
      trials: 100,
      checkpoints,
      resume: true,
      onResume: () => expect.fail(),
    });
  });
});
