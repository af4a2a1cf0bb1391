import { parentPort, workerData } from "node:worker_threads";
import { carryOut, type EstimateJob, type EstimateTask, evaluatorOfJob } from "./job.js";

/* A thread that works out samples. What fails in it ends it, and is told by its end. */

const job = workerData as EstimateJob;
const evaluator = evaluatorOfJob(job);
parentPort?.on("message", (task: EstimateTask) => {
  parentPort?.postMessage(carryOut(evaluator, job.asked, task));
});
