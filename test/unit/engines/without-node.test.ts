import { afterEach, beforeEach, describe, expect, it as test, vi } from "vitest";
import { engineCandidates, examine, machineEngines } from "../../../src/engines/index.js";

/* An editor on a machine without Node plays Node's part itself, but cannot load native modules. */

const { versions } = process;

beforeEach(() => {
  Object.defineProperty(process, "versions", { value: { ...versions, electron: "39.0.0" } });
  vi.stubEnv("PATH", "/nowhere");
});

afterEach(() => {
  Object.defineProperty(process, "versions", { value: versions });
  vi.unstubAllEnvs();
});

describe("where there is no Node", () => {
  test("engines are listed, and those that need one say so", async () => {
    const candidates = engineCandidates({ workers: 0 });
    const native = candidates.filter(({ name }) => ["cpu", "webgpu", "tfjs (tfjs-node-gpu)"].includes(name));
    const findings = await Promise.all(native.map((candidate) => examine(candidate)));
    expect(findings.map(({ engine, works, problem }) => [engine, works, problem])).toEqual([
      ["cpu", true, undefined],
      ["webgpu", false, expect.stringMatching(/^no Node is on the PATH/)],
      ["tfjs (tfjs-node-gpu)", false, expect.stringMatching(/^no Node is on the PATH/)],
    ]);
  });

  test("tensors are simulated in WebAssembly", async () => {
    const engine = await machineEngines().open("tfjs");
    expect(engine.device).toBe("tfjs in WebAssembly");
    await engine.close();
  });
});
