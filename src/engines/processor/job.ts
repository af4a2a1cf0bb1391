import { type AnyPlan, isOfTensors } from "../../simulate/any-plan.js";
import { type OtherPlan, otherTrials, simulateDifference } from "../../simulate/difference.js";
import {
  addChunks,
  type ChunkResult,
  emptyChunk,
  simulateTrials,
  type TellingKernel,
} from "../../simulate/kernel.js";
import { DoubleLanes, TensorKernel } from "../../simulate/tensors/index.js";
import { TwinKernel } from "../../simulate/twin.js";
import { WasmKernel } from "../wasm/kernel.js";
import { WasmLanes } from "../wasm/loops/lanes.js";
import type { LanesModule } from "../wasm/loops/module.js";
import type { KernelModule } from "../wasm/module.js";

/** A compiled kernel of a plan of scalars, or the compiled programs of one of tensors. */
export type AnyModule = KernelModule | LanesModule;

/** All that a worker needs; it can be posted. */
export interface Job {
  readonly plan: AnyPlan;
  readonly seed: bigint;
  /** Absent for kernels in JavaScript. */
  readonly module: AnyModule | undefined;
  /** Present of a difference. */
  readonly other?: OtherJob;
  readonly firstTrial: number;
  readonly trials: number;
  /** Trials of a chunk, a power of two; chunks begin at its multiples. */
  readonly chunk: number;
  /** Lanes of these. */
  readonly lanes: number;
  /**
   * Two 32-bit integers: the next chunk to take, and whether to stop (`stopAfterChunk` or `stopNow`). Where threads share no memory, as in a
   * browser's page that is not isolated, each has a copy, and is handed {@link ChunkShare}s.
   */
  readonly control: Int32Array<ArrayBufferLike>;
}

/** Chunks for a thread that shares no memory with others: from one to before another. */
export interface ChunkShare {
  readonly from: number;
  readonly to: number;
}

/** Whether threads to which a job is posted share its control. */
export function isShared({ control }: Pick<Job, "control">): boolean {
  return !(control.buffer instanceof ArrayBuffer);
}

/** The other descent of a difference; with a module where it is no flow, and the job has one. */
export interface OtherJob extends OtherPlan {
  readonly module: AnyModule | undefined;
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

/** Simulates the trials `from … to − 1` of a job. */
export type Simulates = (from: number, to: number, shouldStop: () => boolean) => ChunkResult | undefined;

/** The kernel of a job's descent, or of the difference of two. */
export function kernelOf(job: Job): { readonly kernel: TellingKernel; readonly simulate: Simulates } {
  const kernelOfPlan = (plan: AnyPlan, module: AnyModule | undefined): TellingKernel => {
    if (!isOfTensors(plan)) {
      return module === undefined
        ? new TwinKernel(plan, job.seed, job.lanes)
        : new WasmKernel(module as KernelModule, plan, job.seed);
    }
    return module === undefined
      ? new TensorKernel(plan, job.seed, new DoubleLanes(job.lanes))
      : new TensorKernel(plan, job.seed, new WasmLanes(module as LanesModule));
  };
  const { plan, other } = job;
  const kernel = kernelOfPlan(plan, job.module);
  if (other === undefined) {
    return { kernel, simulate: (from, to, shouldStop) => simulateTrials(kernel, plan, from, to, shouldStop) };
  }
  const others = otherTrials(other, "flow" in other.of ? undefined : kernelOfPlan(other.of, other.module));
  return {
    kernel,
    simulate: (from, to, shouldStop) => simulateDifference(kernel, plan, others, from, to, shouldStop),
  };
}

/**
 * Takes chunks and simulates them until there are none or the job is stopped, reporting what came of
 * them whenever `reportEvery` milliseconds have passed; yields so that a caller may rest in between.
 * @param chunks before which to take chunks; all of the job's when absent.
 * @returns whether every chunk that it took is done.
 */
export function* workOn(
  job: Job,
  simulate: Simulates,
  reportEvery: number,
  chunks = chunksOf(job),
): Generator<ChunkResult, boolean, void> {
  const firstChunk = Math.floor(job.firstTrial / job.chunk);
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
    const result = simulate(from, to, () => stopped() === stopNow);
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
