import type { Worker } from "node:worker_threads";
import { startWorkerBeside } from "../../engines/module-worker.js";

/** A layout that needs more memory than this, in MiB, is given up: an editor runs beside it. */
const mostMemory = 512;

/** Starts the worker that lays diagrams out for previews. */
export function startDrawingWorker(): Worker {
  return startWorkerBeside(import.meta.url, "./drawing-worker.js", "./drawing-worker.ts", {
    resourceLimits: { maxOldGenerationSizeMb: mostMemory },
  });
}
