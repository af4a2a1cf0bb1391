/** Runs whose process or thread is killed in the middle of each of its pieces, by the system and not by a stand-in: the bits of an undisturbed run, and one line. */
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startDevice } from "../../src/engines/device-process.js";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { tensorJobs } from "../../src/engines/tensors/job.js";
import type { BackendChoice, Run } from "../../src/runs/index.js";
import {
  type EngineNote,
  evaluatorFor,
  runVerification,
  type VerifySpecification,
} from "../../src/verify/index.js";
import { memoryStore } from "./memory-store.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";
import { gauss, sgd } from "./simulate-landscapes.js";
import { root } from "./tensors-stand-in.js";

/** A piece for each learning rate: stand-ins show what becomes of pieces within one (`interrupted`). */
const specification: VerifySpecification = {
  ...{ name: "killed", landscape: gauss, spacetime: sgd(8), etas: [0.05, 0.1], sum: "exact", seed: 2 },
  observables: [
    { name: "test_loss", weights: [] },
    { name: "displacement", weights: [0] },
  ],
  prediction: { kind: "order", order: 1 },
};
const trials = 400;
const evaluator = evaluatorFor(specification);

const children: ChildProcess[] = [];
const noteStart = (message: unknown) => void children.push((message as { process: ChildProcess }).process);
/** Whether the thread that would be given the next job is ended instead, as if in the middle of it. */
let isArmed = false;
const post = Worker.prototype.postMessage;
vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, message: unknown) {
  if (isArmed && typeof message === "object" && message !== null && "plan" in message) {
    isArmed = false;
    void this.terminate();
    return;
  }
  post.call(this, message);
});
const folder = ownFolder();
beforeAll(() => {
  subscribe("child_process", noteStart);
});
afterAll(() => {
  unsubscribe("child_process", noteStart);
  vi.restoreAllMocks();
  folder.remove();
});

/** An engine with something else in the place of its trials. */
function withTrials(engine: Engine, simulate: Engine["simulate"]): Engine {
  return new Proxy(engine, {
    get(one, name) {
      const value: unknown = name === "simulate" ? simulate : Reflect.get(one, name);
      return typeof value === "function" ? value.bind(one) : value;
    },
  });
}

/** An engine whose process is stopped in the middle of one of its pieces, so that it cannot answer, and then ended or woken. */
function stoppedAt(
  piece: number,
  then: "SIGKILL" | "SIGCONT",
  engine: Engine,
  isIts: (child: ChildProcess) => boolean,
): Engine {
  let pieces = 0;
  return withTrials(engine, async (request, options) => {
    if (pieces++ !== piece) {
      return await engine.simulate(request, options);
    }
    // There is a process as soon as it has done a trial.
    await engine.simulate({ ...request, trials: 8 });
    const { pid } = children.findLast(isIts)!;
    process.kill(pid!, "SIGSTOP");
    const done = engine.simulate(request, options);
    done.catch(() => undefined);
    await wait(20);
    process.kill(pid!, then);
    return await done;
  });
}

async function verify(backend: BackendChoice, open: (name: string) => Promise<Engine>) {
  const notes: EngineNote[] = [];
  const { store, all } = memoryStore();
  const runs = await runVerification(specification, {
    ...{ evaluator, backend, trials, checkpoints: store, engines: { open } },
    onEngine: (note) => notes.push(note),
  });
  expect(all()).toEqual([]);
  return { runs, fallbacks: notes.filter(({ fallback }) => fallback) };
}

const numbers = (runs: readonly Run[]) =>
  runs.map(({ stepsPerSecond: _, backend: __, device: ___, ...rest }) => rest);
const undisturbed = () => verify("cpu", async () => openCpuEngine(0));

describe.skipIf(lacksCompiler !== undefined)(titled("a compiled program"), () => {
  const isIts = ({ spawnfile }: ChildProcess) => spawnfile.startsWith(folder.path);

  test("that is killed in the middle of any piece leaves a run with the same bits, and one line", async () => {
    const { runs } = await undisturbed();
    for (let piece = 0; piece < 2; piece++) {
      const found = await verify("native", async (name) =>
        name === "cpu"
          ? openCpuEngine(0)
          : stoppedAt(piece, "SIGKILL", await openNativeEngine({ workers: 2, programs: folder.path }), isIts),
      );
      expect(numbers(found.runs)).toEqual(numbers(runs));
      expect(found.fallbacks.map(({ why }) => why)).toEqual(["the compiled program was ended by SIGKILL"]);
    }
  });

  test("that sleeps in the middle of any piece and wakes goes on to the same bits, without a word", async () => {
    const { runs } = await undisturbed();
    for (let piece = 0; piece < 2; piece++) {
      const found = await verify("native", async (name) =>
        name === "cpu"
          ? openCpuEngine(0)
          : stoppedAt(piece, "SIGCONT", await openNativeEngine({ workers: 2, programs: folder.path }), isIts),
      );
      expect(numbers(found.runs)).toEqual(numbers(runs));
      expect(found.fallbacks).toEqual([]);
    }
  });
});

describe("a thread of the processor", () => {
  const line = expect.stringMatching(/^a simulation worker ended with status [01]$/);

  test("that is ended in the middle of any piece is replaced: the same bits, and one line", async () => {
    const { runs } = await undisturbed();
    let jobs = 1;
    for (let job = 0; job < jobs; job++) {
      let asked = 0;
      const found = await verify("cpu", async () => {
        const engine = openCpuEngine(1);
        return withTrials(engine, (request, options) => {
          isArmed = asked++ === job;
          return engine.simulate(request, options);
        });
      });
      // Pilots and controls are trials, too.
      jobs = Math.max(jobs, asked - 1);
      expect(isArmed).toBe(false);
      expect(numbers(found.runs)).toEqual(numbers(runs));
      expect(found.fallbacks.map(({ why }) => why)).toEqual([line]);
    }
    expect(jobs).toBeGreaterThanOrEqual(2);
  });

  test("that is ended at whatever it is given loses the run, in one line, and not without end", async () => {
    let times = 0;
    const failure = await verify("cpu", async () => {
      const engine = openCpuEngine(1);
      return withTrials(engine, (request, options) => {
        times++;
        isArmed = true;
        return engine.simulate(request, options);
      });
    }).catch((error: Error) => error);
    isArmed = false;
    expect(String((failure as Error).message)).toEqual(line);
    expect(times).toBe(2);
  });
});

describe("the process for tensors", () => {
  test("that is killed in the middle of any piece is replaced by the processor, with one line", async () => {
    const { runs } = await undisturbed();
    const bundle = {
      asking: pathToFileURL(join(root, "dist/diag.js")).href,
      bundle: "./tensor-engine.js",
    };
    const isIts = ({ spawnargs }: ChildProcess) => spawnargs.some((word) => word.includes("tensor-engine"));
    for (let piece = 0; piece < 2; piece++) {
      const found = await verify("tfjs", async (name) =>
        name === "cpu"
          ? openCpuEngine(0)
          : stoppedAt(
              piece,
              "SIGKILL",
              await LinkedEngine.open("tfjs", startDevice(bundle), { tensors: "cpu" }, tensorJobs),
              isIts,
            ),
      );
      expect(found.fallbacks.map(({ why }) => why)).toEqual([expect.stringMatching(/ended by SIGKILL$/)]);
      expect(found.runs.map((run) => [run.trials, run.diverged])).toEqual(runs.map(() => [trials, 0]));
      // Of the same streams; what tensors had done before is in single precision.
      found.runs.forEach(({ measured, observable }, index) => {
        expect(Math.abs(measured! - runs[index]!.measured!), observable).toBeLessThan(1e-5);
      });
    }
  });
});
