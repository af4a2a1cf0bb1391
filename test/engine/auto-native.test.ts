/**
 * Whether `auto` takes compiled programs, what it says of that, and what becomes of a run that they fail. Where it matters what a clock says, engines are
 * this processor's and pretend to be something else.
 */
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterAll, describe, expect, test } from "vitest";
import { SimulationError } from "../../src/compile/index.js";
import { type EngineSource, UntriedTrials } from "../../src/engines/index.js";
import { findCompiler } from "../../src/engines/native/compiler.js";
import { type NativeOptions, openNativeEngine } from "../../src/engines/native/engine.js";
import { editorEngines } from "../../src/runner/engines.js";
import {
  type EngineNote,
  evaluatorFor,
  runVerification,
  type VerifyOptions,
  type VerifyPhase,
  type VerifySpecification,
} from "../../src/verify/index.js";
import { memoryStore } from "./memory-store.js";
import { compilers, lacksCompiler, ownFolder, pastDeadlineOf, titled } from "./native-machine.js";
import { type Pretence, pretended } from "./pretended-engines.js";
import { gauss, requestOf, sgd } from "./simulate-landscapes.js";

const specification: VerifySpecification = {
  ...{ name: "chosen", landscape: gauss, spacetime: sgd(10), etas: [0.05, 0.1], sum: "exact", seed: 3 },
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 2 },
};
const evaluator = evaluatorFor(specification);
const trials = 3000;

/** As if all trials at both learning rates, 60,000 updates, took so many seconds. */
const lasting = (seconds: number): Pretence => ({ slowness: seconds / (6e4 * 1e-8) });

async function verify(engines: EngineSource, options: VerifyOptions = {}) {
  const notes: EngineNote[] = [];
  const resumed: number[] = [];
  const runs = await runVerification(specification, {
    ...{ evaluator, engines, trials },
    onEngine: (note) => notes.push(note),
    onResume: (_, done) => resumed.push(done),
    ...options,
  });
  return { runs, resumed, notes: notes.map(({ backend, why }) => [backend, why]) };
}

const noGpu = "there is no GPU to use: no webgpu here";

describe("auto", () => {
  test("takes a program for a run of more than a few seconds, and says how much that gains", async () => {
    const source = pretended({ cpu: lasting(4.1), native: lasting(2.05) });
    const { runs, notes } = await verify(source);
    expect(notes).toEqual([["native", "it is 2.0 times as fast as the processor"]]);
    expect(runs.map(({ backend, roundingFloor }) => [backend, roundingFloor])).toEqual([
      ["native", undefined],
      ["native", undefined],
    ]);
    expect(source.closed.sort()).toEqual(["cpu", "native"]);
    expect((await verify(pretended({ cpu: lasting(3.9), native: lasting(1) }))).notes).toEqual([
      ["cpu", "the run is short"],
    ]);
  });

  test("counts the time that compiling takes, which the run has to be worth", async () => {
    const compiled = { ...lasting(3), secondsToBegin: 1.1 };
    const { notes } = await verify(pretended({ cpu: lasting(6), native: compiled }));
    expect(notes).toEqual([
      [
        "native",
        expect.stringMatching(/^it is 2\.0 times as fast as the processor, after [\d.e-]+ s of compiling$/),
      ],
    ]);
    const source = pretended({ cpu: lasting(6), native: { ...compiled, secondsToBegin: 1.3 } });
    expect((await verify(source)).notes).toEqual([
      ["cpu", `compiling would take about 1.3 s, for which a run of 6.0 s is too short; ${noGpu}`],
    ]);
  });

  test.each([
    [
      { native: lasting(18) },
      `a program a native, is 1.1 times as fast, which its compiling is not worth; ${noGpu}`,
    ],
    [
      { native: new SimulationError("none on the PATH") },
      `there is no compiler to use: none on the PATH; ${noGpu}`,
    ],
    [
      { native: { refuses: new UntriedTrials("no trials are compiled", "choose cpu") } },
      `no trials are compiled; ${noGpu}`,
    ],
    [{ native: { lostAfter: 0 } }, `the compiler does not work: the GPU fell off the bus; ${noGpu}`],
    [{ native: lasting(18), webgpu: { software: true } }, /the only GPU is a program, a webgpu$/],
  ])("stays on the processor, with a reason: %j", async (engines, why) => {
    const { notes } = await verify(pretended({ cpu: lasting(20), ...engines }));
    expect(notes).toEqual([["cpu", typeof why === "string" ? why : expect.stringMatching(why)]]);
  });

  test("takes a GPU that is faster still, and a program where its rounding would have a say", async () => {
    const engines = { cpu: lasting(20), native: lasting(10) };
    const { notes } = await verify(pretended({ ...engines, webgpu: { ...lasting(1), error: 1e-8 } }));
    expect(notes).toEqual([["webgpu", "it is 20 times as fast as the processor"]]);
    const coarse = await verify(pretended({ ...engines, webgpu: { ...lasting(1), error: 1e-3 } }));
    expect(coarse.notes).toEqual([
      [
        "native",
        "single precision may put test_loss off by 0.0010, which is too much here; it is 2.0 times as fast as the processor",
      ],
    ]);
    expect(coarse.runs.every(({ roundingFloor }) => roundingFloor === undefined)).toBe(true);
    expect((await verify(pretended({ ...engines, webgpu: lasting(15) }))).notes[0]![0]).toBe("native");
  });

  test("leaves what a lost program has begun to the processor, at all learning rates", async () => {
    // The pilot has two pieces.
    const { runs, notes } = await verify(pretended({ cpu: lasting(20), native: { lostAfter: 3 } }), {
      trials: 450_000,
    });
    expect(notes.map(([backend]) => backend)).toEqual(["native", "cpu"]);
    expect(runs.map(({ backend }) => backend)).toEqual(["native+cpu", "cpu"]);
    const { runs: whole } = await verify(pretended({ cpu: {} }), { trials: 450_000 });
    expect(runs.map(({ measured, plain }) => [measured, plain])).toEqual(
      whole.map(({ measured, plain }) => [measured, plain]),
    );
  });

  test("goes on by a program with what the processor has begun, and the other way round", async () => {
    const long = { cpu: lasting(20), native: lasting(10) };
    const { runs: whole } = await verify(pretended({ cpu: {} }));
    for (const [first, second, names] of [
      [pretended({ cpu: {} }), pretended(long), "cpu+native"],
      [pretended(long), pretended({ cpu: {} }), "native+cpu"],
      [pretended(long), pretended(long), "native"],
    ] as const) {
      const { store } = memoryStore();
      const kept = { checkpoints: store, resume: true };
      await verify(first, { ...kept, trials: 2000, onSettle: (settle) => void settle(true) });
      const { runs, resumed } = await verify(second, kept);
      expect(resumed).toEqual([2000, 2000]);
      expect(runs.map(({ backend }) => backend)).toEqual([names, names]);
      expect(runs.map(({ measured, plain }) => [measured, plain])).toEqual(
        whole.map(({ measured, plain }) => [measured, plain]),
      );
    }
  });
});

describe("a workspace that is not on this machine's disk, or not trusted", () => {
  test.each([
    [{ isVirtual: true }, "nothing is compiled for files that are not on this machine's disk"],
    [{ isUntrusted: true }, "nothing is compiled in Restricted Mode; trust this workspace first"],
    [
      { isUntrusted: true, isVirtual: true },
      "nothing is compiled in Restricted Mode; trust this workspace first",
    ],
  ])("has nothing compiled, asked for or not: %j", async (settings, line) => {
    const started: unknown[] = [];
    const note = (message: unknown) => void started.push(message);
    subscribe("child_process", note);
    try {
      const editor = editorEngines(undefined as never, { ...settings, compiler: process.execPath });
      const slow = pretended({ cpu: lasting(20) });
      const engines: EngineSource = {
        open: (name, signal) => (name === "native" ? editor : slow).open(name, signal),
      };
      expect((await verify(engines)).notes).toEqual([
        ["cpu", `there is no compiler to use: ${line}; ${noGpu}`],
      ]);
      await expect(verify(engines, { backend: "native" })).rejects.toThrow(line);
      expect(started).toEqual([]);
    } finally {
      unsubscribe("child_process", note);
    }
  });
});

const folder = ownFolder();
afterAll(() => folder.remove());

describe.skipIf(lacksCompiler !== undefined)(titled("auto with this machine's compiler"), () => {
  const make = compilers(folder.path);

  /** The processor is said to be slow; programs are made. */
  function withCompiler(options: NativeOptions): EngineSource {
    const slow = pretended({ cpu: lasting(1000) });
    return {
      open: (name, signal) =>
        name === "native"
          ? openNativeEngine({ workers: 2, programs: make.folder(), ...options }, signal)
          : slow.open(name, signal),
    };
  }

  test("has one program for its pilot and its trials, which is known to be kept", async () => {
    const programs = make.folder();
    const request = requestOf(gauss, sgd(10), { trials: 20 });
    const begun: number[] = [];
    for (let time = 0; time < 2; time++) {
      const engine = await openNativeEngine({ workers: 2, programs });
      begun.push(await engine.secondsToBegin!(request));
      await engine.simulate(request);
      begun.push(await engine.secondsToBegin!({ ...request, trials: 30 }));
      await engine.close();
    }
    expect(begun[0]).toBeGreaterThan(0.1);
    expect(begun.slice(1)).toEqual([0, 0, 0]);
  });

  test("says that it compiled, and is right to the bit", async () => {
    const { notes, runs } = await verify(withCompiler({}));
    expect(notes).toEqual([
      [
        "native",
        expect.stringMatching(/^it is [\d,.]+ times as fast as the processor, after [\d.]+ s of compiling$/),
      ],
    ]);
    const { runs: own } = await verify(pretended({ cpu: {} }));
    expect(runs.map(({ measured, plain }) => [measured, plain])).toEqual(
      own.map(({ measured, plain }) => [measured, plain]),
    );
  });

  test.each([
    [
      "there is none",
      async () => ({ environment: { PATH: "" } }),
      /^there is no compiler to use: there is no compiler of C on the PATH /,
    ],
    [
      "it fails",
      async () => ({ compiler: await make.compilerThat("exit 1") }),
      /^the compiler does not work: the compiler \S+ was ended with status 1; /,
    ],
    [
      "its program is something else",
      async () => ({ compiler: await make.compilerThat('cp /bin/cat "$out"'), silence: 1 }),
      /^the compiler does not work: the compiled program /,
    ],
    [
      "the short comparison differs",
      async () => ({ compiler: await make.compilerThatRoundsElsewhere() }),
      /^the compiler does not work: trials of the compiled program differ from WebAssembly's; do not trust its compiler; /,
    ],
  ])("runs in WebAssembly where %s, and says why", async (_, options, why) => {
    const { notes, runs } = await verify(withCompiler(await options()), { trials: 2000 });
    expect(notes).toEqual([["cpu", expect.stringMatching(why)]]);
    expect(notes[0]![1]).not.toContain("\n");
    expect(runs.map(({ backend }) => backend)).toEqual(["cpu", "cpu"]);
  });

  test("runs in WebAssembly where it takes too long, and says so", async () => {
    const { compiler, told } = await make.compilerWithoutEnd();
    const { notes } = await pastDeadlineOf(told, () => verify(withCompiler({ compiler }), { trials: 2000 }));
    expect(notes).toEqual([
      [
        "cpu",
        expect.stringMatching(/^the compiler does not work: the compiler \S+ was not done after 120 s; /),
      ],
    ]);
  });

  test.each([
    [
      "a later program is not made",
      async (): Promise<string | undefined> => {
        // The pilot's program is made before; that of controlled trials is not.
        const { path } = await findCompiler();
        const mark = make.folder();
        return make.compilerThat(
          `if [ -e ${mark} ]; then echo 'ld: error: No space left on device' >&2; exit 1; fi; : > ${mark}; exec ${path} "$@"`,
        );
      },
      false,
      /^the compiler \S+ was ended with status 1: ld: error: No space left on device$/,
    ],
    [
      "its process is killed",
      async (): Promise<string | undefined> => undefined,
      true,
      /^the compiled program was ended by SIGKILL$/,
    ],
  ] as const)(
    "goes on in WebAssembly from the last checkpoint where %s",
    async (_, compilerOf, isKilled, why) => {
      const compiler = await compilerOf();
      const { store } = memoryStore();
      const kept = { checkpoints: store, resume: true, trials: 150_000 };
      await verify(pretended({ cpu: {} }), {
        ...kept,
        trials: 70_000,
        onSettle: (settle) => void settle(true),
      });
      let isSimulating = false;
      const note = (message: unknown) => {
        const { process: child } = message as { process: ChildProcess };
        setImmediate(() => {
          if (isKilled && isSimulating && child.spawnfile.endsWith(".program")) {
            child.kill("SIGKILL");
          }
        });
      };
      subscribe("child_process", note);
      const engines = withCompiler(compiler === undefined ? {} : { compiler });
      const onPhase = ({ doing }: VerifyPhase) => {
        isSimulating ||= doing === "simulating";
      };
      const verified = verify(engines, { ...kept, onPhase }).finally(() =>
        unsubscribe("child_process", note),
      );
      const { notes, runs, resumed } = await verified;
      expect(resumed).toEqual([70_000, 70_000]);
      expect(notes.map(([backend]) => backend)).toEqual(["native", "cpu"]);
      expect(notes[1]![1]).toMatch(why);
      const { runs: whole } = await verify(pretended({ cpu: {} }), { trials: 150_000 });
      expect(runs.map(({ measured, plain }) => [measured, plain])).toEqual(
        whole.map(({ measured, plain }) => [measured, plain]),
      );
      expect(runs.map(({ backend }) => backend)).toEqual(["cpu+native", "cpu"]);
    },
  );
});
