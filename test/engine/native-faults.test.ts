/** What becomes of a run whose compiler, kept program or process fails: one line each, and trials that go on. */
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SimulationError } from "../../src/compile/index.js";
import { EngineLost, openCpuEngine, simulateLocally } from "../../src/engines/index.js";
import { findCompiler } from "../../src/engines/native/compiler.js";
import { toProgram } from "../../src/engines/native/driver-text.js";
import { type NativeOptions, openNativeEngine } from "../../src/engines/native/engine.js";
import { NativeProcess } from "../../src/engines/native/native-process.js";
import { programJob } from "../../src/engines/native/program-job.js";
import { analyzeText } from "../../src/language/index.js";
import type { BackendChoice } from "../../src/runs/index.js";
import { mergeResults, type SimulationResult } from "../../src/simulate/index.js";
import { type EngineNote, runVerification, type VerifySpecification } from "../../src/verify/index.js";
import { written } from "../written.js";
import { memoryStore } from "./memory-store.js";
import { compilers, lacksCompiler, ownFolder, pastDeadlineOf, titled } from "./native-machine.js";
import { gauss, requestOf, sgd } from "./simulate-landscapes.js";

const describeCompiled = describe.skipIf(lacksCompiler !== undefined);
const folder = ownFolder();
const {
  folder: newFolder,
  script,
  compilerThat,
  compilerThatRoundsElsewhere,
  compilerWithoutEnd,
} = compilers(folder.path);
const programs = newFolder();

/** Every process that is started, as Node tells of it. */
const started: ChildProcess[] = [];
const noteStart = (message: unknown) => void started.push((message as { process: ChildProcess }).process);
beforeAll(() => subscribe("child_process", noteStart));
afterAll(() => {
  unsubscribe("child_process", noteStart);
  folder.remove();
});

const opened: { close(): Promise<void> }[] = [];
async function open(options: NativeOptions = {}) {
  const engine = await openNativeEngine({ workers: 2, programs, ...options });
  opened.push(engine);
  return engine;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
});

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(SimulationError);
  expect((failure as Error).message).not.toContain("\n");
  return failure as Error;
}

const known = ({ statistics, trials, diverged }: SimulationResult) => ({
  moments: statistics.map(({ moments }) => moments),
  ...{ trials, diverged },
});
const displacement = { observables: [{ name: "displacement" as const, weights: [0] }] };
const short = requestOf(gauss, sgd(12), { ...displacement, trials: 200 });
const long = requestOf(gauss, sgd(4000), { ...displacement, trials: 10 ** 9 });

describe("a compiler", () => {
  test("that is missing is one line, and what a relative path leads to is none", async () => {
    const strange = script("echo never");
    const PATH = `.:relative:${join(folder.path, "nowhere")}`;
    const { message } = await failureOf(findCompiler({ environment: { PATH, PWD: join(strange, "..") } }));
    // A folder that is called like one is none.
    mkdirSync(join(folder.path, "named", "cc"), { recursive: true });
    const named = findCompiler({ environment: { PATH: join(folder.path, "named") } });
    expect((await failureOf(named)).message).toBe(message);
    expect(message).toBe("there is no compiler of C on the PATH (cc, gcc, clang); install one, such as gcc");
    for (const compiler of ["cc", join(folder.path, "nowhere", "cc"), folder.path]) {
      expect((await failureOf(findCompiler({ compiler }))).message).toBe(
        `${compiler} is no program with its full path; name a compiler of C`,
      );
    }
  });

  test("that is something else is one line", async () => {
    const compiler = script("echo hello; echo '#define HELLO'");
    expect((await failureOf(open({ compiler }))).message).toBe(
      `the compiler ${compiler} answers something else than a compiler of C; name another one`,
    );
    const failing = script("echo 'it broke' >&2; exit 3");
    expect((await failureOf(open({ compiler: failing }))).message).toBe(
      `the compiler ${failing} was ended with status 3: it broke`,
    );
  });

  test("that takes too long for an answer is ended", async () => {
    const compiler = script("sleep 600");
    expect((await failureOf(open({ compiler, deadline: 0.2 }))).message).toBe(
      `the compiler ${compiler} was not done after 0.2 s`,
    );
  });

  test("of a machine that rounds twice where WebAssembly rounds once is not used", async () => {
    const compiler = script(
      "echo 'cc 1.0'; echo '#define __SIZEOF_POINTER__ 8'; echo '#define __x86_64__ 1'",
    );
    const failure = await findCompiler({ compiler }, undefined, true).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^this machine does not round products and sums at once, as far as the compiler /,
    );
    expect((await findCompiler({ compiler }, undefined, false)).width).toBe(2);
  });
});

describeCompiled(titled("a program"), () => {
  test.each([
    ["is garbage", 'echo garbage > "$out"; chmod +x "$out"', /^the compiled program /],
    [
      "says something else",
      `printf '#!/bin/sh\\necho what do you want; sleep 60\\n' > "$out"; chmod +x "$out"`,
      /^the compiled program says something else than it should$/,
    ],
    [
      "may not be run",
      'echo garbage > "$out"',
      /^no program may be run from \S+; have XDG_CACHE_HOME name another folder$/,
    ],
    ["is not made", "exit 0", /^the compiler made no program$/],
    [
      "does not fit on the disk",
      "echo '/tmp/x.s: Fatal error: No space left on device' >&2; exit 1",
      /^the compiler \S+ was ended with status 1: \/tmp\/x\.s: Fatal error: No space left on device$/,
    ],
  ])("that %s is one line, by which the engine is lost", async (_, does, line) => {
    const engine = await open({ compiler: await compilerThat(does), programs: newFolder() });
    const failure = await failureOf(engine.simulate(short));
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure.message).toMatch(line);
  });

  test("whose compiler takes too long is given up, with all that it has started", async () => {
    const { compiler, told } = await compilerWithoutEnd();
    const engine = await open({ compiler, programs: newFolder() });
    const { message } = await pastDeadlineOf(told, () => failureOf(engine.simulate(short)));
    expect(message).toBe(`the compiler ${compiler} was not done after 120 s`);
    await expect.poll(() => isThere(Number(readFileSync(told, "utf8")))).toBe(false);
  });

  test("that cannot be kept is one line", async () => {
    const file = newFolder();
    writeFileSync(file, "");
    const nowhere = join(file, "programs");
    const engine = await open({ programs: nowhere });
    expect((await failureOf(engine.simulate(short))).message).toMatch(
      new RegExp(
        `^compiled programs cannot be kept in ${nowhere}: a file is where a folder is needed; move it away, or have XDG_CACHE_HOME name another folder$`,
      ),
    );
    const shared = newFolder();
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    const other = await open({ programs: shared });
    expect((await failureOf(other.simulate(short))).message).toMatch(
      /is no folder in which nobody but you may write/,
    );
    expect(readdirSync(shared)).toEqual([]);
  });

  test("that was changed is not run but made anew", async () => {
    const own = newFolder();
    const first = await open({ programs: own });
    const expected = known(await first.simulate(short));
    await first.close();
    const [name] = readdirSync(own);
    const mark = newFolder();
    const anew = async () => {
      const engine = await open({ programs: own });
      expect(known(await engine.simulate(short))).toEqual(expected);
      await engine.close();
      expect(readdirSync(own)).toEqual([name]);
    };
    const place = join(own, name!);
    rmSync(place);
    writeFileSync(place, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    await anew();
    expect(existsSync(mark)).toBe(false);
    const whole = readFileSync(place);
    rmSync(place);
    writeFileSync(place, whole.subarray(0, whole.length - 1), { mode: 0o755 });
    await anew();
    expect(readFileSync(place)).toEqual(whole);
  });

  test("that two make at once is whole for both, and is made once for learning rates", async () => {
    const own = newFolder();
    const engines = await Promise.all([open({ programs: own }), open({ programs: own })]);
    const results = await Promise.all(engines.map((engine) => engine.simulate(short)));
    const expected = known(await simulateLocally(short, { workers: 0 }));
    expect(results.map(known)).toEqual([expected, expected]);
    const names = readdirSync(own);
    for (const changed of [{ eta: 0.05 }, { seed: 9 }, { spacetime: sgd(40) }]) {
      await engines[0]!.simulate({ ...short, ...changed });
    }
    expect(readdirSync(own)).toEqual(names);
    expect(names.every((one) => /^[0-9a-f]{64}\.[0-9a-f]{64}\.program$/.test(one))).toBe(true);
  });

  test("whose trials have other bits is not used", async () => {
    const compiler = await compilerThatRoundsElsewhere();
    const engine = await open({ compiler, programs: newFolder() });
    expect((await failureOf(engine.simulate(short))).message).toBe(
      "trials of the compiled program differ from WebAssembly's; do not trust its compiler",
    );
  });

  test("does all trials of Gauss by itself, and leaves alone those that it cannot do", async () => {
    const { width } = await findCompiler();
    const { landscapes } = await analyzeText(
      "landscape steep { weights t = 1/2  data x ~ normal(0, 1)  loss t^4/4 + x*t + exp(3*x*t)/90 }",
    );
    const steep = requestOf(written(landscapes.get("steep")), sgd(12), { ...displacement, eta: 0.1 });
    const redone: number[] = [];
    for (const request of [short, steep]) {
      const engine = await open();
      await engine.simulate(request);
      const job = await programJob(request, width, 2);
      const path = started.findLast(({ spawnfile }) => spawnfile.startsWith(programs))!.spawnfile;
      const program = await NativeProcess.start(path, job.memories);
      const asked = { first: 0, trials: 4096, chunk: job.chunk, wantsValues: false };
      const done = await program.run(asked, job.plan.columns.length);
      program.close();
      expect(done.trials).toBe(4096);
      redone.push(done.redone.reduce((sum, { trials }) => sum + trials, 0));
    }
    expect(redone[0]).toBe(0);
    expect(redone[1]).toBeGreaterThan(0);
    expect(redone[1]).toBeLessThan(4096);
  });
});

/** Whether a process is there, and not only a note of it that nobody has read. */
function isThere(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  const state = `/proc/${id}/stat`;
  return !existsSync(state) || !/\) Z /.test(readFileSync(state, "utf8"));
}

const isProgram = ({ spawnfile }: ChildProcess) => spawnfile.startsWith(programs);
const lastProgram = () => started.findLast(isProgram)!;

/** Whether a process has used more of the processor, a quarter of a second, than it takes to begin. */
function isAtWork(id: number): boolean {
  const state = `/proc/${id}/stat`;
  return !existsSync(state) || Number(readFileSync(state, "utf8").split(") ")[1]!.split(" ")[11]) >= 25;
}

describeCompiled(titled("its process"), () => {
  test("that is stopped finishes its chunks: what is done are the first trials", async () => {
    const engine = await open();
    const stop = new AbortController();
    const result = await engine.simulate(long, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(result.cancelled).toBe(true);
    expect(result.scattered).toBeUndefined();
    expect(result.trials).toBeGreaterThan(0);
    // It is there for the next one.
    const first = await engine.simulate({ ...long, trials: 70 });
    const rest = await engine.simulate({ ...long, firstTrial: 70, trials: 30 });
    const expected = await simulateLocally({ ...long, trials: 100 }, { workers: 0 });
    expect(known(mergeResults(first, rest))).toEqual(known(expected));
  });

  test("that does not finish a chunk leaves off", async () => {
    const engine = await open();
    const stop = new AbortController();
    const endless = requestOf(gauss, sgd(2 ** 31), { ...displacement, trials: 64 });
    const before = started.length;
    const work = engine.simulate(endless, { signal: stop.signal });
    await expect
      .poll(() => started.slice(before).some((child) => isProgram(child) && isAtWork(child.pid!)))
      .toBe(true);
    stop.abort();
    expect(await work).toMatchObject({ cancelled: true, trials: 0 });
  });

  test("that leaves most to WebAssembly is let go, with a line", async () => {
    const { landscapes } = await analyzeText(
      "landscape steep { weights t = 1/2  data x ~ normal(0, 1)  loss t^4/4 + x*t + exp(3*x*t)/90 }",
    );
    const steep = requestOf(written(landscapes.get("steep")), sgd(40), { ...displacement, eta: 0.4 });
    const engine = await open();
    const failure = await failureOf(engine.simulate({ ...steep, trials: 10 ** 9 }));
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure.message).toBe("most of its time goes to trials that a compiled program cannot do");
  });

  test("has fewer lanes and threads where training data are many", async () => {
    const engine = await open({ workers: 32 });
    const many = requestOf(gauss, sgd(2 ** 20, 2), { ...displacement, trials: 9, eta: 1e-6 });
    const expected = await simulateLocally(many, { workers: 0 });
    expect(known(await engine.simulate(many))).toEqual(known(expected));
    const most = requestOf(gauss, sgd(2 ** 25, 2), { ...displacement, trials: 9, eta: 1e-6 });
    expect((await failureOf(engine.simulate(most))).message).toMatch(
      /^the training data of \d+ trials side by side need \d+ MiB, of which 1024 MiB may be used; choose cpu, which has fewer$/,
    );
    const { width } = await findCompiler();
    const { memories } = await programJob(many, width, 32);
    // Of 2^20 points of one number a trial.
    expect(new DataView(memories.buffer, memories.byteOffset).getUint32(0, true)).toBe(
      Math.min(32, 2 ** 30 / (width * 2 ** 23)),
    );
  });

  test("has no trials of flows", async () => {
    const engine = await open();
    const flow = requestOf(gauss, { optimiser: "ode", parameters: { T: 3 } }, { ...displacement, trials: 5 });
    expect(known(await engine.simulate(flow))).toEqual(known(await simulateLocally(flow, { workers: 0 })));
  });

  test.each(["SIGKILL", "SIGSEGV"] as const)("that is ended by %s is lost, with a line", async (signal) => {
    const engine = await open();
    await engine.simulate({ ...long, trials: 10 });
    const work = engine.simulate(long, { onProgress: () => process.kill(lastProgram().pid!, signal) });
    const failure = await failureOf(work);
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure.message).toBe(`the compiled program was ended by ${signal}`);
    expect((await engine.simulate({ ...long, trials: 10 })).trials).toBe(10);
  });

  test("that hangs is lost, with a line", async () => {
    const engine = await open({ silence: 1 });
    const work = engine.simulate(long, { onProgress: () => process.kill(lastProgram().pid!, "SIGSTOP") });
    expect((await failureOf(work)).message).toBe("the compiled program has not answered for 1 s");
    const { pid } = lastProgram();
    await expect.poll(() => isThere(pid!)).toBe(false);
  });

  test("ends with who started it, in the middle of its work, and takes nothing amiss", async () => {
    const engine = await open();
    await engine.simulate(short);
    const { spawnfile } = lastProgram();
    const job = await programJob(long, (await findCompiler()).width, 2);
    for (const strange of [
      [[9, 0]],
      [[toProgram.load, 4], [7]],
      [
        [toProgram.run, 8],
        [1, 2],
      ],
    ]) {
      const other = spawn(spawnfile, [], { stdio: ["pipe", "pipe", "ignore"] });
      let said = "";
      other.stdout.setEncoding("latin1").on("data", (text: string) => {
        said += text;
      });
      for (const words of strange) {
        other.stdin.write(Uint32Array.from(words));
      }
      await expect.poll(() => /it was asked something else|is cut off/.test(said)).toBe(true);
      other.stdin.end();
      await once(other, "close");
    }
    const child = spawn(spawnfile, [], { stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.write(Uint32Array.of(toProgram.load, job.memories.length));
    child.stdin.write(job.memories);
    child.stdin.write(Uint32Array.of(toProgram.run, 32));
    child.stdin.write(BigInt64Array.from([0n, BigInt(2 ** 40), BigInt(job.chunk), 0n]));
    child.stdin.end();
    expect(await once(child, "close")).toEqual([0, null]);
  });
});

const specification: VerifySpecification = {
  ...{ name: "kept", landscape: gauss, spacetime: sgd(10), etas: [0.1], sum: "exact", seed: 2 },
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "order", order: 1 },
};

/** Engines of a verification, and what is told of them. */
function verifying(store = memoryStore().store, options: NativeOptions = {}) {
  const notes: EngineNote[] = [];
  const resumed: number[] = [];
  const verify = (backend: BackendChoice, trials: number, isStopped = true) =>
    runVerification(specification, {
      ...{ backend, trials, checkpoints: store, resume: true },
      engines: {
        open: async (name) =>
          name === "cpu" ? openCpuEngine(0) : openNativeEngine({ workers: 2, programs, ...options }),
      },
      onEngine: (note) => notes.push(note),
      onResume: (_, done) => resumed.push(done),
      onSettle: (settle) => void settle(isStopped),
    });
  return { verify, notes, resumed };
}

describeCompiled(titled("a verification"), () => {
  test("goes on with what the processor has done, and the processor with what it has", async () => {
    const [whole] = await verifying().verify("cpu", 900_000);
    for (const [first, second] of [
      ["cpu", "native"],
      ["native", "cpu"],
    ] as const) {
      const { verify, resumed } = verifying();
      await verify(first, 400_000);
      const [run] = await verify(second, 900_000);
      expect(resumed).toEqual([400_000]);
      expect(run!.backend).toBe(`${first}+${second}`);
      expect([run!.measured, run!.standardError]).toEqual([whole!.measured, whole!.standardError]);
      expect(run!.plain).toEqual(whole!.plain);
    }
  });

  test.each([
    [
      "whose program is not made",
      async () => ({ compiler: await compilerThat("exit 1"), programs: newFolder() }),
    ],
    [
      "whose program is not what it should be",
      async () => ({ compiler: await compilerThat('cp /bin/cat "$out"'), programs: newFolder(), silence: 1 }),
    ],
  ])("%s goes on in WebAssembly, and says why", async (_, options) => {
    const { verify, notes } = verifying(undefined, await options());
    const [run] = await verify("native", 5000);
    const [own] = await verifying().verify("cpu", 5000);
    expect(run!.measured).toBe(own!.measured);
    expect(run!.backend).toBe("native+cpu");
    expect(notes.map(({ backend, fallback }) => ({ backend, fallback }))).toEqual([
      { backend: "native", fallback: undefined },
      { backend: "cpu", fallback: true },
    ]);
    expect(notes[1]!.why).toMatch(/^the (?:compiler|compiled program) /);
  });
});
