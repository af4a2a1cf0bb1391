/** Covariances less their controls: what they mean, how far they may be off, and that they are the same bits however they came about. */

import { describe, expect, test } from "vitest";
import { openCpuEngine, simulateLocally } from "../../src/engines/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { Run } from "../../src/runs/index.js";
import { mergeResults, type SimulationRequest } from "../../src/simulate/index.js";
import { controlsOfSpecification, withControls } from "../../src/verify/controlled.js";
import { withCovariances } from "../../src/verify/covariances.js";
import { runVerification, type SimulatedSpecification } from "../../src/verify/index.js";
import { measuredNumbersOf } from "../../src/verify/measured-numbers.js";
import { simulated } from "../written.js";
import { memoryStore } from "./memory-store.js";

const engine = openCpuEngine(0);
const engines = { open: async () => ({ ...engine, close: async () => undefined }) };

/** As Gauss, with data in an interval: no trial is so rare that errors would not know of it. */
const bounded = "landscape bounded { weights h = 0 data x ~ uniform(-1, 1) loss (h + 3*x^2*exp(-h))/2 }";
const gauss = "landscape gauss { weights h = 0 data x ~ normal(0, 1) loss (h + x^2*exp(-h))/2 }";

async function specified(text: string): Promise<SimulatedSpecification> {
  const { verifies, diagnostics } = await analyzeText(text);
  expect(diagnostics).toEqual([]);
  return simulated([...verifies.values()][0]);
}

/** A block without a prediction, so that trials measure what is observed and nothing else. */
const block = (
  landscape: string,
  name: string,
  spacetime: string,
  eta: number,
  observed: string,
) => `${landscape}
  verify measured { landscape ${name} ${spacetime} eta = ${eta} observe ${observed} }`;

async function measured(text: string, trials: number, seed: number): Promise<Run[]> {
  return runVerification(await specified(text), { engines, trials, seed });
}

/** Covariances of where two updates end, by Simpson's rule. */
function exactly(eta: number): ReadonlyMap<string, number> {
  const points = Array.from({ length: 401 }, (_, at) => ({
    x: at / 200 - 1,
    mass: (at === 0 || at === 400 ? 1 : at % 2 === 1 ? 4 : 2) / 1200,
  }));
  const stepped = (h: number, x: number) => h - (eta * (1 - 3 * x ** 2 * Math.exp(-h))) / 2;
  const loss = (h: number) => (h + Math.exp(-h)) / 2;
  const sums = { h: 0, l: 0, hh: 0, hl: 0, ll: 0 };
  for (const one of points) {
    for (const other of points) {
      const [h, weight] = [stepped(stepped(0, one.x), other.x), one.mass * other.mass];
      const l = loss(h);
      sums.h += weight * h;
      sums.l += weight * l;
      sums.hh += weight * h * h;
      sums.hl += weight * h * l;
      sums.ll += weight * l * l;
    }
  }
  const { h, l, hh, hl, ll } = sums;
  return new Map([
    ["variance(h)", hh - h * h],
    ["covariance(h, test_loss)", hl - h * l],
    ["variance(test_loss)", ll - l * l],
  ]);
}

describe("covariances less their controls", () => {
  test("are off what integrals are as far as their errors say, over many seeds", async () => {
    const eta = 0.25;
    const known = exactly(eta);
    const text = block(bounded, "bounded", "sgd(N = 2, E = 1, B = 1)", eta, [...known.keys()].join(", "));
    const off = new Map([...known.keys()].map((name) => [name, [] as number[]]));
    for (let seed = 1; seed <= 16; seed++) {
      for (const { observable, measured: mean, standardError, plain } of await measured(text, 60_000, seed)) {
        expect(standardError!).toBeLessThan(plain!.standardError! / 3);
        off.get(observable)!.push((mean! - known.get(observable)!) / standardError!);
      }
    }
    for (const [name, errors] of off) {
      const mean = errors.reduce((sum, one) => sum + one, 0) / errors.length;
      const square = errors.reduce((sum, one) => sum + one * one, 0) / errors.length;
      expect(Math.abs(mean), name).toBeLessThan(4 / Math.sqrt(errors.length));
      expect(square, name).toBeGreaterThan(0.2);
      expect(square, name).toBeLessThan(2.5);
    }
  });

  test("are the stationary covariance of a quadratic loss to rounding", async () => {
    const valley = `landscape valley {
      weights u = 1, v = -1
      data x ~ normal(0, 1), y ~ discrete(-1: 2/3, 2: 1/3)
      loss u^2 + u*v + 3/2*v^2 + x*u + (x + y)*v
    }`;
    // Its solution of S H + H S − η H S H = (η/B) C with H = [2, 1; 1, 3], C = [1, 1; 1, 3], η = 0.2, B = 2.
    const [u, both, v] = await measured(
      block(
        valley,
        "valley",
        "sgd(N = 200, E = 1, B = 2)",
        0.2,
        "variance(u), covariance(u, v), variance(v)",
      ),
      20_000,
      1,
    );
    expect(u!.measured).toBeCloseTo(0.03, 14);
    expect(both!.measured).toBeCloseTo(0.015, 14);
    expect(v!.measured).toBeCloseTo(0.07, 14);
    expect(Math.abs(v!.plain!.measured! - 0.07)).toBeLessThan(4.5 * v!.plain!.standardError!);
    expect(v!.plain!.standardError!).toBeGreaterThan(1e-4);
  });

  test.each([
    ["points that are met again", "sgd(N = 4, E = 2, B = 1)", 3],
    ["orders that are drawn anew", "sgd(N = 4, E = 2, B = 1, shuffle = reshuffled)", 3],
    ["all points at once", "gd(N = 4, T = 3)", 10],
  ])("are measured of %s", async (_, spacetime, less) => {
    const runs = await measured(block(gauss, "gauss", spacetime, 0.05, "test_loss, variance(h)"), 200_000, 1);
    for (const { observable, measured: mean, standardError, plain } of runs) {
      expect(plain!.standardError! / standardError!, observable).toBeGreaterThan(less);
      expect(Math.abs(mean! - plain!.measured!), observable).toBeLessThan(4.5 * plain!.standardError!);
    }
  });

  test("leave few trials and totals alone", async () => {
    const text = block(gauss, "gauss", "sgd(N = 10, E = 1, B = 1)", 0.05, "variance(h) predict order 2");
    const [run] = await measured(text, 300, 1);
    expect(run!.plain).toEqual({ measured: run!.measured, standardError: run!.standardError });
    const total = text.replace("predict", "measure = total predict");
    const [other] = await measured(total, 60_000, 1);
    expect(other!.plain).toEqual({ measured: other!.measured, standardError: other!.standardError });
  });

  test("change no order and no verdict", async () => {
    const text = block(gauss, "gauss", "sgd(N = 10, E = 1, B = 1)", 0.05, "variance(h) predict order 3");
    const specification = await specified(text);
    const [run] = await runVerification(specification, { engines, trials: 60_000, seed: 1 });
    expect(run!.standardError!).toBeLessThan(run!.plain!.standardError! / 10);
    expect(run!.verdict).toBe("agrees");
    // Orders and what they leave over are all of the plain one.
    const sum = run!.orders!.reduce((all, { measured: one }) => all + one!, run!.remainder!.measured!);
    expect(sum).toBeCloseTo(run!.plain!.measured!, 14);
  });
});

/** All that trials of a block measure less its controls, as a run asks for it. */
async function request(trials: number): Promise<SimulationRequest> {
  const specification = await specified(
    block(
      gauss,
      "gauss",
      "sgd(N = 5, E = 1, B = 1)",
      0.1,
      "test_loss, variance(h), covariance(h, test_loss)",
    ),
  );
  const { landscape, spacetime } = specification;
  const numbers = measuredNumbersOf(specification);
  const asked = { landscape, spacetime, eta: 0.1, numbers: numbers.numbers, trials: 100_000, seed: 4 };
  const controls = await controlsOfSpecification(specification, asked);
  expect(controls).toBeDefined();
  return { ...withControls(asked, numbers, controls), trials };
}

describe("trials of covariances less their controls", () => {
  const bits = ({ statistics }: Pick<Awaited<ReturnType<typeof simulateLocally>>, "statistics">) =>
    statistics.map(({ label, moments }) => ({ label, moments }));

  test("have the same bits in WebAssembly and in JavaScript, and in shards", async () => {
    const asked = await request(70);
    const whole = await simulateLocally(asked, { workers: 0 });
    // The loss, two that covary, their two covariances, and what centers are off in these.
    expect(whole.statistics.filter(({ label }) => label.includes("less its control"))).toHaveLength(7);
    expect(bits(await simulateLocally(asked, { workers: 0, backend: "js" }))).toEqual(bits(whole));
    const sent = JSON.parse(JSON.stringify(asked)) as SimulationRequest;
    const first = await simulateLocally({ ...sent, trials: 33 }, { workers: 0 });
    const rest = await simulateLocally({ ...asked, firstTrial: 33, trials: 37 }, { workers: 0 });
    expect(bits(mergeResults(first, rest))).toEqual(bits(whole));
  });

  test("mean the same about any centers, which cost no more than their errors say", async () => {
    const asked = await request(20_000);
    const about = async (center: number | undefined) => {
      const numbers = asked.numbers.map((number) =>
        center !== undefined && number.label.startsWith("what covaries") ? { ...number, center } : number,
      );
      const { statistics } = await simulateLocally({ ...asked, numbers }, { workers: 0 });
      const found = withCovariances(statistics, numbers);
      return found.find(({ label }) => label === "variance(h) less its control")!;
    };
    const [near, far] = [await about(undefined), await about(0.3)];
    // Weights end 0.1 around 0: products about 0.3 are mostly of what centers are off.
    expect(Math.abs(far.mean - near.mean)).toBeLessThan(5 * (far.standardError + near.standardError));
    expect(near.mean).toBeGreaterThan(0.01);
    expect(far.standardError).toBeGreaterThan(near.standardError);
    expect(far.standardError).toBeLessThan(0.01);
  });

  test("go on to the same bits, on any number of workers", async () => {
    const specification = await specified(
      block(gauss, "gauss", "sgd(N = 10, E = 1, B = 1)", 0.05, "variance(h) predict order 2"),
    );
    const { store, all } = memoryStore();
    const stop = new AbortController();
    const options = { engines, trials: 150_000, seed: 2, onUnreadable: (line: string) => expect.fail(line) };
    const partial: number[] = [];
    await runVerification(specification, {
      ...{ ...options, checkpoints: store, signal: stop.signal },
      onProgress: (_, [one]) => {
        partial.push(one!.standardError!);
        stop.abort();
      },
    });
    expect(all()).toHaveLength(1);
    const resumed: number[] = [];
    const on = await runVerification(specification, {
      ...{ ...options, checkpoints: store, resume: true },
      onResume: (_, done) => resumed.push(done),
    });
    expect(resumed).toHaveLength(1);
    const { engines: _, ...others } = options;
    const whole = await runVerification(specification, { ...others, backend: "cpu", workers: 2 });
    const told = (runs: typeof on) => runs.map(({ stepsPerSecond: _, device: __, ...rest }) => rest);
    expect(told(on)).toEqual(told(whole));
    const [run] = on;
    expect(run!.standardError!).toBeLessThan(run!.plain!.standardError! / 10);
    // What is told under way is less its controls, too.
    expect(partial[0]!).toBeLessThan(run!.plain!.standardError!);
  });
});
