import { setImmediate as nextTurn } from "node:timers/promises";
import { machineFuses } from "../../compile/fused.js";
import { isFlow, updatesOf } from "../../optimisers/index.js";
import { type AnyPlan, isOfTensors } from "../../simulate/any-plan.js";
import { trialInstructions, workOf } from "../../simulate/cost.js";
import { planTrials } from "../../simulate/difference.js";
import { fusePlan } from "../../simulate/fuse-plan.js";
import type {
  AnyRequest,
  LocalBackend,
  SimulationProgress,
  SimulationResult,
} from "../../simulate/request.js";
import type { Executor, ExecutorRecord } from "../executor.js";
import { progressEvery, Tally } from "../tally.js";
import { largestChunk } from "../wasm/addresses.js";
import { moduleOfRequest } from "../wasm/loops/known-modules.js";
import { buildKernelModule } from "../wasm/module.js";
import { flowResult } from "./flow.js";
import { type AnyModule, type Job, kernelOf, stopAfterChunk, stopAt, stopNow, workOn } from "./job.js";
import { memoryOf } from "./memory.js";
import { WorkerPool } from "./pool.js";
import { availableThreads } from "./threads.js";

export interface LocalOptions {
  /** `wasm` when absent; `js` is the reference, some fifty times slower. */
  readonly backend?: LocalBackend;
  /** Threads, when absent as many as this process may use and the trials are worth; 0 works on the caller's own thread. */
  readonly workers?: number;
  /** Stops the run; it then resolves with what is known, marked `cancelled`. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second. */
  readonly onProgress?: (progress: SimulationProgress) => void;
}

/** Keeps workers and compiled kernels between runs; close it when done. */
export interface Simulator {
  simulate(request: AnyRequest, options?: Omit<LocalOptions, "workers">): Promise<SimulationResult>;
  close(): Promise<void>;
}

/**
 * A simulator with this many threads; 0: none, work on the caller's. When absent as many as this process may use, but for each
 * job no more than it is worth.
 */
export function openSimulator(workers?: number): Simulator {
  const most = workers ?? availableThreads().threads;
  let pool: WorkerPool | undefined;
  return {
    async simulate(request, options = {}) {
      if (isFlow(request.spacetime)) {
        return flowResult(request, options.backend ?? "wasm");
      }
      const backend = options.backend ?? "wasm";
      const useful = Math.min(most, Math.ceil(request.trials / fewestTrialsAWorker));
      const { job, instructions } = await jobHere(request, backend, usefulWorkers(request, most));
      const worth = Math.floor((request.trials * instructions * slowness[backend]) / instructionsOfThread);
      const size = workers === undefined ? Math.min(useful, worth) : useful;
      if (size > 0 && (pool === undefined || pool.broken)) {
        await pool?.close();
        pool = new WorkerPool();
      }
      const { signal, onProgress } = options;
      if (signal?.aborted) {
        Atomics.store(job.control, stopAt, stopNow);
      }
      const executor = size > 0 ? pool!.grown(size) : ownThread;
      return await new Tally(job.plan, updatesOf(request.spacetime), job.trials, onProgress).take(
        executor.run(job, signal),
        backend,
      );
    },
    async close() {
      await pool?.close();
      pool = undefined;
    },
  };
}

/** Simulates on this machine. Rejects, in one line, what is wrong with the request or went wrong. */
export async function simulateLocally(
  request: AnyRequest,
  options: LocalOptions = {},
): Promise<SimulationResult> {
  const simulator = openSimulator(options.workers);
  try {
    return await simulator.simulate(request, options);
  } finally {
    await simulator.close();
  }
}

/**
 * A request's job, with its kernels built where the back end has any, and how many instructions a trial takes, about.
 * @param workers that may be at it at the same time.
 */
export async function jobHere(
  request: AnyRequest,
  backend: LocalBackend,
  workers: number,
): Promise<{ readonly job: Job; readonly instructions: number }> {
  const { plan: whole, other: beside } = planTrials(request);
  const here = (plan: AnyPlan) => (machineFuses() && !isOfTensors(plan) ? fusePlan(plan) : plan);
  const plan = here(whole);
  const other = beside && { ...beside, of: "flow" in beside.of ? beside.of : here(beside.of) };
  const plans = other === undefined || "flow" in other.of ? [plan] : [plan, other.of];
  const fitting = Math.min(...plans.map((one) => memoryOf(one, backend, workers * plans.length).lanes));
  const isInLanes = backend === "wasm" && plans.some(isOfTensors);
  const lanes = isInLanes ? lanesOfModule : fitting;
  const [module, otherModule] = await Promise.all(
    plans.map((one, place): Promise<AnyModule | undefined> | undefined =>
      backend !== "wasm"
        ? undefined
        : isOfTensors(one)
          ? moduleOfRequest(request, place, one)
          : buildKernelModule(one, lanes),
    ),
  );
  const isCompiled = isInLanes && module !== undefined;
  const visits = plans.reduce((sum, one) => sum + workOf(one), 0) / (isCompiled ? gainOfModule : 1);
  const job = {
    ...jobOf(request, plan, module, lanes, workers, visits),
    ...(other === undefined ? {} : { other: { ...other, module: otherModule } }),
  };
  const instructions = plans.reduce((sum, one) => sum + trialInstructions(one), 0);
  return { job, instructions: isCompiled ? instructions / gainOfModule : instructions };
}

/** Trials on a landscape of tensors that compiled programs have side by side, and how much sooner they are done than by the interpreter, about. */
const lanesOfModule = 4;
const gainOfModule = 32;

/** Fewer trials than this are not worth a thread of their own. */
const fewestTrialsAWorker = 8;

/** How many kernels a request's trials may be shared by, of so many threads. */
export function usefulWorkers({ trials }: Pick<AnyRequest, "trials">, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(trials / fewestTrialsAWorker)));
}

/** Nor are fewer instructions, counted as WebAssembly takes them: they are done before a thread has begun. */
const instructionsOfThread = 2 ** 25;

/** How much longer a back end takes for an instruction than WebAssembly, about. */
const slowness = { wasm: 1, js: 50 } as const;

/** About how many visits of a datum make a chunk. */
const chunkWork = 2 ** 18;

function jobOf(
  request: AnyRequest,
  plan: AnyPlan,
  module: AnyModule | undefined,
  lanes: number,
  workers: number,
  visits: number,
): Job {
  const share = Math.ceil(request.trials / (8 * workers));
  const wanted = Math.min(chunkWork / visits, share, largestChunk);
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

export const askersThread: ExecutorRecord = {
  name: "the asker's thread",
  documentation:
    "The thread that asks for the trials, which lets other work in between two chunks. Stopped, it finishes its chunk.",
};

/** Works on the thread of who asks, and lets others have a turn now and then. */
const ownThread: Executor<Job> = {
  record: askersThread,
  async *run(job, signal) {
    // Nothing is heard while a chunk is under way.
    const stop = () => Atomics.store(job.control, stopAt, stopAfterChunk);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const work = workOn(job, kernelOf(job).simulate, progressEvery / 2);
      let next = work.next();
      for (; !next.done; next = work.next()) {
        yield next.value;
        await nextTurn();
      }
      return next.value;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  },
};
