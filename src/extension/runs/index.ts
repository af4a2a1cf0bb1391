/**
 * Runs of evaluations and verifications, as the rest of the extension orders them: the runner's process and its
 * queue (`runs`), and what is kept of runs in the workspace's storage (`history`).
 */
export { askPatiently } from "./ask-patiently.js";
export type { RunHistory } from "./history.js";
export { type ProcessSettings, RunnerProcess, type RunnerServer } from "./runner-process.js";
export { type RunnerMeans, RunnerRuns } from "./runner-runs.js";
export { type RunOptions, RunRefused, type Runs, sourceAt, sourceOf } from "./runs.js";
export { StoredHistory } from "./stored-history.js";
export { logOfTask } from "./task-log.js";
