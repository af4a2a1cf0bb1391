import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { softwareVulkan } from "../../scripts/lavapipe.mjs";
import { SimulationError } from "../../src/compile/error.js";
import type { DeviceJob, OpenParameters } from "../../src/device/index.js";
import { startDevice } from "../../src/engines/device-process.js";
import type { Engine } from "../../src/engines/engine.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { openCpuEngine } from "../../src/engines/processor/cpu-engine.js";
import { openTensorEngine } from "../../src/engines/tensors/engine.js";
import { tensorJobOf, tensorJobs } from "../../src/engines/tensors/job.js";
import { openNative } from "../../src/engines/tensors/native.js";
import { findDawn } from "../../src/engines/webgpu/dawn.js";
import { nets } from "../unit/tensors/networks.js";
import { gd, requests } from "./large-requests.js";
import { mixed, requestOf, sgd } from "./simulate-landscapes.js";
import { makeStandIn, root, temporaryFolder } from "./tensors-stand-in.js";

let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bundle that ships, as a process. */
const bundle = {
  asking: pathToFileURL(join(root, "dist/diag.js")).href,
  bundle: "./tensor-engine.js",
};

const openShipped = (tensors: NonNullable<OpenParameters["tensors"]>) =>
  LinkedEngine.open("tfjs", startDevice(bundle), { tensors }, tensorJobs);

describe("the process for tensors", () => {
  const request = requestOf(mixed, sgd(8, 2, 2), { trials: 12, firstTrial: 3 });

  async function expectProcessors(engine: Engine): Promise<void> {
    const processor = openCpuEngine(0);
    const [found, expected] = [await engine.trialValues(request), await processor.trialValues(request)];
    expected.forEach((list, column) => {
      list.forEach((value, trial) => {
        expect(Math.abs(found[column]![trial]! - value)).toBeLessThan(3e-6);
      });
    });
    const result = await engine.simulate({ ...request, trials: 100 });
    expect(result).toMatchObject({ trials: 100, diverged: 0, backend: "tfjs" });
    await processor.close();
  }

  /** On a landscape that is not written with scalars, whose plan has tables in memory that threads share. */
  async function expectProcessorsOnTensors(engine: Engine): Promise<void> {
    const processor = openCpuEngine(0);
    const difference = { first: sgd(4, 2, 2), minus: gd };
    const [, large] = requests(nets[2]![1](), difference, { order: 1, keepsCurvature: true });
    const asked = { ...large, firstTrial: 0, trials: 8 };
    const [found, expected] = [await engine.simulate(asked), await processor.simulate(asked)];
    expect(found).toMatchObject({ trials: 8, diverged: 0, steps: expected.steps, backend: "tfjs" });
    expected.statistics.forEach(({ label, mean, count }, column) => {
      const own = found.statistics[column]!;
      expect([own.label, own.count]).toEqual([label, count]);
      expect(Math.abs(own.mean - mean), label).toBeLessThan(1e-5);
    });
    await processor.close();
  }

  test.each(["cpu", "wasm"] as const)("simulates with the %s backend that ships", async (backend) => {
    const engine = await openShipped(backend);
    expect(engine.device).toMatch(/^tfjs in (JavaScript|WebAssembly)$/);
    expect(Object.fromEntries(engine.facts)).toMatchObject({ tfjs: "4.22.0" });
    await expectProcessors(engine);
    await expectProcessorsOnTensors(engine);
    await engine.close();
  });

  test("can be cancelled", async () => {
    const engine = await openShipped("wasm");
    const stop = new AbortController();
    const endless = requestOf(mixed, sgd(20, 5), { eta: 0.001, trials: 10 ** 9 });
    let known = 0;
    const result = await engine.simulate(endless, {
      signal: stop.signal,
      onProgress: ({ trials }) => {
        known = trials;
        // Once it has been asked for more.
        setImmediate(() => stop.abort());
      },
    });
    expect(result).toMatchObject({ cancelled: true });
    expect(known).toBeGreaterThan(0);
    expect(result.trials).toBeGreaterThanOrEqual(known);
    // It is asked for eight times as many at most, and for no more once it is stopped.
    expect(result.trials).toBeLessThanOrEqual(9 * known);
    await engine.close();
  });

  test("simulates with a stand-in for the native runtime, on any Node", async () => {
    const path = makeStandIn(join(folder, "native"));
    const engine = await openShipped({ runtime: join(folder, "native") });
    expect(engine.device).toBe("TensorFlow 2.9.1 on a GPU");
    expect(Object.fromEntries(engine.facts)).toMatchObject({
      tfjs: "4.22.0",
      "@tensorflow/tfjs-node-gpu": "4.22.0",
      libtensorflow: "2.9.1",
      "GPU in use": "yes",
      folder: path,
    });
    await expectProcessors(engine);
    await expectProcessorsOnTensors(engine);
    await engine.close();
  });

  test("says when there is no GPU", async () => {
    makeStandIn(join(folder, "no-gpu"), { gpu: false });
    const engine = await openTensorEngine({ runtime: join(folder, "no-gpu") });
    expect(engine.device).toBe("TensorFlow 2.9.1 on the processor");
    await engine.close();
  });

  test("says in one line that the native runtime is absent", async () => {
    mkdirSync(join(folder, "empty"));
    await expect(openShipped({ runtime: join(folder, "empty") })).rejects.toThrow(
      `@tensorflow/tfjs-node-gpu is not in ${join(folder, "empty")}; install it there, with npm or the editor's command`,
    );
  });

  test("says in one line that a part of ours or of the user's is absent", async () => {
    const bare = join(folder, "bare");
    mkdirSync(bare);
    // All of its scripts, without the package's WebAssembly.
    for (const file of readdirSync(join(root, "dist")).filter((name) =>
      /^(shared-|tensor-engine)/.test(name),
    )) {
      copyFileSync(join(root, "dist", file), join(bare, file));
    }
    writeFileSync(join(bare, "package.json"), '{ "type": "module" }');
    const program = { ...bundle, asking: pathToFileURL(join(bare, "any.js")).href };
    const opening = LinkedEngine.open("tfjs", startDevice(program), { tensors: "wasm" }, tensorJobs);
    await expect(opening).rejects.toThrow(
      new SimulationError("tfjs's wasm backend does not start on this machine"),
    );
    expect(() => findDawn([bare])).toThrow(
      "the package webgpu is not installed; npm install --global webgpu brings it",
    );
  });

  test("simulates with the webgpu backend on a software adapter", async () => {
    const { environment } = await softwareVulkan();
    const link = startDevice({ ...bundle, environment });
    const engine = await LinkedEngine.open("tfjs", link, { tensors: "webgpu" }, tensorJobs);
    expect(engine.software).toBe(true);
    expect(engine.device).toMatch(/through tfjs$/);
    await expectProcessors(engine);
    await expectProcessorsOnTensors(engine);
    await engine.close();
  });

  test("brings nothing native that nobody asked for", () => {
    const lock = readFileSync(join(root, "package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as { packages: Record<string, { peerDependenciesMeta?: object }> };
    expect(packages[""]!.peerDependenciesMeta).toEqual({
      "@tensorflow/tfjs-node-gpu": { optional: true },
      webgpu: { optional: true },
    });
    expect(Object.keys(packages).filter((path) => path.includes("tfjs-node"))).toEqual([]);
  });

  test.each([
    [
      "throws",
      "throw new Error('libcudart.so.11.0: cannot open shared object file.\\nmore')",
      /tfjs-node-gpu cannot be loaded: libcudart\.so\.11\.0: cannot open shared object file; install it again$/,
    ],
    [
      "is something else",
      "module.exports = { add() {} }",
      /is not @tensorflow\/tfjs-node-gpu 4\.22: it lacks abs, acos, acosh; install that version$/,
    ],
    ["is nothing", "module.exports = undefined", /it lacks abs, acos, acosh/],
  ])("says in one line that the native runtime %s", async (name, source, line) => {
    makeStandIn(join(folder, name), { source });
    await expect(openNative(join(folder, name))).rejects.toThrow(line);
  });

  test("refuses what it cannot do, in one line", async () => {
    const link = startDevice(bundle);
    const refused = (asked: Promise<unknown>, line: string) => expect(asked).rejects.toThrow(line);
    const shader = { kind: "shader" } as DeviceJob;
    await refused(link.ask("run", { first: 0, trials: 1 }), "nothing was loaded to simulate");
    await refused(link.ask("load", tensorJobOf(request)), "the tensors' device was not opened");
    await link.ask("open", { tensors: "cpu" });
    await refused(link.ask("load", shader), "tensors cannot carry out a shader");
    const wrong = tensorJobOf({ ...request, eta: -1 });
    await refused(link.ask("load", wrong), "eta = -1 is not a positive number");
    await refused(link.ask("open", { tensors: "wasm" }), "the tensors' device is open");
    link.close();
  });
});
