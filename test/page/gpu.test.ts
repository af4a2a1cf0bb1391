import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, inject, test } from "vitest";
import type { DeviceDescription, TrialsDone } from "../../src/device/index.js";
import { type EngineSource, openCpuEngine } from "../../src/engines/index.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { shaderOf } from "../../src/engines/webgpu/shader.js";
import { analyzeText } from "../../src/language/index.js";
import { numbersOf } from "../../src/observables/index.js";
import type { SimulationRequest } from "../../src/simulate/index.js";
import { runVerification } from "../../src/verify/index.js";
import { takePicture } from "../pictures.js";
import { shared } from "../shared.js";
import { written } from "../written.js";
import { bundlePages } from "./bundle.js";
import { type GpuOptions, linkTo, type OpenedGpu, openGpu, openGpuBrowser, tokenOf } from "./gpu-harness.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Single precision, over some tens of updates. */
const tolerance = 2e-5;

async function gaussRequest(trials: number): Promise<SimulationRequest> {
  const text = await readFile(join(root, "examples/paper/gauss.diag"), "utf8");
  const { landscapes } = await analyzeText(text);
  const landscape = written([...landscapes.values()][0]);
  return {
    landscape,
    spacetime: { optimiser: "sgd", parameters: { N: 10, E: 2, B: 1, shuffle: "reshuffled" } },
    eta: 0.1,
    numbers: [
      { name: "test_loss", weights: [] },
      { name: "gen_gap", weights: [] },
      { name: "displacement", weights: [0] },
    ].flatMap((observable) => numbersOf(observable, landscape)),
    trials,
    seed: 7,
  };
}

describe.skipIf(inject("chromium") === "")("a page that lends its GPU", () => {
  const browser = shared(openGpuBrowser);
  const bundle = shared(async () => (await bundlePages("gpu")).gpu);
  const opened: OpenedGpu[] = [];
  const open = async (options?: GpuOptions): Promise<OpenedGpu> => {
    const one = await openGpu(await browser(), await bundle(), options);
    opened.push(one);
    return one;
  };

  afterAll(async () => (await browser()).close());
  afterEach(async () => {
    const all = opened.splice(0);
    for (const { device } of all) {
      device.close();
    }
    await Promise.all(all.map((one) => one.close()));
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  test("simulates the processor's trials, within single precision", async () => {
    const request = await gaussRequest(2000);
    const { device, page, found } = await open();
    const description = (await device.ask({ name: "open", parameters: {} })) as DeviceDescription;
    expect(description).toMatchObject({
      name: expect.stringMatching(/swiftshader \(in a page\)/),
      software: true,
    });
    expect(found).toEqual([description]);
    await device.ask({ name: "load", parameters: shaderOf(request) });
    const question = { name: "run", parameters: { first: 0, trials: 2000, values: true } } as const;
    const done = (await device.ask(question)) as TrialsDone;
    expect([done.trials, done.count]).toEqual([2000, 2000]);
    const expected = await openCpuEngine(0).trialValues(request);
    expect(done.values!.length).toBe(expected.length);
    const worst = expected.map((values, column) =>
      Math.max(...values.map((value, trial) => Math.abs(value - done.values![column]![trial]!))),
    );
    for (const difference of worst) {
      expect(difference).toBeLessThan(tolerance);
    }
    expect(Math.max(...expected.flat().map(Math.abs))).toBeGreaterThan(0.1);
    expect(await page().locator("dd").allTextContents()).toEqual([description.name, "simulating", "2,000"]);
  });

  test("verifies a file of the paper's as the processor does", async () => {
    const { device } = await open();
    // Each run opens its engines anew; the page stays meanwhile.
    const engines: EngineSource = {
      open: async (name) => (name === "cpu" ? openCpuEngine(0) : openWebGpuEngine({ link: linkTo(device) })),
    };
    const text = await readFile(join(root, "examples/paper/gauss.diag"), "utf8");
    const { verifies } = await analyzeText(text);
    expect(verifies.size).toBeGreaterThan(1);
    for (const specification of verifies.values()) {
      const run = (backend: "webgpu" | "cpu") =>
        runVerification(specification, { engines, backend, trials: 20_000 });
      const [coarse, exact] = [await run("webgpu"), await run("cpu")];
      expect(coarse.map(({ backend }) => backend)).toEqual(exact.map(() => "webgpu"));
      expect(coarse.map(({ verdict }) => verdict)).toEqual(exact.map(({ verdict }) => verdict));
      coarse.forEach(({ plain, roundingFloor }, index) => {
        expect(Math.abs(plain!.measured! - exact[index]!.plain!.measured!)).toBeLessThan(roundingFloor!);
        expect(roundingFloor).toBeLessThan(tolerance);
      });
    }
  });

  test("stops a run, tells that a long one goes on, and closes when it is let go", async () => {
    const { device, page, alive } = await open();
    await device.ask({ name: "open", parameters: {} });
    await device.ask({ name: "load", parameters: shaderOf(await gaussRequest(1)) });
    const stop = new AbortController();
    const question = { name: "run", parameters: { first: 0, trials: 1e9 } } as const;
    const running = device.ask(question, tokenOf(stop.signal)) as Promise<TrialsDone>;
    await expect.poll(alive, { timeout: 60_000 }).toBeGreaterThan(0);
    stop.abort();
    expect((await running).trials).toBe(0);
    // The next one is not stopped by that.
    const next = { name: "run", parameters: { first: 0, trials: 64 } } as const;
    expect(((await device.ask(next)) as TrialsDone).trials).toBe(64);
    device.release();
    await expect.poll(() => page().isClosed()).toBe(true);
    await expect(device.ask(next)).rejects.toMatchObject({ lost: true, message: /was closed/ });
  });

  test("is lost when its tab is closed, and opened again by the next run", async () => {
    const { device, page } = await open();
    const engine = await openWebGpuEngine({ link: linkTo(device) });
    const simulating = engine.simulate(await gaussRequest(1e8), { onProgress: () => void page().close() });
    await expect(simulating).rejects.toThrow("the tab with the GPU was closed");
    expect(await device.ask({ name: "open", parameters: {} })).toMatchObject({ software: true });
  });

  test("says so, once, where the browser has no WebGPU", async () => {
    const { device, page } = await open({ hasGpu: false });
    const refusal = { lost: false, message: "the window's browser has no WebGPU (navigator.gpu)" };
    await expect(device.ask({ name: "open", parameters: {} })).rejects.toMatchObject(refusal);
    device.release();
    await expect.poll(() => page().isClosed()).toBe(true);
    const tab = page();
    await expect(device.ask({ name: "open", parameters: {} })).rejects.toMatchObject(refusal);
    expect(page()).toBe(tab);
  });

  test("hears nobody but the editor, and takes nothing that makes no sense", async () => {
    const { device, page } = await open();
    await device.ask({ name: "open", parameters: {} });
    await page().evaluate(`for (const message of [
      null, 7, { type: "ask" }, { type: "ask", id: 1, question: { name: "toString", parameters: {} } },
      { type: "ask", id: 1, question: { name: "load", parameters: { kind: "shader", code: 7 } } },
      { type: "constructor" },
    ]) window.postMessage(message, "*");`);
    const load = {
      name: "load",
      parameters: { ...shaderOf(await gaussRequest(1)), code: "fn broken(" },
    } as const;
    await expect(device.ask(load)).rejects.toMatchObject({
      lost: false,
      message: /^the GPU does not take the simulation's shader: .*/,
    });
    expect(await page().locator("dd").nth(1).textContent()).toMatch(/^not possible: the GPU does not take/);
  });

  test.each(["dark", "light"] as const)("looks like the editor in %s", async (theme) => {
    const { device, page } = await open({ theme });
    await device.ask({ name: "open", parameters: {} });
    await takePicture(page(), "page", `gpu-${theme}`);
    expect(await page().getByRole("heading").textContent()).toBe("Simulating on this machine's GPU");
  });
});
