import {
  addChunks,
  type ChunkResult,
  emptyChunk,
  type Kernel,
  simulateTrials,
} from "../../simulate/kernel.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import { TwinKernel } from "../../simulate/twin.js";
import { WasmKernel } from "../wasm/kernel.js";
import type { KernelModule } from "../wasm/module.js";

/** All that a worker needs; it can be posted. */
export interface Job {
  readonly plan: SimulationPlan;
  readonly seed: bigint;
  /** Absent for the JavaScript twin. */
  readonly module: KernelModule | undefined;
  readonly firstTrial: number;
  readonly trials: number;
  /** Trials of a chunk, a power of two; chunks begin at its multiples. */
  readonly chunk: number;
  /** Lanes of the twin. */
  readonly lanes: number;
  /** Two 32-bit integers: the next chunk to take, and whether to stop (`stopAfterChunk` or `stopNow`). */
  readonly control: Int32Array<ArrayBufferLike>;
}

export const nextChunkAt = 0;
export const stopAt = 1;

/** Chunks are taken in turn, so that after this all trials before the next chunk are done. */
export const stopAfterChunk = 1;
/** After this some of them may be missing. */
export const stopNow = 2;

/** How many chunks a job has. */
export function chunksOf(job: Pick<Job, "firstTrial" | "trials" | "chunk">): number {
  const last = job.firstTrial + job.trials - 1;
  return Math.floor(last / job.chunk) - Math.floor(job.firstTrial / job.chunk) + 1;
}

export function kernelOf(job: Job): Kernel {
  return job.module === undefined
    ? new TwinKernel(job.plan, job.seed, job.lanes)
    : new WasmKernel(job.module, job.plan, job.seed);
}

/**
 * Takes chunks and simulates them until there are none or the job is stopped, reporting what came of
 * them whenever `reportEvery` milliseconds have passed; yields so that a caller may rest in between.
 * @returns whether every chunk that it took is done.
 */
export function* workOn(
  job: Job,
  kernel: Kernel,
  reportEvery: number,
): Generator<ChunkResult, boolean, void> {
  const firstChunk = Math.floor(job.firstTrial / job.chunk);
  const chunks = chunksOf(job);
  const stopped = () => Atomics.load(job.control, stopAt);
  let whole = true;
  let done = emptyChunk(job.plan);
  let reported = performance.now();
  while (stopped() === 0) {
    const index = Atomics.add(job.control, nextChunkAt, 1);
    if (index >= chunks) {
      break;
    }
    const from = Math.max(job.firstTrial, (firstChunk + index) * job.chunk);
    const to = Math.min(job.firstTrial + job.trials, (firstChunk + index + 1) * job.chunk);
    const result = simulateTrials(kernel, job.plan, from, to, () => stopped() === stopNow);
    if (result === undefined) {
      whole = false;
      break;
    }
    done = addChunks(done, result);
    const now = performance.now();
    if (now - reported >= reportEvery) {
      yield done;
      done = emptyChunk(job.plan);
      reported = now;
    }
  }
  if (done.trials > 0) {
    yield done;
  }
  return whole;
}
