/**
 * The room of samples that are worked out beside the thread that asks for them: `prepare` shares them out among `threads`, or a process
 * of an engine's. A sample hangs on its number alone, so that whoever works it out finds the same.
 */
export { CrewLost, type EstimateCrew, type EstimateWorker } from "./crew.js";
export { answerSchema, carryOut, type EstimateJob, type EstimateTask, evaluatorOfJob } from "./job.js";
export { type OpenCrew, type PrepareOptions, prepareEstimates } from "./prepare.js";
