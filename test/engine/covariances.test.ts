/** Covariances of whole verifications: on every engine, of orders, of faults, and of runs that go on. */

import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { type Engine, type EngineName, openCpuEngine, simulateLocally } from "../../src/engines/index.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { type EvaluationRequest, Evaluator, type Term } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { RunRecord } from "../../src/runs/index.js";
import type { SimulationRequest, SimulationResult } from "../../src/simulate/index.js";
import { runVerification, type SimulatedSpecification } from "../../src/verify/index.js";
import { measuredNumbersOf } from "../../src/verify/measured-numbers.js";
import { expectDrawn, expectSameTrials, openTwoEngines, verifiedOn } from "../records/verified.js";
import { simulated } from "../written.js";
import { memoryStore } from "./memory-store.js";
import { softwareGpu } from "./software-gpu.js";

const bent = `landscape bent {
  weights u = 0.3, v = -0.2
  data x ~ discrete(-1: 2/3, 2: 1/3)
  loss (u^2 + v^2 + u*v)/2 + x*(u - v^2 + 2*u*v)/3 + x^2*u^3/20
}`;
const observed = [
  "variance(u)",
  "covariance(u, v)",
  "covariance(test_loss, v)",
  "variance(test_loss)",
  "test_loss",
];
const block = (settings = "") => `${bent}
verify added {
  landscape bent
  sgd(N = 4, E = 1, B = 1)
  eta = 0.02, 0.05
  observe ${observed.join(", ")}
  predict order 3
  trials = 20000
  ${settings}
}`;

async function specified(text: string): Promise<SimulatedSpecification> {
  const { verifies, diagnostics } = await analyzeText(text);
  expect(diagnostics).toEqual([]);
  return simulated(verifies.get("added"));
}

const engines = { open: async () => openCpuEngine(0) };

describe("on two engines", () => {
  let open: ReadonlyMap<EngineName, Engine> = new Map();
  const records = new Map<EngineName, RunRecord>();

  beforeAll(async () => {
    open = await openTwoEngines();
    for (const name of open.keys()) {
      records.set(name, await verifiedOn(name, open, block()));
    }
  }, 180_000);

  afterAll(async () => {
    for (const engine of open.values()) {
      await engine.close();
    }
  });

  test.each(["cpu", "tfjs"] as const)("covariances agree order by order, on %s", (backend) => {
    const record = records.get(backend)!;
    expect(record).toMatchObject({ state: "done", observables: observed, backend });
    for (const { eta, observable, verdict, reason, orders } of record.points) {
      // What is left over of a loss's variance may be much; no order may be wrong.
      expect(verdict, `${observable} at ${eta}: ${reason}`).toMatch(
        observable === "variance(test_loss)" ? /^(?:agrees|inconclusive)$/ : /^agrees$/,
      );
      expect(orders!.length).toBe(4);
    }
  });

  test("both draw the same trials", () => {
    const cpu = records.get("cpu")!;
    const isCovariance = ({ observable }: { readonly observable: string }) => observable.includes("(");
    const only = (record: RunRecord) => ({ ...record, points: record.points.filter(isCovariance) });
    expectSameTrials(only(cpu), only(records.get("tfjs")!));
  });

  test("the results page draws them", () => {
    for (const observable of observed) {
      expectDrawn(records.get("cpu")!, observable);
    }
    expect(records.get("cpu")!.terms[0]!.terms.map(({ diagram }) => diagram)).toEqual(
      expect.arrayContaining(["(0-1)()(0|1)", "(01-2-3)(02-13)(2|3)"]),
    );
  });
});

/** All that a verification's trials measure. */
async function request(trials: number, text = block()): Promise<SimulationRequest> {
  const specification = await specified(text);
  const { landscape, spacetime } = specification;
  return { landscape, spacetime, eta: 0.05, ...measuredNumbersOf(specification), trials, seed: 3 };
}

test("WebAssembly and its twin in JavaScript have the same bits", async () => {
  const { controlled: _, ...asked } = (await request(300)) as SimulationRequest & { controlled: unknown };
  const [here, there] = [
    await simulateLocally(asked, { workers: 1, backend: "wasm" }),
    await simulateLocally(asked, { workers: 1, backend: "js" }),
  ];
  expect(here.statistics).toEqual(there.statistics);
});

test("a shader measures the same trials", async ({ skip }) => {
  skip(softwareGpu.lacks !== undefined, softwareGpu.lacks);
  const asked = await request(64);
  const gpu = await openWebGpuEngine(softwareGpu);
  try {
    const exact = await openCpuEngine(0).trialValues(asked);
    const found = await gpu.trialValues(asked);
    asked.numbers.forEach((number, column) => {
      if ("pairs" in number && !number.label.startsWith("what")) {
        const largest = Math.max(...exact[column]!.map(Math.abs));
        exact[column]!.forEach((value, trial) => {
          expect(Math.abs(found[column]![trial]! - value), number.label).toBeLessThan(1e-3 * largest);
        });
      }
    });
  } finally {
    await gpu.close();
  }
});

test("what is measured is the covariance over the trials, and its error that of their products", async () => {
  const specification = await specified(block("seed = 5"));
  const trials = 2000;
  const [run] = (await runVerification({ ...specification, etas: [0.05] }, { engines, trials })).filter(
    ({ observable }) => observable === "covariance(u, v)",
  );
  const { landscape, spacetime } = specification;
  const moved = [0, 1].map((weight) => ({
    label: `${weight}`,
    combination: [{ factor: 1, quantity: { kind: "weight_displacement", weight } as const }],
  }));
  const [u, v] = await openCpuEngine(0).trialValues({
    ...{ landscape, spacetime, eta: 0.05, trials, seed: 5 },
    numbers: moved,
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / trials;
  const products = u!.map((value, trial) => (value - mean(u!)) * (v![trial]! - mean(v!)));
  expect(run!.measured).toBeCloseTo((mean(products) * trials) / (trials - 1), 14);
  const spread = Math.sqrt(mean(products.map((value) => (value - mean(products)) ** 2)) / trials);
  // The centres of the products are a pilot's.
  expect(run!.standardError! / spread).toBeCloseTo(1, 1);
  expect(run!.plain).toEqual({ measured: run!.measured, standardError: run!.standardError });
  // Orders and what they leave over are all of it.
  const { orders, remainder, measured } = run!;
  const sum = orders!.reduce((all, order) => all + order.measured!, remainder!.measured!);
  expect(sum).toBeCloseTo(measured!, 14);
});

/** Stands in for the evaluator, and multiplies a diagram's term. */
class FaultyEvaluator extends Evaluator {
  constructor(
    specification: SimulatedSpecification,
    private readonly diagram: string,
    private readonly factor: number,
  ) {
    super(specification.landscape, { order: 4, beyond: 1 });
  }

  override terms(asked: EvaluationRequest): Term[] {
    const terms = super.terms(asked);
    if (asked.observable.name !== "test_loss") {
      expect(terms.map(({ diagram }) => diagram)).toContain(this.diagram);
    }
    return terms.map((term) =>
      term.diagram === this.diagram ? { ...term, value: term.value.map((one) => this.factor * one) } : term,
    );
  }
}

describe("a verification finds that", async () => {
  const own = await specified(block().replace(observed.join(", "), "covariance(u, test_loss)"));
  const specification = { ...own, etas: [0.002, 0.05] };
  const known = new Map<string, Promise<SimulationResult>>();
  const engine = openCpuEngine(0);
  // All verifications here ask for the same trials.
  const simulate: Engine["simulate"] = (asked, options) => {
    const key = [asked.eta, asked.firstTrial, asked.trials, asked.numbers.length].join();
    const result = known.get(key) ?? engine.simulate(asked, options);
    known.set(key, result);
    return result;
  };
  const remembering = {
    open: async () => ({
      ...engine,
      trialValues: engine.trialValues.bind(engine),
      simulate,
      close: async () => {},
    }),
  };
  const verdicts = async (diagram: string, factor: number) => {
    const evaluator = new FaultyEvaluator(specification, diagram, factor);
    const options = { engines: remembering, evaluator, trials: 300_000, seed: 1 };
    return (await runVerification(specification, options)).map(({ verdict }) => verdict);
  };

  test.each([
    ["a symmetry that exchanges the roots is counted", "(01-2-3)(02-13)(2|3)", 1 / 2],
    ["two like leaves are counted twice", "(012-3-4)(03-14-24)(3|4)", 2],
    ["a diagram of three edges is missing", "(0-12-3-4)(02-13-24)(3|4)", 0],
    ["one has the wrong sign", "(01-2-3-4)(03-14-24)(3|4)", -1],
  ])("%s", async (_, diagram, factor) => {
    expect(await verdicts(diagram, factor)).toEqual(["disagrees", "disagrees"]);
    expect(await verdicts(diagram, 1)).toEqual(["agrees", "agrees"]);
  });
});

test("the total alone is compared with its own error", async () => {
  const text = block("measure = total").replace("order 3", "order 2").replace("0.02, 0.05", "0.002");
  const specification = await specified(text.replace(observed.join(", "), "variance(u), covariance(u, v)"));
  const verified = (factor: number) => {
    const evaluator = new FaultyEvaluator(specification, "(01-2-3)(02-13)(2|3)", factor);
    return runVerification(specification, { engines, evaluator, seed: 1 });
  };
  expect(await verified(1)).toMatchObject([1, 2].map(() => ({ verdict: "agrees", orders: null })));
  expect(await verified(1 / 2)).toMatchObject([1, 2].map(() => ({ verdict: "disagrees", orders: null })));
});

test("nothing need be predicted", async () => {
  const specification = await specified(block().replace("predict order 3", ""));
  const [run] = await runVerification({ ...specification, etas: [0.02] }, { engines, seed: 1 });
  expect(run).toMatchObject({ observable: "variance(u)", predicted: null, verdict: null });
  expect(run!.measured).toBeGreaterThan(0);
});

test("a run that was stopped goes on to the same bits, about the centres that it had", async () => {
  const specification = { ...(await specified(block())), etas: [0.05] };
  const { store, all } = memoryStore();
  const abort = new AbortController();
  const options = { trials: 150_000, seed: 2, onUnreadable: (line: string) => expect.fail(line) };
  await runVerification(specification, {
    ...{ ...options, checkpoints: store, signal: abort.signal },
    onProgress: () => abort.abort(),
  });
  expect(all()).toHaveLength(1);
  const resumed: number[] = [];
  const on = await runVerification(specification, {
    ...{ ...options, checkpoints: store, resume: true },
    onResume: (_, done) => resumed.push(done),
  });
  const whole = await runVerification(specification, options);
  const bits = (runs: typeof on) => runs.map(({ stepsPerSecond: _, ...rest }) => rest);
  expect(resumed).toHaveLength(1);
  expect(bits(on)).toEqual(bits(whole));
});

test("errors that have no expectation are said to have none", async () => {
  const verified = async (degrees: number) => {
    const specification = await specified(`
      landscape tails { weights w = 1 data x ~ student_t(${degrees}) loss (w - x)^2/2 }
      verify added { landscape tails sgd(N = 3, E = 1, B = 1) eta = 0.1 observe variance(w) predict order 2 }`);
    const [run] = await runVerification(specification, { engines, trials: 2000, seed: 1 });
    return run!;
  };
  // The square of an order 2 takes the fourth moment of one datum.
  expect((await verified(3)).reason).toContain("the error of order 2 has no finite expectation");
  expect((await verified(9)).reason).not.toContain("no finite expectation");
});
