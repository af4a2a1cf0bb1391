import type { Meaning, Scheduler, SchedulerLimits, TaskSeen } from "../../cluster/index.js";
import type { Clock } from "../follow.js";
import type { ClusterOptions } from "../record.js";
import type { ProbeFolder } from "./probe-folder.js";

/** One small job's way; times are in seconds from before it was submitted. */
export interface JobWay {
  readonly array?: number;
  readonly submitted?: number;
  readonly started?: number;
  readonly ended?: number;
  /** The nodes that it was on, as the scheduler writes them. */
  readonly nodes: string;
  /** Why it did not go its way, as words that go on behind its name. */
  readonly fault?: string;
}

export interface JobOptions {
  readonly scheduler: Scheduler;
  readonly limits: SchedulerLimits;
  readonly asked: ClusterOptions;
  /** How long it may take to start, and then to end. */
  readonly seconds: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly doing: (what: string) => void;
}

/** How long a job that was cancelled may take to end: clusters give processes half a minute mostly. Who presses Ctrl-C waits for less. */
const lastSeconds = { usual: 45, stopped: 3 } as const;

/** How long a job that was submitted may not be seen in the queue. */
const unseenSeconds = 10;

const pause = { first: 0.1, growth: 1.3, longest: 1 } as const;

/** Submits one small job and watches it until it is over; one that does not go its way is cancelled. */
export async function jobOf(folder: ProbeFolder, options: JobOptions): Promise<JobWay> {
  const { scheduler, limits, asked, clock } = options;
  const began = clock.now();
  options.doing("submitting a job");
  // It is over in a moment, and of one that is broken off nobody would know what became of it.
  const submission = await scheduler.submit({
    ...asked,
    ...{ token: folder.token, indices: [0], maxArraySize: limits.maxArraySize },
    ...{ folder: folder.path, script: `${folder.path}/script` },
  });
  if (submission.kind === "refused") {
    return { nodes: "", fault: `was refused: ${submission.why}` };
  }
  const job = new WatchedJob(folder, options, began);
  if (submission.kind === "submitted") {
    return job.watch(submission.array);
  }
  const found = await job.find();
  return found === undefined
    ? {
        nodes: "",
        fault: `may have been submitted (${submission.why}); if it is in the queue, end it by scancel --name=${folder.token}`,
      }
    : job.watch(found);
}

class WatchedJob {
  private started: number | undefined;
  private nodes = "";
  private wait: number = pause.first;

  constructor(
    private readonly folder: ProbeFolder,
    private readonly options: JobOptions,
    private readonly began: number,
  ) {}

  /** The number of a job of which nobody knows whether it was submitted. */
  async find(): Promise<number | undefined> {
    const { scheduler, clock, signal } = this.options;
    for (const last = clock.now() + unseenSeconds; clock.now() < last && !signal?.aborted; ) {
      const queue = await scheduler.look(new Set([this.folder.token]));
      const found = queue.kind === "seen" ? queue.arrayOf(this.folder.token) : undefined;
      if (found !== undefined) {
        return found;
      }
      await this.pause();
    }
    return undefined;
  }

  async watch(array: number): Promise<JobWay> {
    const { options } = this;
    const submitted = this.now;
    options.doing("waiting for the job to start");
    const fault = await this.untilOver(array, submitted);
    const ended = fault === undefined ? { ended: this.now } : {};
    const cancelled = fault === undefined || fault.isOver ? "" : `; ${await this.cancel(array)}`;
    return {
      ...{ array, submitted, ...ended, nodes: this.nodes },
      ...(this.started === undefined ? {} : { started: this.started }),
      ...(fault === undefined ? {} : { fault: `${fault.words}${cancelled}` }),
    };
  }

  /** @returns why it did not go its way, and whether it is over all the same. */
  private async untilOver(
    array: number,
    submitted: number,
  ): Promise<{ readonly words: string; readonly isOver: boolean } | undefined> {
    const { signal, seconds, doing } = this.options;
    for (let last = "is not seen in the queue"; ; ) {
      const seen = await this.look(array);
      if (seen.kind === "seen") {
        const { meaning } = seen;
        last = meaning.line;
        if (meaning.phase === "ended") {
          return meaning.outcome === "completed" ? undefined : { words: meaning.line, isOver: true };
        }
        if (meaning.phase === "stuck") {
          return { words: meaning.line, isOver: false };
        }
        if (hasStarted(meaning) && this.started === undefined) {
          this.started = this.now;
          doing("waiting for the job to end");
        }
      } else if (seen.kind === "could not ask") {
        last = `cannot be asked about (${seen.why})`;
      } else if (this.now - submitted > unseenSeconds) {
        return { words: "is not in the queue any more, and nobody knows what became of it", isOver: true };
      }
      if (signal?.aborted) {
        return { words: `was given up: ${last}`, isOver: false };
      }
      if (this.now - (this.started ?? 0) > seconds) {
        const what = this.started === undefined ? "start" : "end";
        return { words: `did not ${what} within ${seconds} s: it ${last}`, isOver: false };
      }
      await this.pause();
    }
  }

  private async look(array: number): Promise<TaskSeen> {
    const { scheduler, signal } = this.options;
    const queue = await scheduler.look(new Set([this.folder.token]), signal);
    const seen = queue.kind === "seen" ? queue.task(array, 0) : queue;
    if (seen.kind === "seen") {
      this.nodes = seen.nodes || this.nodes;
      if (seen.meaning.phase === "ended" && seen.meaning.outcome === "completed") {
        this.started ??= this.now;
      }
    }
    return seen;
  }

  /** Cancels it, and waits until it is over: its folder is taken away then. @returns what became of it. */
  private async cancel(array: number): Promise<string> {
    const { scheduler, clock, doing, signal } = this.options;
    doing("cancelling the job");
    this.wait = pause.first;
    const seconds = signal?.aborted ? lastSeconds.stopped : lastSeconds.usual;
    let why = await scheduler.cancel(array);
    for (const last = clock.now() + seconds; clock.now() < last; ) {
      const queue = await scheduler.look(new Set([this.folder.token]));
      const seen = queue.kind === "seen" ? queue.task(array, 0) : queue;
      if (seen.kind === "not there" || (seen.kind === "seen" && seen.meaning.phase === "ended")) {
        return "it was cancelled";
      }
      why = seen.kind === "could not ask" || why !== undefined ? await scheduler.cancel(array) : undefined;
      await this.pause();
    }
    return `it may still be in the queue; end it by scancel ${array}`;
  }

  private get now(): number {
    return this.options.clock.now() - this.began;
  }

  private async pause(): Promise<void> {
    await this.options.clock.wait(this.wait);
    this.wait = Math.min(this.wait * pause.growth, pause.longest);
  }
}

function hasStarted({ phase }: Meaning): boolean {
  return phase === "running" || phase === "ending";
}
