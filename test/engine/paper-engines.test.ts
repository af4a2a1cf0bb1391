/**
 * Every verify of the paper on every engine: from the same streams come the same verdicts, and means that differ by no
 * more than the floor that the engine states. Two of its files among all tests, those of the shortest descents; all of them,
 * and more of each, in the room of properties.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeGivenFile } from "../../src/cli/files.js";
import { type Engine, type EngineName, type EngineSource, openCpuEngine } from "../../src/engines/index.js";
import { openTensorEngine } from "../../src/engines/tensors/engine.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { isDifference, updatesOf } from "../../src/optimisers/index.js";
import { defaultTrials } from "../../src/runs/index.js";
import { evaluatorFor, runVerification } from "../../src/verify/index.js";
import { times } from "../times.js";
import { softwareGpu } from "./software-gpu.js";

const folder = fileURLToPath(new URL("../../examples/paper/", import.meta.url));
const few = ["corollary_5.diag", "gauss.diag"];
const files = times(1) === 1 ? few : readdirSync(folder).filter((name) => name.endsWith(".diag"));

/** Updates at each learning rate: fewer than the files ask for, since a GPU in software is slow. */
const mostUpdates = { webgpu: times(5e5), tfjs: times(1e5) };

const open = new Map<EngineName, Engine>();

/** Opens each engine once; a run does not close them. */
const shared: EngineSource = {
  async open(name) {
    return { ...boundTo(open.get(name)!), close: async () => undefined };
  },
};

function boundTo(engine: Engine): Omit<Engine, "close"> {
  const { name, device, facts, software } = engine;
  return {
    name,
    device,
    facts,
    software,
    isPrecise: (request) => engine.isPrecise(request),
    simulate: (request, options) => engine.simulate(request, options),
    trialValues: (request) => engine.trialValues(request),
  };
}

beforeAll(async () => {
  open.set("cpu", openCpuEngine());
  const { environment, lacks } = softwareGpu;
  // These shaders run long enough to be worth their compiler's time.
  if (lacks === undefined) {
    open.set("webgpu", await openWebGpuEngine({ environment: { ...environment, GALLIVM_PERF: "" } }));
  }
  open.set("tfjs", await openTensorEngine("wasm"));
}, 180_000);

afterAll(async () => {
  for (const engine of open.values()) {
    await engine.close();
  }
});

const without = softwareGpu.lacks === undefined ? [] : ["webgpu"];

describe.each(["webgpu", "tfjs"] as const)("%s", (backend) => {
  test.skipIf(without.includes(backend)).each(files)(
    "agrees with the processor on every verify of %s",
    async (name) => {
      const file = await analyzeGivenFile(join(folder, name));
      const own = [...file.verifies.values()].filter(
        ({ name: own, spacetime }) => file.ownNames.has(own) && !isDifference(spacetime),
      );
      expect(own.length).toBeGreaterThan(0);
      for (const specification of own) {
        const most = Math.floor(mostUpdates[backend] / updatesOf(specification.spacetime));
        const trials = Math.max(40, Math.min(specification.trials ?? defaultTrials, most));
        const shares = { engines: shared, evaluator: evaluatorFor(specification), trials };
        const runs = await runVerification(specification, { ...shares, backend });
        const expected = await runVerification(specification, { ...shares, backend: "cpu" });
        expect(runs.map(({ verdict }) => verdict)).toEqual(expected.map(({ verdict }) => verdict));
        runs.forEach((run, index) => {
          expect(run.backend).toBe(backend);
          expect(run.roundingFloor).toBeLessThan(1e-5);
          const difference = Math.abs(run.plain!.measured! - expected[index]!.plain!.measured!);
          // Three standard errors of the floor's own estimate are in it; nothing more is allowed.
          expect(difference).toBeLessThanOrEqual(run.roundingFloor!);
        });
      }
    },
  );
});
