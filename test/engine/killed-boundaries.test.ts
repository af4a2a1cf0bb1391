/**
 * Runs of several pieces a learning rate, whose engine or whose own process is killed within each piece and at each boundary, and before
 * and after each write: the bits of an undisturbed run. Boundaries are counted, none is left out.
 */
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startDevice } from "../../src/engines/device-process.js";
import { availableThreads, type Engine, openCpuEngine } from "../../src/engines/index.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { tensorJobs } from "../../src/engines/tensors/job.js";
import { largeLandscape } from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { BackendChoice, Run } from "../../src/runs/index.js";
import { type CheckpointStore, type EngineNote, runVerification } from "../../src/verify/index.js";
import { dense } from "../unit/tensors/networks.js";
import { memoryStore } from "./memory-store.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";
import { root } from "./tensors-stand-in.js";

/** Trials of the smallest piece. Of what is no small expression the first piece is as small. */
const smallest = 8 * availableThreads().threads;
const piecesOfRate = 3;
const rates = 2;
const trials = smallest * piecesOfRate - 3;

const text = `landscape one { weights u = 1 data x ~ normal(0, 1) loss (u - x)^2 / 2 }
  verify v { landscape one sgd(N = 4, E = 1, B = 1) eta = 0.05, 0.1 observe test_loss predict series 1 seed = 5 }`;
const { verifies } = await analyzeText(text);
const specification = {
  ...verifies.get("v")!,
  landscape: largeLandscape(dense(), "it is tried so"),
  samples: 64,
};

const folder = ownFolder();
const children: ChildProcess[] = [];
const noteStart = (message: unknown) => void children.push((message as { process: ChildProcess }).process);
beforeAll(() => subscribe("child_process", noteStart));
afterAll(() => {
  unsubscribe("child_process", noteStart);
  folder.remove();
});

/** By how much the clock is ahead: after each piece so much that it is kept. */
let ahead = 0;
const realNow = performance.now.bind(performance);
beforeAll(() => {
  vi.spyOn(performance, "now").mockImplementation(() => realNow() + ahead);
});
afterAll(() => {
  vi.restoreAllMocks();
});

interface Kind {
  readonly backend: BackendChoice;
  readonly open: () => Promise<Engine>;
  readonly isIts: (child: ChildProcess) => boolean;
  /** Whether trials have the processor's bits. */
  readonly isExact: boolean;
}

const kinds: readonly (Kind & { readonly what: string; readonly isMissing: boolean })[] = [
  {
    what: titled("a compiled program"),
    isMissing: lacksCompiler !== undefined,
    backend: "native",
    open: () => openNativeEngine({ workers: 2, programs: folder.path }),
    isIts: ({ spawnfile }) => spawnfile.startsWith(folder.path),
    isExact: true,
  },
  {
    what: "the process for tensors",
    isMissing: false,
    backend: "tfjs",
    open: () => {
      const asking = pathToFileURL(join(root, "dist/diag.js")).href;
      const device = startDevice({ asking, bundle: "./tensor-engine.js" });
      return LinkedEngine.open("tfjs", device, { tensors: "cpu" }, tensorJobs);
    },
    isIts: ({ spawnargs }) => spawnargs.some((word) => word.includes("tensor-engine")),
    isExact: false,
  },
];

type Simulated = ReturnType<Engine["simulate"]>;

/** What is done at one of the calls for trials. @param prepare has a trial done before, so that there is a process. */
type AtCall = (call: number, go: () => Simulated, prepare: () => Simulated) => Simulated;

/** An engine whose pieces are as small as they get, none of which closes it. */
function inPieces(engine: Engine, atCall: AtCall = (_, go) => go()): Engine {
  let calls = 0;
  const simulate: Engine["simulate"] = async (...given) => {
    const [request] = given;
    const prepare = () => engine.simulate({ ...request, trials: 1 });
    const done = await atCall(calls++, () => engine.simulate(...given), prepare);
    ahead += 2000;
    return { ...done, seconds: 1e9 };
  };
  return new Proxy(engine, {
    get(one, name) {
      const value: unknown =
        name === "simulate" ? simulate : name === "close" ? async () => undefined : Reflect.get(one, name);
      return typeof value === "function" ? value.bind(one) : value;
    },
  });
}

/** Nothing comes any more of who was killed. */
const forEver = () => new Promise<never>(() => undefined);

async function verify(backend: BackendChoice, engine: Engine, checkpoints: CheckpointStore) {
  const notes: EngineNote[] = [];
  const runs = await runVerification(specification, {
    ...{ backend, trials, checkpoints, resume: true },
    engines: { open: async (name) => (name === backend ? engine : openCpuEngine(0)) },
    onEngine: (note) => notes.push(note),
  });
  return { runs, fallbacks: notes.flatMap(({ fallback, why }) => (fallback ? [why] : [])) };
}

const bits = (runs: readonly Run[]) =>
  runs.map(({ stepsPerSecond: _, backend: __, device: ___, ...rest }) => rest);

describe.each(kinds)("$what", ({ backend, open, isIts, isExact, isMissing }) => {
  let engine: Engine;
  /** Of an undisturbed run. */
  let whole: readonly Run[];
  let calls = 0;
  let writes = 0;

  beforeAll(async () => {
    if (isMissing) {
      return;
    }
    engine = await open();
    const { store } = memoryStore(() => {
      writes++;
    });
    const count: AtCall = (call, go) => {
      calls = call + 1;
      return go();
    };
    whole = (await verify(backend, inPieces(engine, count), store)).runs;
  });
  afterAll(() => engine?.close());

  test.skipIf(isMissing)("has several pieces a learning rate, and keeps each", () => {
    expect(whole.map((run) => [run.backend, run.trials])).toEqual(
      Array.from({ length: rates }, () => [backend, trials]),
    );
    expect(calls).toBeGreaterThanOrEqual(rates * piecesOfRate);
    expect(writes).toBe(rates * piecesOfRate);
  });

  /** Its numbers are those of the undisturbed run; where another engine went on, as nearly as the arithmetic allows. */
  function expectWhole(runs: readonly Run[], why: string, isSame = true): void {
    if (isSame) {
      expect(bits(runs), why).toEqual(bits(whole));
      return;
    }
    expect(
      runs.map((run) => [run.trials, run.diverged]),
      why,
    ).toEqual(whole.map(() => [trials, 0]));
    runs.forEach(({ measured, plain }, index) => {
      // The processor's trials have controls, too.
      expect(Math.abs((plain?.measured ?? measured!) - whole[index]!.measured!), why).toBeLessThan(1e-5);
    });
  }

  test.skipIf(isMissing)(
    "that is killed within each piece, and at each boundary, is replaced, with one line",
    async () => {
      for (let call = 0; call < calls; call++) {
        for (const where of ["within", "before"]) {
          const why = `killed ${where} piece ${call}`;
          const before = children.length;
          const own = await open();
          const kill: AtCall = async (at, go, prepare) => {
            if (at !== call) {
              return await go();
            }
            await prepare();
            const child = children.slice(before).findLast(isIts)!;
            if (where === "before") {
              await killed(child);
              return await go();
            }
            child.kill("SIGSTOP");
            const done = go();
            done.catch(() => undefined);
            await new Promise((resolve) => setTimeout(resolve, 5));
            child.kill("SIGKILL");
            return await done;
          };
          const { store, all } = memoryStore();
          const { runs, fallbacks } = await verify(backend, inPieces(own, kill), store);
          await own.close();
          expectWhole(runs, why, isExact);
          expect(fallbacks, why).toEqual([expect.stringMatching(/ended by SIGKILL$/)]);
          expect(all(), why).toEqual([]);
        }
      }
    },
  );

  test.skipIf(isMissing)(
    "goes on where who asks was killed, within each piece or beside each write",
    async () => {
      const places = [
        ...Array.from({ length: calls }, (_, call) => ({ call })),
        ...Array.from({ length: writes }, (_, write) => ({ write, isDone: false })),
        ...Array.from({ length: writes }, (_, write) => ({ write, isDone: true })),
      ];
      for (const place of places) {
        const { store, all } = memoryStore();
        let tell: () => void = () => undefined;
        const isKilled = new Promise<void>((resolve) => {
          tell = resolve;
        });
        const die = () => {
          tell();
          return forEver();
        };
        let count = 0;
        const dying: CheckpointStore = {
          ...store,
          async add(name, content) {
            if (!("write" in place) || count++ !== place.write) {
              return await store.add(name, content);
            }
            if (place.isDone) {
              await store.add(name, content);
            }
            return await die();
          },
        };
        void verify(
          backend,
          inPieces(engine, (call, go) => ("call" in place && call === place.call ? die() : go())),
          dying,
        );
        await isKilled;
        const { runs, fallbacks } = await verify(backend, inPieces(engine), store);
        expectWhole(runs, JSON.stringify(place));
        expect(fallbacks).toEqual([]);
        expect(all()).toEqual([]);
      }
    },
  );
});

/** Kills a process, and waits until it is known to have ended. */
async function killed(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}
