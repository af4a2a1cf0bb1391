/** Processes that sleep, really: whoever asks, whoever simulates, or both, at any moment of a run; the bits of one that was awake all the time. */
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { gaussExcess } from "../gauss-excess.js";
import { lacksCompiler, ownFolder, titled } from "./native-machine.js";
import { mixed, requestOf, sgd } from "./simulate-landscapes.js";
import { root } from "./tensors-stand-in.js";

const isLinux = existsSync("/proc/self/task");
const folder = ownFolder();
const state = join(folder.path, "state");
beforeAll(async () => {
  await mkdir(state);
  await writeFile(join(folder.path, "gauss.diag"), gaussExcess);
});
afterAll(() => folder.remove());

/** All processes that a process has started, and those that they have. */
function startedBy(process: number): number[] {
  try {
    return readdirSync(`/proc/${process}/task`).flatMap((thread) => {
      const list = readFileSync(`/proc/${process}/task/${thread}/children`, "utf8").trim();
      return list === "" ? [] : list.split(" ").flatMap((one) => [Number(one), ...startedBy(Number(one))]);
    });
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function signalAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const one of processes) {
    try {
      process.kill(one, signal);
    } catch {
      // Likewise.
    }
  }
}

/** How often somebody sleeps in a run while there is a process beside it. */
const mostSleeps = 8;

type Sleepers = "nobody" | "who asks" | "who simulates" | "both";

/** What a run prints, and how often somebody slept while a process beside it simulated, or it did by itself. */
async function verify(backend: string, trials: number, who: Sleepers) {
  const words = ["verify", "gauss.diag", "--json", "--backend", backend, "--trials", `${trials}`];
  const child: ChildProcess = spawn(process.execPath, [join(root, "dist/diag.js"), ...words], {
    cwd: folder.path,
    env: { ...process.env, XDG_STATE_HOME: state, XDG_CACHE_HOME: folder.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout!.on("data", (data) => {
    output += data;
  });
  child.stderr!.on("data", (data) => {
    errors += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let isOver = false;
  let slept = 0;
  void ended.then(() => {
    isOver = true;
  });
  // At moments that differ from run to run, some of which are within each of its phases.
  for (let pause = 5; !isOver && who !== "nobody" && slept < mostSleeps; pause = (pause * 7 + 3) % 61) {
    const others = startedBy(child.pid!);
    const sleepers = [
      ...(who === "who simulates" ? [] : [child.pid!]),
      ...(who === "who asks" ? [] : others),
    ];
    signalAll(sleepers, "SIGSTOP");
    slept += backend === "cpu" || others.length > 0 ? 1 : 0;
    await wait(20);
    signalAll(sleepers, "SIGCONT");
    await wait(pause);
  }
  const status = await ended;
  const { runs } = JSON.parse(output) as { runs: Record<string, unknown>[] };
  const bits = runs.map(({ stepsPerSecond: _, ...rest }) => rest);
  return { status, bits, slept, errors: errors.replace(/^.* …\n/gm, "") };
}

const anybody: readonly Sleepers[] = ["who asks", "who simulates", "both"];
const backends: readonly {
  readonly backend: string;
  readonly what: string;
  readonly trials: number;
  readonly sleepers: readonly Sleepers[];
}[] = [
  { backend: "cpu", what: "threads of WebAssembly", trials: 100_000, sleepers: ["who asks"] },
  { backend: "native", what: titled("a compiled program"), trials: 1_000_000, sleepers: anybody },
  { backend: "tfjs", what: "the process for tensors", trials: 1000, sleepers: anybody },
];

describe.skipIf(!isLinux).each(backends)("a run by $what", ({ backend, trials, sleepers }) => {
  test.skipIf(backend === "native" && lacksCompiler !== undefined)(
    "has the bits of an undisturbed one, and not a word more, whoever sleeps again and again",
    async () => {
      const undisturbed = await verify(backend, trials, "nobody");
      expect(undisturbed.bits.map((run) => [run.backend, run.trials])).toEqual([[backend, trials]]);
      for (const who of sleepers) {
        const { slept, ...found } = await verify(backend, trials, who);
        const { slept: _, ...expected } = undisturbed;
        expect(slept, who).toBeGreaterThan(0);
        expect([who, found]).toEqual([who, expected]);
      }
    },
  );
});

describe.skipIf(lacksCompiler !== undefined)(
  titled("a compiled program that may be silent for a second"),
  () => {
    const request = requestOf(mixed, sgd(8, 2, 2), { trials: 4000 });
    const children: ChildProcess[] = [];
    const noteStart = (message: unknown) =>
      void children.push((message as { process: ChildProcess }).process);
    beforeAll(() => subscribe("child_process", noteStart));
    afterAll(() => unsubscribe("child_process", noteStart));

    /** An engine with its process, which has done a trial. */
    async function opened() {
      const engine = await openNativeEngine({ workers: 2, programs: folder.path, silence: 1 });
      await engine.simulate({ ...request, trials: 8 });
      const { pid } = children.findLast(({ spawnfile }) => spawnfile.startsWith(folder.path))!;
      return { engine, signal: (name: NodeJS.Signals) => process.kill(pid!, name) };
    }

    const sleepHere = (milliseconds: number) =>
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

    async function expected() {
      const processor = openCpuEngine(0);
      const { statistics } = await processor.simulate(request);
      await processor.close();
      return statistics;
    }

    test("sleeps with who asks, for longer than that, and goes on to the same bits", async () => {
      const { engine, signal } = await opened();
      signal("SIGSTOP");
      const done = engine.simulate(request);
      // What is asked is on its way.
      await wait(50);
      sleepHere(1500);
      signal("SIGCONT");
      expect((await done).statistics).toEqual(await expected());
      await engine.close();
    });

    test("is not given up by who alone slept for longer than that", async () => {
      const { engine } = await opened();
      const done = engine.simulate(request);
      await wait(5);
      sleepHere(1500);
      expect((await done).statistics).toEqual(await expected());
      await engine.close();
    });

    test("that alone sleeps for longer than that is given up in one line, and ended", async () => {
      const { engine, signal } = await opened();
      signal("SIGSTOP");
      await expect(engine.simulate(request)).rejects.toThrow("the compiled program has not answered for 1 s");
      await expect
        .poll(() => children.findLast(({ spawnfile }) => spawnfile.startsWith(folder.path))!.signalCode)
        .toBe("SIGKILL");
      await engine.close();
    });
  },
);
