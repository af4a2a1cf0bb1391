import type { EstimateAnswer, EstimateTask } from "./job.js";

/** One who works out samples, a piece at a time. */
export interface EstimateWorker {
  work(task: EstimateTask): Promise<EstimateAnswer>;
}

/** Some who do it side by side. */
export interface EstimateCrew {
  readonly workers: readonly EstimateWorker[];
  /** Ends them at once, whatever they do; work that is under way then comes to nothing. */
  close(): void;
}

/** They have failed, and what they have found by then does not count; the message is one line. */
export class CrewLost extends Error {
  override readonly name = "CrewLost";
}
