import type { ShaderJob, TrialsDone, UnsettledTrials } from "../protocol.js";

/** Trials whose test loss a shader does not know, as they are found. */
export class UnsettledLists {
  private readonly job: ShaderJob;
  private readonly trials: number[] = [];
  private readonly weights: number[][];
  private readonly values: number[][];

  constructor(job: ShaderJob) {
    this.job = job;
    this.weights = Array.from({ length: job.checked }, () => []);
    this.values = Array.from({ length: job.columns }, () => []);
  }

  /** @param measured and `kept` give the trial's numbers of each column, and those that are kept of it. */
  add(trial: number, measured: (column: number) => number, kept: (place: number) => number): void {
    this.trials.push(trial);
    // A weight, and what it misses.
    this.weights.forEach((list, weight) => {
      list.push(kept(weight) + kept(this.job.checked + weight));
    });
    this.values.forEach((list, column) => {
      list.push(measured(column));
    });
  }

  result(): Pick<TrialsDone, "unsettled"> {
    if (this.trials.length === 0) {
      return {};
    }
    const unsettled: UnsettledTrials = {
      trials: this.trials,
      weights: this.weights,
      values: this.values,
    };
    return { unsettled };
  }
}
