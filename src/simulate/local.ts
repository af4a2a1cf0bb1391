import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { largestChunk } from "./addresses.js";
import { fusePlan, machineFuses } from "./fused.js";
import { type Job, kernelOf, stopAt, workOn } from "./job.js";
import { addChunks, type ChunkResult, emptyChunk, momentsOf } from "./kernel.js";
import { memoryOf } from "./memory.js";
import { planSimulation, type SimulationPlan } from "./plan.js";
import { WorkerPool } from "./pool.js";
import {
  type LocalBackend,
  type SimulationProgress,
  type SimulationRequest,
  type SimulationResult,
  statisticsOf,
} from "./request.js";
import { buildKernelModule, type KernelModule } from "./wasm-module.js";

export interface LocalOptions {
  /** `wasm` when absent; `js` is the reference, some fifty times slower. */
  readonly backend?: LocalBackend;
  /** Threads, the machine's cores when absent; 0 works on the caller's own thread. */
  readonly workers?: number;
  /** Stops the run; it then resolves with what is known, marked `cancelled`. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second. */
  readonly onProgress?: (progress: SimulationProgress) => void;
}

const progressEvery = 100;

/** Keeps workers and compiled kernels between runs; close it when done. */
export interface Simulator {
  simulate(request: SimulationRequest, options?: Omit<LocalOptions, "workers">): Promise<SimulationResult>;
  close(): Promise<void>;
}

/** A simulator with this many threads (the machine's cores when absent; 0: none, work on the caller's). */
export function openSimulator(workers = availableParallelism()): Simulator {
  let pool: WorkerPool | undefined;
  const modules = new Map<string, WebAssembly.Module>();
  return {
    async simulate(request, options = {}) {
      const plain = planSimulation(request);
      const plan = machineFuses() ? fusePlan(plain) : plain;
      const backend = options.backend ?? "wasm";
      const size = Math.min(workers, Math.ceil(request.trials / fewestTrialsAWorker));
      const memory = memoryOf(plan, backend, Math.max(1, size));
      const module = backend === "wasm" ? await buildKernelModule(plan, memory.lanes, modules) : undefined;
      const job = jobOf(request, plan, module, memory.lanes, Math.max(1, size));
      if (size > 0 && (pool === undefined || pool.broken || pool.size < size)) {
        await pool?.close();
        pool = new WorkerPool(size);
      }
      return await runJob(job, backend, size > 0 ? pool : undefined, options);
    },
    async close() {
      await pool?.close();
      pool = undefined;
    },
  };
}

/** Simulates on this machine. Rejects, in one line, what is wrong with the request or went wrong. */
export async function simulateLocally(
  request: SimulationRequest,
  options: LocalOptions = {},
): Promise<SimulationResult> {
  const simulator = openSimulator(options.workers);
  try {
    return await simulator.simulate(request, options);
  } finally {
    await simulator.close();
  }
}

/** Fewer trials than this are not worth a thread of their own. */
const fewestTrialsAWorker = 8;

/** About how many visits of a datum make a chunk. */
const chunkWork = 2 ** 18;

function jobOf(
  request: SimulationRequest,
  plan: SimulationPlan,
  module: KernelModule | undefined,
  lanes: number,
  workers: number,
): Job {
  const work = plan.points * plan.epochs;
  const share = Math.ceil(request.trials / (8 * workers));
  const wanted = Math.min(chunkWork / work, share, largestChunk);
  const chunk = Math.max(lanes, 2 ** Math.ceil(Math.log2(Math.max(1, wanted))));
  return {
    plan,
    seed: BigInt.asUintN(64, BigInt(request.seed)),
    module,
    firstTrial: request.firstTrial ?? 0,
    trials: request.trials,
    chunk,
    lanes,
    control: new Int32Array(new SharedArrayBuffer(8)),
  };
}

async function runJob(
  job: Job,
  backend: LocalBackend,
  pool: WorkerPool | undefined,
  options: Omit<LocalOptions, "workers">,
): Promise<SimulationResult> {
  const { plan } = job;
  const start = performance.now();
  let known = emptyChunk(plan);
  let told = start;
  const statistics = () =>
    momentsOf(plan, known).map((moments, index) => statisticsOf(plan.columns[index]!.label, moments));
  const take = (result: ChunkResult) => {
    known = addChunks(known, result);
    const now = performance.now();
    if (options.onProgress === undefined || now - told < progressEvery) return;
    told = now;
    options.onProgress({
      trials: known.trials,
      total: job.trials,
      diverged: known.trials - known.count,
      statistics: statistics(),
    });
  };
  if (options.signal?.aborted) Atomics.store(job.control, stopAt, 1);
  if (pool === undefined) {
    const stop = () => Atomics.store(job.control, stopAt, 1);
    options.signal?.addEventListener("abort", stop, { once: true });
    for (const result of workOn(job, kernelOf(job), progressEvery / 2)) {
      take(result);
      await nextTurn();
    }
    options.signal?.removeEventListener("abort", stop);
  } else {
    await pool.run(job, take, options.signal);
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    statistics: statistics(),
    trials: known.trials,
    diverged: known.trials - known.count,
    steps: known.trials * plan.epochs * plan.batchesPerEpoch,
    seconds,
    backend,
    ...(known.trials < job.trials ? { cancelled: true as const } : {}),
  };
}
