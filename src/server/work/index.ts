/**
 * Work away from the thread that answers the editor: workers that are started, watched and let go (`lane-worker.ts`), in
 * lanes that keep what is short from waiting for what is long (`lanes.ts`).
 */
export type { Job, Outcome } from "./lane-job.js";
export { type LaneLimits, Lanes } from "./lanes.js";
