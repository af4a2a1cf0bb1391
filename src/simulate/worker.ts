import { parentPort } from "node:worker_threads";
import { type Job, kernelOf, workOn } from "./job.js";
import type { ChunkResult } from "./kernel.js";

/** What a worker says of the job it was posted. */
export type WorkerMessage =
  | { readonly kind: "result"; readonly result: ChunkResult }
  | { readonly kind: "finished" }
  | { readonly kind: "failed"; readonly message: string };

const reportEvery = 60;

parentPort?.on("message", (job: Job) => {
  const say = (message: WorkerMessage) => parentPort?.postMessage(message);
  try {
    for (const result of workOn(job, kernelOf(job), reportEvery)) say({ kind: "result", result });
    say({ kind: "finished" });
  } catch (error) {
    say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
