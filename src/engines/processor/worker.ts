import { parentPort } from "node:worker_threads";
import type { ChunkResult } from "../../simulate/kernel.js";
import { type ChunkShare, isShared, type Job, kernelOf, nextChunkAt, type Simulates, workOn } from "./job.js";

/** What a worker says of the job it was posted. */
export type WorkerMessage =
  | { readonly kind: "result"; readonly result: ChunkResult }
  /** It has done the share that it was handed. */
  | { readonly kind: "shared" }
  /** `whole` when every chunk that it took is done. */
  | { readonly kind: "finished"; readonly whole: boolean }
  | { readonly kind: "failed"; readonly message: string };

const reportEvery = 60;

const say = (message: WorkerMessage) => parentPort?.postMessage(message);

/** The job of which shares are handed out, with its kernels. */
let shared: { readonly job: Job; readonly simulate: Simulates } | undefined;

parentPort?.on("message", (asked: Job | ChunkShare) => {
  try {
    if ("to" in asked) {
      const { job, simulate } = shared!;
      job.control[nextChunkAt] = asked.from;
      report(job, simulate, asked.to);
      say({ kind: "shared" });
    } else if (isShared(asked)) {
      say({ kind: "finished", whole: report(asked, kernelOf(asked).simulate) });
    } else {
      shared = { job: asked, simulate: kernelOf(asked).simulate };
    }
  } catch (error) {
    say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});

/** Works on a job, and says what comes of it. @returns whether every chunk that it took is done. */
function report(job: Job, simulate: Simulates, chunks?: number): boolean {
  const work = workOn(job, simulate, reportEvery, chunks);
  let next = work.next();
  for (; !next.done; next = work.next()) {
    say({ kind: "result", result: next.value });
  }
  return next.value;
}
