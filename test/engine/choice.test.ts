/**
 * Which engine a verification takes, what it says of it, and what becomes of it when its engine is lost: with engines
 * that are this processor's, but pretend to be something else.
 */
import { describe, expect, it } from "vitest";
import {
  type Engine,
  EngineLost,
  type EngineName,
  type EngineSource,
  openCpuEngine,
  SimulationError,
  simulateLocally,
} from "../../src/simulate/index.js";
import { Checkpoint, checkpointIdentity } from "../../src/verify/checkpoint.js";
import {
  type EngineNote,
  evaluatorFor,
  runVerification,
  type VerifyOptions,
  type VerifyRun,
} from "../../src/verify/index.js";
import type { VerifySpecification } from "../../src/verify/specification.js";
import { gauss, sgd } from "./simulate-landscapes.js";

const specification: VerifySpecification = {
  name: "chosen",
  landscape: gauss,
  spacetime: sgd(10),
  etas: [0.05, 0.1],
  observables: [{ kind: "test_loss" }],
  prediction: { kind: "order", order: 2 },
  sum: "exact",
  seed: 3,
};
const evaluator = evaluatorFor(specification);

interface Pretence {
  /** How many times as long as in truth the engine says that it takes. */
  readonly slowness?: number;
  readonly software?: boolean;
  /** Added to what each trial measures. */
  readonly error?: number;
  /** Pieces after which it is lost. */
  readonly lostAfter?: number;
  /** Hears of each piece before it is simulated. */
  readonly onPiece?: () => void;
}

interface Pretended extends EngineSource {
  readonly opened: EngineName[];
  readonly closed: EngineName[];
}

function pretended(engines: Partial<Record<EngineName, Pretence | Error>>): Pretended {
  const opened: EngineName[] = [];
  const closed: EngineName[] = [];
  return {
    opened,
    closed,
    async open(name) {
      opened.push(name);
      const pretence = engines[name] ?? new SimulationError(`no ${name} here`);
      if (pretence instanceof Error) throw pretence;
      return pretend(name, pretence, () => closed.push(name));
    },
  };
}

function pretend(
  name: EngineName,
  { slowness = 1, software = false, error = 0, lostAfter = Number.POSITIVE_INFINITY, onPiece }: Pretence,
  onClose: () => void,
): Engine {
  const real = openCpuEngine(0);
  let pieces = 0;
  return {
    ...real,
    name,
    device: `a ${name}`,
    software,
    precise: name === "cpu",
    async simulate(request, options) {
      onPiece?.();
      if (pieces++ >= lostAfter) throw new EngineLost("the GPU fell off the bus");
      const result = await real.simulate(request, options);
      return { ...result, seconds: result.seconds * slowness };
    },
    async trialValues(request) {
      const values = await real.trialValues(request);
      return values.map((list) => list.map((value) => value + error));
    },
    async close() {
      onClose();
      await real.close();
    },
  };
}

async function verify(
  engines: EngineSource,
  options: VerifyOptions = {},
): Promise<{ runs: VerifyRun[]; notes: EngineNote[] }> {
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

const numbers = (runs: readonly VerifyRun[]) =>
  runs.map(({ eta, measured, standardError, trials, steps }) => [
    eta,
    measured,
    standardError,
    trials,
    steps,
  ]);

/** As if each trial took the processor a minute. */
const slow: Pretence = { slowness: 1e6 };

describe("auto", () => {
  it("stays on the processor for a short run, and looks for nothing else", async () => {
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

  it("takes a GPU that is faster, says by how much, and states its floor", async () => {
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

  it.each([
    { gpu: new SimulationError("no driver"), why: "there is no GPU to use: no driver" },
    { gpu: { software: true }, why: "the only GPU is a program, a webgpu" },
    { gpu: { lostAfter: 0 }, why: "the GPU does not work: the GPU fell off the bus" },
    { gpu: { lostAfter: 1 }, why: "the GPU does not work: the GPU fell off the bus" },
  ])("stays on the processor: $why", async ({ gpu, why }) => {
    const { runs, notes } = await verify(pretended({ cpu: slow, webgpu: gpu }));
    expect(notes.map((note) => [note.backend, note.why])).toEqual([["cpu", why]]);
    expect(runs.every(({ backend }) => backend === "cpu")).toBe(true);
  });

  it("does not take a GPU that is no faster", async () => {
    const { notes } = await verify(pretended({ cpu: slow, webgpu: { slowness: 2e6 } }));
    expect(notes[0]!.backend).toBe("cpu");
    expect(notes[0]!.why).toMatch(/times as fast, which its coarser numbers are not worth/);
  });

  it("does not take a GPU whose rounding would have a say", async () => {
    const { runs, notes } = await verify(pretended({ cpu: slow, webgpu: { error: 1e-3 } }));
    expect(notes.map((note) => [note.backend, note.why])).toEqual([
      ["cpu", "single precision may put test_loss off by 0.0010, which is too much here"],
    ]);
    expect(runs.every(({ roundingFloor }) => roundingFloor === undefined)).toBe(true);
  });
});

describe("a run that is cancelled while engines are timed", () => {
  it("ends with nothing known, however long the pilot would take", async () => {
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
  it("is taken, however slow, and its floor is in the verdict", async () => {
    const { runs } = await verify(pretended({ cpu: {}, webgpu: { software: true, error: 0.1 } }), {
      backend: "webgpu",
    });
    for (const run of runs) {
      expect(run).toMatchObject({ backend: "webgpu", verdict: "inconclusive", needsPrecision: true });
      expect(run.reason).toContain("backend cpu");
    }
  });

  it("is refused in one line when it is not there", async () => {
    const source = pretended({ cpu: {} });
    await expect(verify(source, { backend: "webgpu" })).rejects.toThrow(/^no webgpu here$/);
  });
});

describe("an engine that is lost", () => {
  it("leaves what it did, and the processor goes on with the same streams", async () => {
    const whole = await verify(pretended({ cpu: {} }), { backend: "cpu", trials: 3_000_000 });
    // The first piece has 2^22 updates; the second is lost.
    const { runs, notes } = await verify(pretended({ cpu: {}, webgpu: { lostAfter: 1 } }), {
      backend: "webgpu",
      trials: 3_000_000,
    });
    expect(notes.map(({ backend, fallback }) => [backend, fallback])).toEqual([
      ["webgpu", undefined],
      ["cpu", true],
    ]);
    expect(notes[1]!.why).toBe("the GPU fell off the bus");
    expect(runs.map(({ backend }) => backend)).toEqual(["webgpu+cpu", "cpu"]);
    expect(runs[0]!.roundingFloor).toBeDefined();
    expect(numbers(runs)).toEqual(numbers(whole.runs));
  }, 120_000);

  it("at the first trial leaves all to the processor", async () => {
    const { runs, notes } = await verify(pretended({ cpu: {}, webgpu: { lostAfter: 0 } }), {
      backend: "webgpu",
    });
    expect(notes).toHaveLength(2);
    expect(runs.map(({ trials }) => trials)).toEqual([30_000, 30_000]);
  });
});

describe("checkpoints of different engines", () => {
  it("are not mixed: what one began, another does not go on with", async () => {
    const texts = new Map<string, string>();
    const store = {
      read: async (name: string) => texts.get(name),
      write: async (name: string, text: string) => void texts.set(name, text),
      remove: async (name: string) => void texts.delete(name),
    };
    const { landscape, spacetime, observables } = specification;
    const request = { landscape, spacetime, observables, eta: 0.05, trials: 100, seed: 3 };
    const result = await simulateLocally(request, { workers: 0 });
    const identity = checkpointIdentity(specification, 3);
    const opened = () => Checkpoint.open(store, "kept", identity, []);
    await (await opened()).keep(0.05, { result, engines: ["webgpu a card"] });
    const known = await opened();
    expect(known.at(0.05, 200, "webgpu a card")?.result.statistics).toEqual(result.statistics);
    expect(known.at(0.05, 200, "webgpu another card")).toBeUndefined();
    expect(known.at(0.05, 200, "cpu rounding once")).toBeUndefined();
    // One that the processor had to go on with is still the card's.
    await known.keep(0.05, { result, engines: ["webgpu a card", "cpu rounding once"] });
    expect((await opened()).at(0.05, 200, "webgpu a card")?.engines).toHaveLength(2);
    expect((await opened()).at(0.05, 200, "cpu rounding once")).toBeUndefined();
  });
});
