/**
 * Which engine a verification takes, what it says of it, and what becomes of it when its engine is lost: with engines
 * that are this processor's, but pretend to be something else.
 */

import { describe, expect, it as test } from "vitest";
import { machineRounding, SimulationError } from "../../src/compile/index.js";
import { type EngineSource, simulateLocally } from "../../src/engines/index.js";
import { largeLandscape } from "../../src/evaluate/index.js";
import { expectedLoss } from "../../src/observables/index.js";
import type { Run } from "../../src/runs/index.js";
import { Checkpoint, checkpointIdentity } from "../../src/verify/checkpoint.js";
import { EngineChoice } from "../../src/verify/engine-choice.js";
import {
  type EngineNote,
  evaluatorFor,
  runVerification,
  type VerifyOptions,
} from "../../src/verify/index.js";
import { measuredNumbersOf } from "../../src/verify/measured-numbers.js";
import type { SimulatedSpecification } from "../../src/verify/specification.js";
import { dense } from "../unit/tensors/networks.js";
import { memoryStore } from "./memory-store.js";
import { type Pretence, pretended } from "./pretended-engines.js";
import { gauss, sgd } from "./simulate-landscapes.js";

const specification: SimulatedSpecification = {
  name: "chosen",
  landscape: gauss,
  spacetime: sgd(10),
  etas: [0.05, 0.1],
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 2 },
  sum: "exact",
  seed: 3,
};
const evaluator = evaluatorFor(specification);

async function verify(
  engines: EngineSource,
  options: VerifyOptions = {},
): Promise<{ runs: Run[]; notes: EngineNote[] }> {
  const notes: EngineNote[] = [];
  const runs = await runVerification(specification, {
    evaluator,
    engines,
    trials: 30_000,
    onEngine: (note) => notes.push(note),
    ...options,
  });
  return { runs, notes };
}

/** Means over trials: single precision has no controls. */
const numbers = (runs: readonly Run[]) =>
  runs.map(({ eta, plain, trials, steps }) => [eta, plain, trials, steps]);

/** As if each trial took the processor a minute. */
const slow: Pretence = { slowness: 1e6 };

describe("auto", () => {
  test("stays on the processor for a short run, and looks for nothing else", async () => {
    const source = pretended({ cpu: {}, webgpu: {} });
    const { runs, notes } = await verify(source);
    expect(notes).toEqual([
      { verify: "chosen", eta: 0.05, backend: "cpu", device: "a cpu", why: "the run is short" },
    ]);
    expect(runs.map(({ backend, device }) => [backend, device])).toEqual([
      ["cpu", "a cpu"],
      ["cpu", "a cpu"],
    ]);
    expect(source.opened).toEqual(["cpu"]);
    expect(source.closed).toEqual(["cpu"]);
  });

  test("looks for no GPU where the landscape is too large for shaders", async () => {
    const source = pretended({ cpu: slow, webgpu: {} });
    const choice = new EngineChoice(source, "auto");
    const request = {
      landscape: largeLandscape(dense(), "it is tried so"),
      spacetime: sgd(10),
      eta: 0.1,
      numbers: [{ label: "test", combination: [{ factor: 1, quantity: expectedLoss }] }],
      trials: 10_000,
      seed: 3,
    };
    const { engine, why } = await choice.choose(request);
    expect([engine.name, why]).toEqual(["cpu", "there is no compiler to use: no native here"]);
    expect(source.opened).toEqual(["cpu", "native"]);
    await choice.close();
  });

  test("takes a GPU that is faster, says by how much, and states its floor", async () => {
    const source = pretended({ cpu: slow, webgpu: { error: 1e-8 } });
    const { runs, notes } = await verify(source);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ backend: "webgpu" });
    expect(notes[0]!.why).toMatch(/^it is [\d,]+ times as fast as the processor$/);
    for (const run of runs) {
      expect(run.backend).toBe("webgpu");
      expect(run.roundingFloor).toBeCloseTo(1e-8, 12);
    }
    expect(source.closed.sort()).toEqual(["cpu", "webgpu"]);
  });

  test.each([
    { gpu: new SimulationError("no driver"), why: "there is no GPU to use: no driver" },
    { gpu: { software: true }, why: "the only GPU is a program, a webgpu" },
    { gpu: { lostAfter: 0 }, why: "the GPU does not work: the GPU fell off the bus" },
    { gpu: { lostAfter: 1 }, why: "the GPU does not work: the GPU fell off the bus" },
  ])("stays on the processor: $why", async ({ gpu, why }) => {
    const { runs, notes } = await verify(pretended({ cpu: slow, webgpu: gpu }));
    const all = `there is no compiler to use: no native here; ${why}`;
    expect(notes.map((note) => [note.backend, note.why])).toEqual([["cpu", all]]);
    expect(runs.every(({ backend }) => backend === "cpu")).toBe(true);
  });

  test("does not take a GPU that is no faster", async () => {
    const { notes } = await verify(pretended({ cpu: slow, webgpu: { slowness: 2e6 } }));
    expect(notes[0]!.backend).toBe("cpu");
    expect(notes[0]!.why).toMatch(/times as fast, which its coarser numbers are not worth/);
  });

  test("does not take a GPU whose rounding would have a say", async () => {
    const { runs, notes } = await verify(pretended({ cpu: slow, webgpu: { error: 1e-3 } }));
    expect(notes.map((note) => [note.backend, note.why])).toEqual([
      ["cpu", "single precision may put test_loss off by 0.0010, which is too much here"],
    ]);
    expect(runs.every(({ roundingFloor }) => roundingFloor === undefined)).toBe(true);
  });
});

describe("a run that is cancelled while engines are timed", () => {
  test("ends with nothing known, however long the pilot would take", async () => {
    const abort = new AbortController();
    const lasting = { ...specification, spacetime: sgd(2 ** 34) };
    const runs = await runVerification(lasting, {
      engines: pretended({ cpu: { onPiece: () => abort.abort() } }),
      signal: abort.signal,
      trials: 10,
    });
    expect(runs).toEqual([]);
  });
});

describe("an engine that was asked for", () => {
  test("is taken, however slow, and its floor is in the verdict", async () => {
    const { runs } = await verify(pretended({ cpu: {}, webgpu: { software: true, error: 0.1 } }), {
      backend: "webgpu",
    });
    for (const run of runs) {
      expect(run).toMatchObject({ backend: "webgpu", verdict: "inconclusive", needsPrecision: true });
      expect(run.reason).toContain("backend cpu");
    }
  });

  test("is refused in one line when it is not there", async () => {
    const source = pretended({ cpu: {} });
    await expect(verify(source, { backend: "webgpu" })).rejects.toThrow(/^no webgpu here$/);
  });
});

describe("an engine that is lost", () => {
  test("leaves what it did, and the processor goes on with the same streams", async () => {
    const whole = await verify(pretended({ cpu: {} }), { backend: "cpu", trials: 600_000 });
    // The first piece has 2^22 updates; the second is lost.
    const { runs, notes } = await verify(pretended({ cpu: {}, webgpu: { lostAfter: 1 } }), {
      backend: "webgpu",
      trials: 600_000,
    });
    expect(notes.map(({ backend, fallback }) => [backend, fallback])).toEqual([
      ["webgpu", undefined],
      ["cpu", true],
    ]);
    expect(notes[1]!.why).toBe("the GPU fell off the bus");
    expect(runs.map(({ backend }) => backend)).toEqual(["webgpu+cpu", "cpu"]);
    expect(runs[0]!.roundingFloor).toBeDefined();
    expect(numbers(runs)).toEqual(numbers(whole.runs));
  });

  test("at the first trial leaves all to the processor", async () => {
    const { runs, notes } = await verify(pretended({ cpu: {}, webgpu: { lostAfter: 0 } }), {
      backend: "webgpu",
    });
    expect(notes).toHaveLength(2);
    expect(runs.map(({ trials }) => trials)).toEqual([30_000, 30_000]);
  });
});

describe("what an earlier run has left", () => {
  const begunBy = ["webgpu a webgpu"];
  const goneOn = [...begunBy, `cpu rounding ${machineRounding()}`];
  const floor = { floor: 1e-7, deviation: 0.5, diverges: false };

  /** Goes on with 10,000 trials at the first learning rate that these engines have simulated. */
  async function resume(begun: readonly string[], engines: EngineSource, options: VerifyOptions = {}) {
    const { store } = memoryStore();
    const { landscape, spacetime } = specification;
    const request = {
      landscape,
      spacetime,
      ...measuredNumbersOf(specification),
      eta: 0.05,
      trials: 10_000,
      seed: 3,
    };
    const result = await simulateLocally(request, { workers: 0 });
    const checkpoint = await Checkpoint.open(store, checkpointIdentity(specification, 3));
    const floors = new Map(request.numbers.map(({ label }) => [label, floor]));
    checkpoint.take(0.05, { result, engines: begun, floors }, 30_000);
    await checkpoint.write();
    const resumed: number[] = [];
    const setAside: string[] = [];
    const verified = await verify(engines, {
      checkpoints: store,
      resume: true,
      onResume: (_, trials) => resumed.push(trials),
      onSetAside: (_, reason) => setAside.push(reason),
      ...options,
    });
    return { ...verified, resumed, setAside };
  }

  test("is kept to the bit, floors too", async () => {
    const { store } = memoryStore();
    const { landscape, spacetime } = specification;
    const request = {
      landscape,
      spacetime,
      ...measuredNumbersOf(specification),
      eta: 0.05,
      trials: 100,
      seed: 3,
    };
    const result = await simulateLocally(request, { workers: 0 });
    const opened = () => Checkpoint.open(store, "identity");
    const unknown = { ...floor, floor: Number.POSITIVE_INFINITY };
    const floors = new Map(request.numbers.map(({ label }, place) => [label, place === 0 ? floor : unknown]));
    const checkpoint = await opened();
    checkpoint.take(0.05, { result, engines: begunBy, floors }, 200);
    await checkpoint.write();
    const [known] = (await opened()).at(0.05);
    expect(known?.result.statistics).toEqual(result.statistics);
    expect(known?.engines).toEqual(begunBy);
    expect(known?.floors).toEqual(floors);
    expect((await opened()).at(0.06)).toEqual([]);
  });

  test("is gone on with by the engine that began, whatever auto would take", async () => {
    const { runs, notes, resumed } = await resume(begunBy, pretended({ cpu: {}, webgpu: {} }));
    expect(notes[0]).toMatchObject({ backend: "webgpu", why: "it simulated what there is already" });
    expect(resumed).toEqual([10_000]);
    expect(runs.map(({ backend, trials }) => [backend, trials])).toEqual([
      ["webgpu", 30_000],
      ["cpu", 30_000],
    ]);
  });

  test("is gone on with by the processor where that went on before, with the floor", async () => {
    const { runs, resumed, setAside } = await resume(goneOn, pretended({ cpu: {} }));
    expect(resumed).toEqual([10_000]);
    expect(setAside).toEqual([]);
    expect(runs.map(({ backend, roundingFloor }) => [backend, roundingFloor])).toEqual([
      ["webgpu+cpu", 1e-7],
      ["cpu", undefined],
    ]);
    const { runs: whole } = await verify(pretended({ cpu: {} }));
    expect(numbers(runs)).toEqual(numbers(whole));
  });

  test("keeps its floor when the run is stopped before there is another", async () => {
    const stop = new AbortController();
    const source = pretended({ cpu: {}, webgpu: { onCompare: () => stop.abort() } });
    const { runs, notes } = await resume(begunBy, source, { signal: stop.signal });
    expect(notes).toEqual([]);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      backend: "webgpu",
      trials: 10_000,
      cancelled: true,
      roundingFloor: 1e-7,
    });
  });

  test.each([
    ["there is no such engine any more", begunBy, {}],
    ["another one is asked for", goneOn, { backend: "tfjs" as const }],
    ["double precision is asked for", goneOn, { backend: "cpu" as const }],
  ])(
    "is not mixed with another engine's trials, and it is said that they are done anew: %s",
    async (_, begun, options) => {
      const { runs, resumed, setAside } = await resume(begun, pretended({ cpu: {}, tfjs: {} }), options);
      expect(resumed).toEqual([]);
      expect(setAside).toEqual([expect.stringMatching(/^10000 trials that webgpu a webgpu.* are done anew/)]);
      expect(runs[0]!.trials).toBe(30_000);
      expect(runs[0]!.backend).not.toContain("webgpu");
    },
  );
});

describe("a run that is stopped while its engine is chosen", () => {
  test.each([
    ["by the processor's pilot", "cpu"],
    ["by the GPU's pilot", "webgpu"],
  ] as const)("%s, opens nothing more and says nothing", async (_, stopper) => {
    const stop = new AbortController();
    const stopping: Pretence = { onPiece: () => stop.abort() };
    const engines = { cpu: slow, webgpu: { slowness: 1e-3 } };
    const source = pretended({ ...engines, [stopper]: { ...engines[stopper], ...stopping } });
    const { runs, notes } = await verify(source, { signal: stop.signal });
    expect(runs).toEqual([]);
    expect(notes).toEqual([]);
    expect(source.opened).toEqual(stopper === "cpu" ? ["cpu"] : ["cpu", "native", "webgpu"]);
    expect([...source.closed].sort()).toEqual(stopper === "cpu" ? ["cpu"] : ["cpu", "webgpu"]);
  });
});
