import type { Worker } from "node:worker_threads";
import type { Job, Outcome } from "./lane-job.js";
import { type LaneEvents, LaneWorker } from "./lane-worker.js";

export interface LaneLimits {
  /** Starts a worker. It says `{ready: true}` first, and then one thing for each message, in their order. */
  readonly start: () => Worker;
  /** So many jobs are at the worker of short ones, so that it need not wait for the next. */
  readonly ahead: number;
  /** Milliseconds after which a job is a long one. */
  readonly short: number;
  /** Milliseconds for a job that nobody waits for any more. */
  readonly unwanted: number;
  /** Milliseconds that a job may take. */
  readonly longest: number;
  /** Milliseconds until a new worker must be ready. */
  readonly longestStart: number;
  /** Milliseconds after which a worker without work is let go. */
  readonly idle: number;
  /** So many long jobs run beside each other, each in a worker of its own. */
  readonly mostLong: number;
}

/**
 * Work in a few workers, in which nothing short waits for what is long. Every job begins in the lane of short ones. One
 * that takes longer keeps its worker as one of a few long ones, and the others get a new one; when there are as many
 * long ones as may be, it is set aside as soon as others wait, and begins anew when one of those has ended. Long work
 * that nobody waits for is ended at once.
 */
export class Lanes {
  private waiting: Job[] = [];
  /** Long jobs whose turn is still to come. */
  private aside: Job[] = [];
  private short: LaneWorker | undefined;
  private readonly long = new Set<LaneWorker>();

  constructor(private readonly limits: LaneLimits) {}

  /** Starts a worker, so that the first job need not wait for it. */
  warm(): void {
    this.short ??= this.make();
    this.watch(this.short);
  }

  /** Adds jobs before or behind those that wait; those that wait already change their places. */
  add(jobs: readonly Job[], where: "before" | "behind"): void {
    const begun = new Set([...this.workers.flatMap(({ jobs: own }) => own), ...this.aside]);
    const fresh = new Set(jobs.filter((job) => !begun.has(job)));
    const others = this.waiting.filter((job) => !fresh.has(job));
    this.waiting = where === "before" ? [...fresh, ...others] : [...others, ...fresh];
    this.pump();
  }

  /** To be called when jobs are wanted no more, or again. */
  review(): void {
    const unwanted = [...this.waiting, ...this.aside].filter((job) => !job.isWanted());
    const gone = new Set(unwanted);
    this.waiting = this.waiting.filter((job) => !gone.has(job));
    this.aside = this.aside.filter((job) => !gone.has(job));
    for (const job of unwanted) {
      job.end({ kind: "dropped" });
    }
    for (const worker of this.workers) {
      const [job] = worker.jobs;
      if (worker.isReady && job && !job.isWanted()) {
        this.judge(worker, job);
      } else {
        this.watch(worker);
      }
    }
  }

  /** Drops all jobs and lets all workers go; resolves when they are gone. */
  async close(): Promise<void> {
    const { workers } = this;
    const jobs = [...workers.flatMap((worker) => worker.jobs), ...this.aside, ...this.waiting];
    this.waiting = [];
    this.aside = [];
    const gone = workers.map((worker) => this.release(worker));
    for (const job of jobs) {
      job.end({ kind: "dropped" });
    }
    await Promise.all(gone);
  }

  private get workers(): LaneWorker[] {
    return [...(this.short ? [this.short] : []), ...this.long];
  }

  private pump(): void {
    const { limits } = this;
    if (this.short && this.isOver(this.short)) {
      this.lengthen(this.short);
    }
    while (this.aside.length > 0 && this.long.size < limits.mostLong) {
      const worker = this.make();
      worker.isLong = true;
      this.long.add(worker);
      worker.begin(next(this.aside));
      this.watch(worker);
    }
    while (this.waiting.length > 0 && (this.short?.jobs.length ?? 0) < limits.ahead) {
      this.short ??= this.make();
      this.short.begin(next(this.waiting));
    }
    if (this.short) {
      this.watch(this.short);
    }
  }

  /** Whether what a worker of short jobs is at has turned out to be long. */
  private isOver(worker: LaneWorker): boolean {
    return worker.isReady && worker.jobs.length > 0 && worker.passed >= this.limits.short;
  }

  /** Sets the clock by what a worker does now. */
  private watch(worker: LaneWorker): void {
    const { limits } = this;
    const [job] = worker.jobs;
    if (!worker.isReady) {
      const words = `did not start within ${limits.longestStart / 1000} s`;
      worker.wake(limits.longestStart - worker.age, () => this.lose(worker, { words, outOfMemory: false }));
    } else if (!job) {
      worker.wake(limits.idle, () => void this.release(worker));
    } else {
      const isShort = !worker.isLong && worker.passed < limits.short;
      const most = !job.isWanted()
        ? Math.min(limits.unwanted, limits.longest)
        : isShort
          ? Math.min(limits.short, limits.longest)
          : limits.longest;
      worker.wake(most - worker.passed, () => this.judge(worker, job));
    }
  }

  /** A job has had the time that it was given. */
  private judge(worker: LaneWorker, job: Job): void {
    const { unwanted, longest } = this.limits;
    if (!job.isWanted() && worker.passed >= Math.min(unwanted, longest)) {
      this.stop(worker, { kind: "dropped" });
    } else if (worker.passed >= longest) {
      this.stop(worker, { kind: "late" });
    } else {
      this.pump();
      this.watch(worker);
    }
  }

  /** What a worker of short jobs is at is a long one. */
  private lengthen(worker: LaneWorker): void {
    const [job, ...others] = worker.jobs;
    if (this.long.size < this.limits.mostLong) {
      // It goes on where it is. What was sent behind it is not to be done there, too.
      worker.isLong = true;
      worker.isSpoiled = others.length > 0;
      worker.jobs = [job!];
      this.short = undefined;
      this.long.add(worker);
      this.waiting.unshift(...others);
      this.watch(worker);
    } else if (this.waiting.length > 0 || others.length > 0) {
      void this.release(worker);
      this.aside.push(job!);
      this.waiting.unshift(...others);
    }
  }

  private make(): LaneWorker {
    const worker = new LaneWorker(this.limits.start(), {
      ready: () => this.watch(worker),
      report: (report) => this.take(worker, report),
      lost: (end) => this.lose(worker, end),
    });
    return worker;
  }

  private take(worker: LaneWorker, report: unknown): void {
    const job = worker.jobs.shift();
    worker.reset();
    if (worker.isLong) {
      this.reuse(worker);
    }
    job?.end({ kind: "report", report });
    this.pump();
  }

  /** A worker has done a long job. */
  private reuse(worker: LaneWorker): void {
    if (worker.isSpoiled) {
      void this.release(worker);
    } else if (this.aside.length > 0) {
      worker.begin(next(this.aside));
      this.watch(worker);
    } else {
      this.long.delete(worker);
      worker.isLong = false;
      if (this.short) {
        void this.release(worker);
      } else {
        this.short = worker;
      }
    }
  }

  private lose(worker: LaneWorker, { words, outOfMemory }: Parameters<LaneEvents["lost"]>[0]): void {
    this.stop(worker, { kind: "lost", wasReady: worker.isReady, problem: words, outOfMemory });
  }

  /** Ends a worker and what it is at; the rest of its jobs goes on. */
  private stop(worker: LaneWorker, outcome: Outcome): void {
    const [job, ...others] = worker.jobs;
    void this.release(worker);
    this.waiting.unshift(...others.filter((other) => other.isWanted()));
    for (const other of others) {
      if (!other.isWanted()) {
        other.end({ kind: "dropped" });
      }
    }
    job?.end(job.isWanted() ? outcome : { kind: "dropped" });
    this.pump();
  }

  private release(worker: LaneWorker): Promise<unknown> {
    if (this.short === worker) {
      this.short = undefined;
    }
    this.long.delete(worker);
    return worker.end();
  }
}

/** Takes the first urgent job out of a list, or the first. */
function next(jobs: Job[]): Job {
  const urgent = jobs.findIndex((job) => job.isUrgent());
  return jobs.splice(Math.max(urgent, 0), 1)[0]!;
}
