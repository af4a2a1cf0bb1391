import { parentPort, workerData } from "node:worker_threads";
import { loadCarriers } from "../wasm/loops/carrier.js";
import { carryOut, type EstimateTask, evaluatorOfJob, roundingOf } from "./job.js";
import type { ThreadData } from "./threads.js";

/* A thread that works out samples. What fails in it ends it, and is told by its end. */

void work(workerData as ThreadData);

async function work({ job, isSingle }: ThreadData): Promise<void> {
  const carrierOf = isSingle ? await loadCarriers() : undefined;
  const evaluator = evaluatorOfJob(job, carrierOf);
  parentPort?.on("message", (task: EstimateTask) => {
    const rounding = carrierOf && (() => roundingOf(job, carrierOf));
    parentPort?.postMessage(carryOut(evaluator, job.asked, task, rounding));
  });
}
