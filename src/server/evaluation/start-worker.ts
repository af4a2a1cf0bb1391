import type { Worker } from "node:worker_threads";
import { startWorkerBeside } from "../../engines/module-worker.js";

/** An evaluation that needs more memory than this, in MiB, is given up: an editor runs beside it. */
const mostMemory = 512;

/** Starts the worker that evaluates for hovers and hints. */
export function startEvaluationWorker(): Worker {
  return startWorkerBeside(import.meta.url, "./evaluation-worker.js", "./worker.ts", {
    resourceLimits: { maxOldGenerationSizeMb: mostMemory },
  });
}
