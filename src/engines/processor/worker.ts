import { parentPort } from "node:worker_threads";
import type { ChunkResult } from "../../simulate/kernel.js";
import { type Job, kernelOf, workOn } from "./job.js";

/** What a worker says of the job it was posted. */
export type WorkerMessage =
  | { readonly kind: "result"; readonly result: ChunkResult }
  /** `whole` when every chunk that it took is done. */
  | { readonly kind: "finished"; readonly whole: boolean }
  | { readonly kind: "failed"; readonly message: string };

const reportEvery = 60;

parentPort?.on("message", (job: Job) => {
  const say = (message: WorkerMessage) => parentPort?.postMessage(message);
  try {
    const work = workOn(job, kernelOf(job).simulate, reportEvery);
    let next = work.next();
    for (; !next.done; next = work.next()) {
      say({ kind: "result", result: next.value });
    }
    say({ kind: "finished", whole: next.value });
  } catch (error) {
    say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
