import type { Worker } from "node:worker_threads";
import type { Job } from "./lane-job.js";

export interface LaneEvents {
  ready(): void;
  report(report: unknown): void;
  /** The worker is gone, which it was not asked to be. */
  lost(reason: { readonly problem: string; readonly code?: string }): void;
}

/** A worker, the jobs that it was given, and a clock for the first of them. */
export class LaneWorker {
  jobs: Job[] = [];
  isReady = false;
  /** Whether it has a long job, for itself. */
  isLong = false;
  /** Whether it was given jobs that others do by now. */
  isSpoiled = false;
  private readonly made = performance.now();
  private begun = this.made;
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(
    private readonly worker: Worker,
    events: LaneEvents,
  ) {
    worker.unref();
    worker.on("message", (report: unknown) => {
      if (this.isEnded) {
        return;
      }
      if (this.isReady) {
        return events.report(report);
      }
      this.isReady = true;
      this.reset();
      events.ready();
    });
    // An error may be told before what the worker had said; its exit is told after that.
    let reason: { problem: string; code?: string } | undefined;
    worker.on("error", ({ message, code }: NodeJS.ErrnoException) => {
      reason = { problem: `failed: ${message.split("\n")[0]}`, ...(code === undefined ? {} : { code }) };
    });
    worker.on("exit", (status) => {
      if (!this.isEnded) {
        events.lost(reason ?? { problem: `ended with status ${status}` });
      }
    });
  }

  /** Milliseconds since its first job has begun. */
  get passed(): number {
    return performance.now() - this.begun;
  }

  /** Milliseconds since it was started. */
  get age(): number {
    return performance.now() - this.made;
  }

  /** The job that is the first now begins now. */
  reset(): void {
    this.begun = performance.now();
  }

  begin(job: Job): void {
    this.jobs.push(job);
    if (this.jobs.length === 1) {
      this.reset();
    }
    this.worker.postMessage(job.message());
  }

  /** Calls back after so many milliseconds, unless it is told otherwise before. */
  wake(milliseconds: number, act: () => void): void {
    clearTimeout(this.timer);
    // Timers may come a moment early.
    this.timer = setTimeout(act, Math.max(0, Math.ceil(milliseconds)));
    this.timer.unref();
  }

  end(): Promise<unknown> {
    clearTimeout(this.timer);
    this.isEnded = true;
    this.jobs = [];
    return this.worker.terminate();
  }
}
