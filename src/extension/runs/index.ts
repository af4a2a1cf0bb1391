/**
 * Runs of evaluations and verifications, as the rest of the extension orders them: the engine's process and its
 * queue (`runs`), and what is kept of runs in the workspace's storage (`history`).
 */
export { askPatiently } from "./ask-patiently.js";
export { EngineProcess, type EngineServer, type ProcessSettings } from "./engine-process.js";
export { type EngineMeans, EngineRuns } from "./engine-runs.js";
export type { RunHistory } from "./history.js";
export { type RunOptions, RunRefused, type Runs, sourceOf } from "./runs.js";
export { StoredHistory } from "./stored-history.js";
