/** What becomes of a run whose GPU is stopped, is slow, hangs, dies, or is not there at all. */
import { type ChildProcess, fork } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { SimulationError } from "../../src/compile/index.js";
import { type DeviceLink, DeviceLost } from "../../src/device/index.js";
import { startDevice } from "../../src/engines/device-process.js";
import { type Engine, EngineLost, openCpuEngine } from "../../src/engines/index.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { findDawn } from "../../src/engines/webgpu/dawn.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { shaderOf } from "../../src/engines/webgpu/shader.js";
import type { SimulationResult } from "../../src/simulate/index.js";
import {
  gauss,
  meanEstimation,
  number,
  power,
  product,
  requestOf,
  sgd,
  symbol,
} from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const realTimeout = globalThis.setTimeout;

/** Every process that is started, as Node tells of it. */
const forked: ChildProcess[] = [];
const noteStart = (message: unknown) => void forked.push((message as { process: ChildProcess }).process);
beforeAll(() => subscribe("child_process", noteStart));
afterAll(() => void unsubscribe("child_process", noteStart));

/** Does something as soon as another process is started. */
function onceForked(act: () => void): void {
  const hear = (): void => {
    unsubscribe("child_process", hear);
    // Whoever starts it has it in hand first.
    setImmediate(act);
  };
  subscribe("child_process", hear);
}

/** The process that was started last. */
const lastChild = () => forked.at(-1)!;

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

async function expectGone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await once(child, "exit");
  }
  expect(isThere(child.pid!)).toBe(false);
}

const failureOf = async (work: Promise<unknown>): Promise<Error> => {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(SimulationError);
  expect((failure as Error).message).not.toContain("\n");
  return failure as Error;
};

const known = ({ statistics, trials, diverged, steps }: SimulationResult) => ({
  statistics,
  trials,
  diverged,
  steps,
});

const displacement = { observables: [{ name: "displacement" as const, weights: [0] }] };
const short = requestOf(gauss, sgd(12), { ...displacement, trials: 200 });
const endless = requestOf(gauss, sgd(1000), { ...displacement, trials: 10 ** 9 });

describeOnGpu("a run on a GPU", () => {
  let gpu: Engine;

  beforeAll(async () => {
    gpu = await openWebGpuEngine(softwareGpu);
  });

  afterAll(async () => {
    await gpu.close();
    await expectGone(forked[0]!);
  });

  test("that is stopped ends with whole groups of trials, and another can follow", async () => {
    const controller = new AbortController();
    const reports: number[] = [];
    let before = 0;
    const result = await gpu.simulate(endless, {
      signal: controller.signal,
      onProgress: ({ trials, total, diverged, statistics }) => {
        expect([total, diverged, statistics[0]!.count]).toEqual([10 ** 9, 0, trials]);
        reports.push(trials);
        if (reports.length !== 3) {
          return;
        }
        // In the middle of a group.
        setTimeout(() => {
          before = reports.length;
          controller.abort();
        }, 60);
      },
    });
    expect(before).toBeGreaterThan(0);
    // At most the group under way is waited for.
    expect(reports.length - before).toBeLessThanOrEqual(1);
    expect(result).toMatchObject({ cancelled: true, diverged: 0, backend: "webgpu" });
    expect(reports).toEqual(reports.toSorted((a, b) => a - b));
    expect(result.trials).toBeGreaterThanOrEqual(reports.at(-1)!);
    expect(result.trials).toBeLessThan(10 ** 9);
    expect(result.steps).toBe(1000 * result.trials);
    // Nothing of the group under way is in it, and nothing of that is left over.
    expect(known(await gpu.simulate({ ...endless, trials: result.trials }))).toEqual(known(result));
  });

  test("that is stopped before it begins does nothing", async () => {
    const result = await gpu.simulate(endless, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ cancelled: true, trials: 0, steps: 0 });
  });

  test("that is stopped while its shader is compiled leaves nothing behind that is wrong", async () => {
    const other = requestOf(meanEstimation(0.7, 1.1, 0.3), sgd(9, 1, 3), { trials: 100 });
    const controller = new AbortController();
    const run = gpu.simulate({ ...other, trials: 10 ** 9 }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect(await run).toMatchObject({ cancelled: true });
    const values = await gpu.trialValues(short);
    const cpu = openCpuEngine(0);
    const expected = await cpu.trialValues(short);
    await cpu.close();
    expected[0]!.forEach((value, trial) => {
      expect(values[0]![trial]).toBeCloseTo(value, 5);
    });
  });

  test("refuses another one beside it", async () => {
    const first = gpu.simulate(short);
    expect((await failureOf(gpu.simulate(short))).message).toMatch(/busy/);
    expect((await first).trials).toBe(200);
  });

  test("refuses numbers that single precision lacks, in one line, and goes on", async () => {
    const steep = { ...gauss, loss: product(number(1e40), power(symbol("h"), 2)) };
    const failure = await failureOf(gpu.simulate(requestOf(steep, sgd(4), displacement)));
    expect(failure).not.toBeInstanceOf(EngineLost);
    expect(failure.message).toBe(
      "the simulation has the number 2e+39, which single precision does not reach; use --backend cpu",
    );
    expect((await gpu.simulate(short)).trials).toBe(200);
  });

  test("refuses what its GPU cannot hold, in one line, and goes on", async () => {
    const huge = requestOf(gauss, sgd(2 ** 27, 2, 1, "reshuffled"), { ...displacement, trials: 1 });
    const failure = await failureOf(gpu.simulate(huge));
    expect(failure).not.toBeInstanceOf(EngineLost);
    expect(failure.message).toBe(
      "one trial's training data, 134217728 numbers, do not fit the GPU's largest buffer; lower N",
    );
    expect((await gpu.simulate(short)).trials).toBe(200);
  });

  test("whose process is killed is lost, in one line", async () => {
    const own = await openWebGpuEngine(softwareGpu);
    const child = lastChild();
    const progress = { known: 0 };
    const run = own.simulate(endless, {
      onProgress: ({ trials }) => {
        progress.known = trials;
        child.kill("SIGKILL");
      },
    });
    const failure = await failureOf(run);
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure.message).toBe("the device's process was ended by SIGKILL");
    expect(progress.known).toBeGreaterThan(0);
    // It stays lost, and says so at once.
    expect(await failureOf(own.simulate(short))).toBeInstanceOf(EngineLost);
    await own.close();
  });

  test.each([
    ["before it opens", (stop: AbortController) => stop.abort()],
    // Its process is there, and has not been heard of.
    ["while it opens", (stop: AbortController) => onceForked(() => stop.abort())],
  ])("ends when the run is stopped %s", async (_, stopSoon) => {
    const stop = new AbortController();
    const before = forked.length;
    stopSoon(stop);
    const failure = await failureOf(openWebGpuEngine(softwareGpu, stop.signal));
    expect(failure.message).toBe("the device was let go");
    for (const child of forked.slice(before)) {
      await expectGone(child);
    }
  });

  test("ends when its engine is closed", async () => {
    const own = await openWebGpuEngine(softwareGpu);
    const run = failureOf(own.simulate(endless));
    await own.trialValues(short).catch(() => undefined);
    await own.close();
    expect(await run).toBeInstanceOf(EngineLost);
    await expectGone(lastChild());
  });
});

describe("a GPU that is not there", () => {
  test.skipIf(softwareGpu.lacks !== undefined)(
    "is told in one line, and nothing is left running",
    async () => {
      const environment = { ...softwareGpu.environment, VK_DRIVER_FILES: "/nonexistent" };
      const failure = await failureOf(openWebGpuEngine({ environment }));
      expect(failure.message).toBe("no GPU was found; a driver for Vulkan, Metal or Direct3D 12 is needed");
      await expectGone(lastChild());
    },
  );

  test("for want of the package is told in one line that says how to get it", async () => {
    const line = "the package webgpu is not installed; npm install --global webgpu brings it";
    // The process cannot see the package that these tests have.
    const hooks = `import { registerHooks } from "node:module";
      registerHooks({
        resolve(name, context, next) {
          if (name.endsWith("/webgpu")) throw new Error("not found");
          return next(name, context);
        },
      });`;
    const environment = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hooks)}` };
    expect((await failureOf(openWebGpuEngine({ environment }))).message).toBe(line);
    await expectGone(lastChild());
    const empty = mkdtempSync(join(tmpdir(), "no-webgpu-"));
    try {
      expect(() => findDawn([empty, join(empty, "nothing")])).toThrow(line);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describe("a device's process", () => {
  const standIn = join(root, "out/tests/webgpu-stand-in.mjs");
  const start = (way: string) =>
    startDevice({
      asking: pathToFileURL(standIn).href,
      bundle: "./webgpu-stand-in.mjs",
      environment: { STAND_IN: way },
    });

  beforeAll(async () => {
    const entryPoints = ["test/engine/webgpu-stand-in.ts"];
    await build({
      ...{ absWorkingDir: root, entryPoints, outfile: standIn },
      ...{ bundle: true, packages: "external", platform: "node", format: "esm" },
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ["throws", "the device's process was ended with status 1: TypeError: the driver's table is broken"],
    ["aborts", "the device's process was ended by SIGABRT"],
  ])("that %s when it starts is told by its last words", async (way, message) => {
    const failure = await failureOf(LinkedEngine.open("webgpu", start(way), {}, { of: shaderOf }));
    expect(failure.message.startsWith(message), failure.message).toBe(true);
    await expectGone(lastChild());
  });

  test("that hangs is given up when nothing is heard of it, and ended", async () => {
    const engine = await LinkedEngine.open("webgpu", start("hangs"), {}, { of: shaderOf });
    const child = lastChild();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    let failure: Error | undefined;
    void failureOf(engine.simulate(short)).then((error) => {
      failure = error;
    });
    // Messages take a moment of real time.
    while (failure === undefined) {
      await vi.advanceTimersByTimeAsync(100);
      await new Promise((resolve) => realTimeout(resolve, 2));
    }
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure.message).toMatch(/^the device has not answered for (30|60) s$/);
    vi.useRealTimers();
    await expectGone(child);
    expect(child.signalCode).toBe("SIGKILL");
  });

  test("that hangs does not outlive the one that started it", async () => {
    const parent = fork(standIn, [], {
      env: { ...process.env, STAND_IN: "starts one that hangs" },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    const [line] = (await once(parent.stdout!.setEncoding("utf8"), "data")) as [string];
    const hanging = Number(/hangs: (\d+)/.exec(line)![1]);
    expect(isThere(hanging)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isThere(hanging), { timeout: 50_000, interval: 100 }).toBe(false);
  });

  test("ends when the one that started it lets go", async () => {
    const engine = await LinkedEngine.open("webgpu", start("hangs"), {}, { of: shaderOf });
    const child = lastChild();
    child.disconnect();
    await expectGone(child);
    await engine.close();
  });
});

describe("a device behind any link", () => {
  /** A link that answers as it is told. */
  function linkOf(run: DeviceLink["ask"], more: { heard?: () => number; load?: () => Promise<null> } = {}) {
    const state = { closed: 0 };
    const link: DeviceLink = {
      ask: async (name, parameters, signal) => {
        if (name === "open") {
          return { name: "stand-in", software: false, facts: [] } as never;
        }
        if (name === "load") {
          return (await more.load?.()) as never;
        }
        return run(name, parameters, signal);
      },
      get heard() {
        return more.heard?.() ?? 0;
      },
      close: () => {
        state.closed++;
      },
    };
    return { link, state };
  }
  const never = () => new Promise<never>(() => undefined);
  const openLinked = (link: DeviceLink) => LinkedEngine.open("webgpu", link, {}, { of: shaderOf });

  afterEach(() => {
    vi.useRealTimers();
  });

  test("is not waited for when a run is stopped while it makes ready, and what follows waits", async () => {
    let ready: (nothing: null) => void = () => undefined;
    const load = vi.fn(() => new Promise<null>((resolve) => (ready = resolve)));
    const asked: string[] = [];
    const { link } = linkOf(
      async (name) => {
        asked.push(name);
        return { trials: 200, count: 0, sums: [{ sum: "0", squares: "0" }], seconds: 1 } as never;
      },
      { load },
    );
    const engine = await openLinked(link);
    const controller = new AbortController();
    const stopped = engine.simulate(short, { signal: controller.signal });
    await expect.poll(() => load.mock.calls.length).toBe(1);
    controller.abort();
    expect(await stopped).toMatchObject({ cancelled: true, trials: 0 });
    const next = engine.simulate(short);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toEqual([]);
    ready(null);
    expect(await next).toMatchObject({ trials: 200 });
    expect(load).toHaveBeenCalledTimes(1);
  });

  test("is not given up as long as it says that it goes on", async () => {
    vi.useFakeTimers();
    let heard = 0;
    const { link, state } = linkOf(never, { heard: () => heard });
    const engine = await openLinked(link);
    let failure: Error | undefined;
    void failureOf(engine.simulate(short)).then((error) => {
      failure = error;
    });
    for (let second = 0; second < 100; second++) {
      heard = performance.now();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(failure).toBeUndefined();
    await vi.advanceTimersByTimeAsync(28_000);
    expect([failure, state.closed]).toEqual([undefined, 0]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure!.message).toBe("the device has not answered for 30 s");
    expect(state.closed).toBeGreaterThan(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is given up when it does not open", async () => {
    vi.useFakeTimers();
    const { link, state } = linkOf(never);
    const failure = failureOf(openLinked({ ...link, ask: never, heard: 0 }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await failure).message).toBe("the device has not answered for 60 s");
    expect(state.closed).toBeGreaterThan(0);
  });

  test("that has no memory left is lost, in one line", async () => {
    const { link, state } = linkOf(async () => {
      throw new DeviceLost("the GPU has no 300 MiB of memory left");
    });
    const failure = await failureOf((await openLinked(link)).simulate(short));
    expect(failure).toBeInstanceOf(EngineLost);
    expect(failure.message).toBe("the GPU has no 300 MiB of memory left");
    expect(state.closed).toBeGreaterThan(0);
  });

  test("that fails otherwise is told by the first line, and kept", async () => {
    const { link, state } = linkOf(async () => {
      throw new Error("it does not suit\nfor reasons");
    });
    const failure = await failureOf((await openLinked(link)).simulate(short));
    expect(failure).not.toBeInstanceOf(EngineLost);
    expect(failure.message).toBe("it does not suit");
    expect(state.closed).toBe(0);
  });

  test("that answers something else is told", async () => {
    const { link } = linkOf(async () => ({ trials: 5, count: 5, sums: [], seconds: 1 }) as never);
    expect((await failureOf((await openLinked(link)).simulate(short))).message).toMatch(/something else/);
  });
});
