import { type Column, isMeasured, type MeasuredColumn, madeOf, mayOverflow } from "./column.js";
import { sumsOf } from "./exact-sum.js";
import type { CollectedSums, Fate, MeasuredTrials } from "./kernel.js";
import type { TrialsShape } from "./simulation-plan.js";

/** What the trials of a chunk measured, one after the other, and what became of each. */
export class TrialResults implements MeasuredTrials {
  private readonly results: Float64Array[];
  private readonly finite: boolean[] = [];
  /** Whether a trial's test loss holds. */
  private readonly settled: boolean[] = [];

  constructor(private readonly plan: Pick<TrialsShape, "columns" | "check">) {
    this.results = plan.columns.map(() => new Float64Array(0));
  }

  /**
   * @param measured what a column is in the trial.
   * @param staysFinite whether its weights are, and whatever else must be. @param holds whether its test loss is what was measured.
   */
  record(
    trial: number,
    measured: (column: MeasuredColumn) => number,
    staysFinite: boolean,
    holds: boolean,
  ): void {
    let finite = staysFinite;
    let settled = holds;
    this.plan.columns.forEach((column, index) => {
      if (!isMeasured(column)) {
        this.place(
          index,
          trial,
          madeOf(column, (place) => this.difference(place, trial)),
        );
        return;
      }
      const value = measured(column);
      this.place(index, trial, value);
      if (mayOverflow(column) || Number.isFinite(value - column.center)) {
        return;
      }
      if (this.isChecked(column)) {
        settled = false;
      } else {
        finite = false;
      }
    });
    this.finite[trial] = finite;
    this.settled[trial] = settled;
  }

  /** Whether a trial did not diverge and its test loss is still to be found. */
  isOpen(trial: number): boolean {
    return this.finite[trial]! && !this.settled[trial];
  }

  /** Takes the test loss of a trial that was open. @param measured what a column is with it. */
  settle(trial: number, measured: (column: MeasuredColumn) => number): void {
    this.plan.columns.forEach((column, index) => {
      if (column.isExpectation) {
        this.results[index]![trial] = isMeasured(column)
          ? measured(column)
          : madeOf(column, (place) => this.difference(place, trial));
      }
    });
    this.settled[trial] = true;
  }

  collect(from: number, to: number): CollectedSums {
    const trials = Array.from({ length: to - from }, (_, index) => from + index);
    const sums = this.plan.columns.map((column, index) =>
      sumsOf(
        trials.filter((trial) => this.isSound(column, trial)).map((trial) => this.difference(index, trial)),
      ),
    );
    return { count: trials.filter((trial) => this.finite[trial]).length, sums };
  }

  fates(from: number, to: number): readonly Fate[] {
    return Array.from({ length: to - from }, (_, index) =>
      !this.finite[from + index] ? "diverged" : this.settled[from + index] ? "measured" : "unfound",
    );
  }

  /** As kernels do. */
  takeOff(others: MeasuredTrials, sign: 1 | -1, from: number, to: number): void {
    this.plan.columns.forEach((column, index) => {
      const own = this.results[index]!;
      const theirs = !isMeasured(column) ? [] : others.values(index, from, to);
      for (let trial = from; trial < to; trial++) {
        const value = theirs[trial - from]!;
        own[trial] = !isMeasured(column)
          ? madeOf(column, (place) => this.difference(place, trial))
          : sign === 1
            ? own[trial]! - value
            : value - own[trial]!;
      }
    });
    others.fates(from, to).forEach((fate, index) => {
      this.finite[from + index] &&= fate !== "diverged";
      this.settled[from + index] &&= fate === "measured";
    });
  }

  /**
   * What a column is in the chunk's trials: NaN where a trial diverged, its test loss is not known, or a product or
   * an order is not finite.
   */
  values(column: number, from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, index) => {
      const value = this.results[column]![from + index]!;
      return this.isSound(this.plan.columns[column]!, from + index) && Number.isFinite(value)
        ? value
        : Number.NaN;
    });
  }

  private difference(column: number, trial: number): number {
    return this.results[column]![trial]! - this.plan.columns[column]!.center;
  }

  private isChecked(column: Column): boolean {
    return this.plan.check !== undefined && column.isExpectation;
  }

  private isSound(column: Column, trial: number): boolean {
    return this.finite[trial]! && (this.settled[trial]! || !this.isChecked(column));
  }

  private place(column: number, at: number, value: number): void {
    const values = this.results[column]!;
    if (at >= values.length) {
      const larger = new Float64Array(2 * at + 64);
      larger.set(values);
      this.results[column] = larger;
    }
    this.results[column]![at] = value;
  }
}
