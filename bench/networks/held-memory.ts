/**
 * What an engine's trials of the paper's convnet hold: how far resident memory grows from when the engine is open until some were simulated, in a
 * process that does nothing else, with what it has started. Prints JSON: `Held`, or why there is nothing to say.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCpuEngine } from "../../src/engines/index.js";
import { openNativeEngine } from "../../src/engines/native/engine.js";
import { jobHere } from "../../src/engines/processor/local.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { LargeDescent } from "../../src/engines/tensors/large-descent.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { planTrials } from "../../src/simulate/difference.js";
import { planTensors } from "../../src/simulate/tensors/index.js";
import { convnetRequest } from "./request.js";

/** What some trials hold. */
export interface Held {
  readonly bytes: number;
  /** Trials that are held at a time; absent where the engine does not say. */
  readonly trials?: number;
}

export type HoldingEngine = "cpu" | "native" | "tfjs";

/** As many as fill every engine's lanes. */
const trials = 128;

/** Resident bytes of the processes that this one has started. */
function residentOfChildren(): number {
  if (process.platform !== "linux") {
    return 0;
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        const number = (field: string) =>
          Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
        return number("PPid") === process.pid ? sum + 1024 * number("VmRSS") : sum;
      } catch {
        // One that has ended meanwhile.
        return sum;
      }
    }, 0);
}

async function growth(simulate: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss() + residentOfChildren();
  await simulate();
  return process.memoryUsage.rss() + residentOfChildren() - before;
}

async function heldBy(engine: HoldingEngine): Promise<Held> {
  const request = await convnetRequest(trials);
  switch (engine) {
    case "cpu": {
      const { job } = await jobHere(request, "wasm", 1);
      const processor = openCpuEngine(0);
      return { bytes: await growth(() => processor.simulate(request)), trials: job.lanes };
    }
    case "native": {
      const programs = mkdtempSync(join(tmpdir(), "descent-diagrams-programs-"));
      try {
        const native = await openNativeEngine({ workers: 1, programs });
        const bytes = await growth(() => native.simulate(request));
        await native.close();
        return { bytes };
      } finally {
        rmSync(programs, { recursive: true, force: true });
      }
    }
    case "tfjs": {
      const { engine: tensors } = await openBundled("wasm");
      const { mostTrials } = new LargeDescent(tensors, planTensors(request));
      const simulation = new TensorSimulation(tensors, { trials: planTrials(request), seed: request.seed });
      const never = new AbortController().signal;
      const bytes = await growth(() => simulation.run({ first: 0, trials }, never));
      return { bytes, trials: Math.min(trials, mostTrials) };
    }
  }
}

const answer = await heldBy(process.argv[2] as HoldingEngine).catch((error: Error) => error.message);
console.log(JSON.stringify(answer));
process.exit();
