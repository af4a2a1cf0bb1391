import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openCpuEngine, openSimulator } from "../../src/engines/index.js";
import type { Run } from "../../src/runs/index.js";
import type { SimulationResult } from "../../src/simulate/index.js";
import { checkpointIdentity } from "../../src/verify/checkpoint.js";
import { evaluatorFor, runVerification } from "../../src/verify/index.js";
import { simulateInSegments } from "../../src/verify/segments.js";
import type { SimulatedSpecification } from "../../src/verify/specification.js";
import { memoryStore } from "./memory-store.js";
import { mixed, requestOf, sgd } from "./simulate-landscapes.js";

const specification: SimulatedSpecification = {
  name: "kept",
  landscape: mixed,
  spacetime: sgd(6, 2, 2, "reshuffled"),
  etas: [0.02, 0.04],
  observables: [
    { name: "test_loss", weights: [] },
    { name: "gen_gap", weights: [] },
    { name: "displacement", weights: [0, 1] },
  ],
  prediction: { kind: "order", order: 1 },
  sum: "exact",
  seed: 11,
};

/** Made once: it takes longer than most runs here. */
const evaluator = evaluatorFor(specification);

const bits = (runs: readonly Run[]) => runs.map(({ stepsPerSecond: _, ...rest }) => rest);

describe("checkpoints", () => {
  test("a run in segments, stopped and resumed at any of them, has the bits of the whole", async () => {
    const simulator = openSimulator(1);
    try {
      const request = requestOf(mixed, sgd(6, 2, 2, "reshuffled"), { trials: 800_000 });
      const whole = await simulator.simulate(request);
      const kept: SimulationResult[] = [];
      const keep = async (result: SimulationResult) => {
        kept.push(result);
      };
      await simulateInSegments(simulator, request, { keep });
      expect(kept.length).toBeGreaterThan(1);
      for (const done of kept) {
        const resumed = await simulateInSegments(simulator, request, { done, keep: async () => undefined });
        expect(resumed.statistics).toEqual(whole.statistics);
        expect([resumed.trials, resumed.diverged, resumed.steps]).toEqual([
          whole.trials,
          whole.diverged,
          whole.steps,
        ]);
      }
    } finally {
      await simulator.close();
    }
  });

  test("a verification that is stopped and resumed tells the same numbers, and forgets when done", async () => {
    const trials = 100_000;
    const whole = await runVerification(specification, { evaluator, trials });
    const abort = new AbortController();
    const { store, all } = memoryStore();
    await runVerification(specification, {
      ...{ evaluator, trials, checkpoints: store, signal: abort.signal },
      onProgress: () => abort.abort(),
    });
    expect(abort.signal.aborted).toBe(true);
    expect(all()).toHaveLength(1);
    const takenOver: number[] = [];
    const resumed = await runVerification(specification, {
      evaluator,
      trials,
      checkpoints: store,
      resume: true,
      onResume: (_, done) => takenOver.push(done),
    });
    expect(takenOver.length).toBeGreaterThan(0);
    expect(bits(resumed)).toEqual(bits(whole));
    expect(all()).toEqual([]);
  });

  test("a damaged checkpoint and one of another version are not used, lose nothing and are told of", async () => {
    const trials = 500;
    // On the test's own thread: many short runs would start many workers, and compile anew.
    const engine = openCpuEngine(0);
    const engines = { open: async () => engine };
    const whole = await runVerification(specification, { evaluator, engines, trials });
    const { store: sound, all } = memoryStore();
    const stop = new AbortController();
    await runVerification(specification, {
      ...{ evaluator, engines, trials: 4_000_000, checkpoints: sound, signal: stop.signal },
      onProgress: () => stop.abort(),
    });
    const good = all()[0]!;
    expect(JSON.parse(good).results[0].trials).toBeGreaterThan(0);
    const texts = {
      damaged: ["", "{", "[]", "null", good.slice(0, -1), good.replace(/"sum":"(-?)1?/, '"sum":"$12')],
      foreign: [good.replace(/"format":\d+/, '"format":99')],
    };
    expect(texts.damaged).not.toContain(good);
    for (const [kind, list] of Object.entries(texts)) {
      for (const text of list) {
        const { store, all: left } = memoryStore();
        await store.add(checkpointIdentity(specification, 11), text);
        const lines: string[] = [];
        const runs = await runVerification(specification, {
          ...{ evaluator, engines, trials, checkpoints: store, resume: true },
          onResume: () => expect.unreachable(),
          onUnreadable: (line) => lines.push(line),
        });
        expect(bits(runs)).toEqual(bits(whole));
        expect(lines).toEqual([
          expect.stringMatching(
            kind === "damaged" ? /damaged.* is not used/ : /of another version.* left alone/,
          ),
        ]);
        // What another version may still want is there; the damaged one was taken away.
        expect(left()).toEqual(kind === "damaged" ? [] : [text]);
      }
    }
  });

  test("what trials depend on is in the identity; names and rates are not, and of predictions only what orders they are of", () => {
    const identity = checkpointIdentity(specification, 1);
    const same = {
      ...specification,
      name: "other",
      etas: [1],
      sum: "integral" as const,
    };
    expect(checkpointIdentity(same, 1)).toBe(identity);
    const other: SimulatedSpecification[] = [
      { ...specification, spacetime: sgd(6, 2, 2) },
      { ...specification, observables: [{ name: "test_loss", weights: [] }] },
      { ...specification, testPoints: 3 },
      {
        ...specification,
        landscape: { ...mixed, weights: mixed.weights.map((one) => ({ ...one, start: 1 })) },
      },
    ];
    // Trials carry orders up to the prediction's, as rvalues or as uvalues; without orders it is no part of them.
    const series = { ...specification, prediction: { kind: "series", order: 2 } as const };
    const totals = [specification, series].map((one) =>
      checkpointIdentity({ ...one, measure: "total" as const }, 1),
    );
    expect(totals[0]).toBe(totals[1]);
    expect(totals[0]).not.toBe(identity);
    other.push(series, { ...specification, prediction: { kind: "order", order: 2 } });
    for (const one of other) {
      expect(checkpointIdentity(one, 1)).not.toBe(identity);
    }
    expect(checkpointIdentity(specification, 2)).not.toBe(identity);
  });

  test("a stopped run that asked for fewer trials than are kept tells of those that are", async () => {
    const engines = { open: async () => openCpuEngine(0) };
    const { store } = memoryStore();
    const stopped = async (trials: number, resume: boolean) => {
      const stop = new AbortController();
      const told: [number, number][] = [];
      await runVerification(specification, {
        ...{ evaluator, engines, trials, resume, checkpoints: store, signal: stop.signal },
        onProgress: () => stop.abort(),
        onKept: (_, { trials: own }, kept) => told.push([own, kept]),
      });
      return told.at(-1)!;
    };
    const [longest, kept] = await stopped(4_000_000, false);
    expect(kept).toBe(longest);
    expect(longest).toBeGreaterThan(2000);
    for (const resume of [false, true]) {
      const [own, there] = await stopped(longest - 1, resume);
      expect(own).toBeLessThan(longest);
      expect(there).toBe(longest);
    }
    // Of what is resumed the run's own are the most.
    const [own, there] = await stopped(8_000_000, true);
    expect([own > longest, there]).toEqual([true, own]);
  });

  test("a store that cannot write is told of once, and the run goes on", async () => {
    let writes = 0;
    const { store } = memoryStore(() => {
      writes++;
      throw new Error("the disk is full\nhere");
    });
    const faults: string[] = [];
    // How far a run has come is kept every second; by a clock that is faster, on a fast machine too.
    const now = performance.now.bind(performance);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    vi.spyOn(performance, "now").mockImplementation(() => 20 * now());
    const runs = await runVerification(specification, {
      evaluator,
      // Each learning rate is two segments.
      trials: 800_000,
      checkpoints: store,
      onFault: (reason) => faults.push(reason),
    });
    expect(runs).toHaveLength(8);
    expect(writes).toBeGreaterThan(1);
    expect(faults).toEqual(["how far the run has come cannot be kept: the disk is full"]);
  });
});
