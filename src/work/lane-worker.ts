import type { Worker } from "node:worker_threads";
import { type ChildEnd, Thread } from "./child.js";
import type { Job } from "./lane-job.js";

export interface LaneEvents {
  ready(): void;
  report(report: unknown): void;
  /** The thread is gone, which it was not asked to be. */
  lost(end: Pick<ChildEnd, "words" | "outOfMemory">): void;
}

/** A thread, the jobs that it was given, and a clock for the first of them. */
export class LaneWorker {
  jobs: Job[] = [];
  isReady = false;
  /** Whether it has a long job, for itself. */
  isLong = false;
  /** Whether it was given jobs that others do by now. */
  isSpoiled = false;
  private readonly thread: Thread;
  private readonly made = performance.now();
  private begun = this.made;
  private timer: NodeJS.Timeout | undefined;

  constructor(worker: Worker, events: LaneEvents) {
    const said = (report: unknown): void => {
      if (this.isReady) {
        events.report(report);
      } else {
        this.isReady = true;
        this.reset();
        events.ready();
      }
    };
    this.thread = new Thread(worker, said, (end) => events.lost(end));
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
    this.thread.post(job.message());
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
    this.jobs = [];
    return this.thread.end();
  }
}
