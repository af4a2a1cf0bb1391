import { setTimeout as timer } from "node:timers/promises";
import type { Scheduler, SchedulerLimits } from "../cluster/index.js";
import { counted } from "../printable/index.js";
import { ClusterFault } from "./fault.js";
import { lineOf, type RunFolder } from "./folder.js";
import type { Gathered } from "./gathered.js";
import { mayLive } from "./may-live.js";
import { type Memory, memoryOf, type NextSteps, nextSteps, type TaskLine } from "./next-steps.js";
import { shardsOf } from "./record.js";
import {
  readUnfitNodes,
  recordEnding,
  recordOutcome,
  SubmissionFiles,
  type SubmissionSeen,
} from "./submissions.js";
import { submit, tokenOf } from "./submit.js";

/** How far a run has come. */
export interface ClusterProgress {
  readonly trials: number;
  readonly totalTrials: number;
  readonly shards: number;
  readonly totalShards: number;
  /** Tasks that live, as far as is known. */
  readonly waiting: number;
  readonly running: number;
}

/** What becomes of a run that is followed. */
export interface RunEnd {
  readonly state:
    | "done"
    /** Shards are missing, and nothing of it goes on by itself. */
    | "over"
    | "cancelled"
    /** Nobody waits any longer; its tasks go on. */
    | "left";
  /** Shards that are given up, and why. */
  readonly givenUp: ReadonlyMap<number, string>;
  /** Tasks that wait for a person. */
  readonly stuck: readonly TaskLine[];
  /** The last task of each shard that ended and left it undone, where this process has seen that. */
  readonly ended: ReadonlyMap<number, TaskLine>;
}

/** The time, and waiting, of whoever follows runs. */
export interface Clock {
  /** In seconds, from some moment on. */
  now(): number;
  /** Resolves after so many seconds, or as soon as the signal aborts. */
  wait(seconds: number, signal?: AbortSignal): Promise<void>;
}

export interface FollowOptions {
  readonly scheduler: Scheduler;
  /** Lets it be: it resolves soon. Its tasks go on. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Called after each look. */
  readonly onProgress?: (progress: ClusterProgress) => void;
  /** Called when all shards of a point have come: in no order. */
  readonly onPoint?: (point: number) => void;
  /** Called with a line for people when something of it goes wrong, or goes on again. */
  readonly onNote?: (line: string) => void;
  /** Called when an array is in the queue. */
  readonly onSubmitted?: (array: number, tasks: number) => void;
  /** Ends as soon as everything is submitted. */
  readonly isOnlySubmitted?: boolean;
}

/** Seconds between two looks: soon after something has changed, and then ever more seldom. */
const pause = { first: 0.5, growth: 1.5, longest: 60, unanswered: 120 } as const;

/** How many tasks may run for each second between two looks: each has a line in the answer, for which the cluster works a third of a millisecond. */
const tasksASecond = 100;

/** What of the time that a run was waited for may pass between two looks: nobody who waited an hour minds half a minute. */
const shareOfWait = 1 / 100;

/** What of the time that a scheduler remembers a task may pass between two looks. */
const shareOfMemory = 1 / 3;

/** How long to wait after a submission was refused while tasks of the run lived. */
const afterRefusal = 300;

/** How long nothing may run before it is said why, in seconds. */
const patienceWithQueue = 30;

/** How long a run's folder may not be readable when nothing of the run lives, in seconds: what nodes have written may be seen late. */
const patienceWithDisk = 60;

/** Checkpoints are read of so many shards at most, to tell how far a run has come. */
const mostCheckpoints = 64;

/** The machine's own. */
export const machineClock: Clock = {
  now: () => performance.now() / 1000,
  async wait(seconds, signal) {
    await timer(seconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};

/**
 * Waits for a run: submits what is missing and in no task that lives, until all is there, or nothing goes on by itself. Others may do
 * the same at the same time.
 * @throws ClusterFault, UnwritableFile in one line, when the folder can be used no longer and nothing of the run lives.
 */
export function followRun(gathered: Gathered, options: FollowOptions): Promise<RunEnd> {
  return new Following(gathered, options).end();
}

class Following {
  private readonly folder: RunFolder;
  private readonly files: SubmissionFiles;
  private readonly clock: Clock;
  private memory: Memory | undefined;
  private limits: SchedulerLimits | undefined;
  private readonly begun: number;
  private seconds: number = pause.first;
  private unanswered = false;
  private refusedUntil = Number.NEGATIVE_INFINITY;
  /** How many tasks of the run the cluster takes in an array, as far as it has refused more. */
  private mostTasks = Number.POSITIVE_INFINITY;
  /** Since when tasks wait and none runs. */
  private waitingSince: number | undefined;
  private readonly told = new Set<number>();
  private readonly notes = new Set<string>();
  /** Shards whose results were told of as none. */
  private readonly invalid = new Set<number>();
  private readonly ended = new Map<number, TaskLine>();
  private steps: NextSteps | undefined;
  /** Whether the last look came so far that it saw the queue. */
  private isSeen = false;
  /** How many tasks each submission has at most, by token: what is asked for where the folder cannot be read. */
  private readonly sizes = new Map<string, number>();
  /** When something of it was last known to live. */
  private livedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly gathered: Gathered,
    private readonly options: FollowOptions,
  ) {
    this.folder = gathered.folder;
    this.files = new SubmissionFiles(gathered.folder);
    this.clock = options.clock ?? machineClock;
    this.begun = this.clock.now();
  }

  async end(): Promise<RunEnd> {
    const { signal } = this.options;
    for (;;) {
      if (signal?.aborted) {
        return this.ending("left");
      }
      const state = await this.look().catch((error: unknown) => this.failed(error));
      if (state !== undefined) {
        return this.ending(state);
      }
      await this.clock.wait(this.pauseNow(), signal);
    }
  }

  /** Looks once, and does what is to be done. @returns how it ended; nothing while it goes on. */
  private async look(): Promise<RunEnd["state"] | undefined> {
    const { folder, gathered, options } = this;
    const { scheduler, signal } = options;
    this.isSeen = false;
    // What is done, or wanted no more, is known without the cluster.
    const already = await gathered.refresh(signal);
    if (gathered.done.size === shardsOf(folder.run)) {
      this.tell({ lines: [], stuck: [], putBack: [], waiting: 0, running: 0 });
      return "done";
    }
    if (await folder.isCancelled()) {
      return "cancelled";
    }
    const submissions = await this.files.read();
    this.memory ??= memoryOf(submissions);
    const tokens = new Set(submissions.map(({ intent }) => intent.token));
    for (const { intent } of submissions) {
      this.sizes.set(intent.token, intent.tasks.length);
    }
    const queue = tokens.size === 0 ? nothingSubmitted : await scheduler.look(tokens, signal);
    const fresh = already + (await gathered.refresh(signal));
    if (signal?.aborted) {
      return undefined;
    }
    const unanswered = queue.kind === "could not ask" ? queue.why : await this.faultOfLimits();
    this.tellAnswer(unanswered);
    if (this.limits === undefined) {
      return undefined;
    }
    await gathered.look(this.shardsToLookAt(submissions));
    const before = this.steps;
    const steps = nextSteps(
      {
        shards: shardsOf(folder.run),
        done: gathered.done,
        trialsOf: (shard) => gathered.trialsOf(shard),
        ...{ submissions, queue },
      },
      this.memory,
    );
    this.steps = steps;
    this.isSeen = true;
    if (steps.waiting + steps.running > 0) {
      this.livedAt = this.clock.now();
    }
    this.memory = steps.memory;
    this.tell(steps);
    this.tellWaiting(steps);
    if (steps.state === "done") {
      return "done";
    }
    if (await folder.isCancelled()) {
      return "cancelled";
    }
    await this.carryOut(steps, submissions);
    if (fresh > 0 || steps.running !== before?.running || steps.waiting !== before?.waiting) {
      this.seconds = pause.first;
    }
    return steps.state === "over" ? "over" : this.isSubmitted(steps) ? "left" : undefined;
  }

  /** Finds out how often to look, and how many tasks an array may have. @returns why that cannot be asked. */
  private async faultOfLimits(): Promise<string | undefined> {
    const limits = this.limits ?? (await this.options.scheduler.limits(this.options.signal));
    if (limits.kind === "could not ask") {
      return limits.why;
    }
    this.limits = limits;
    return undefined;
  }

  private isSubmitted(steps: NextSteps): boolean {
    return this.options.isOnlySubmitted === true && steps.submit.length === 0;
  }

  /** Writes down what is known now, lets go on what is held, and submits what is to be. */
  private async carryOut(steps: NextSteps, submissions: readonly SubmissionSeen[]): Promise<void> {
    const { folder, options } = this;
    const { scheduler, signal } = options;
    for (const { submission, outcome } of steps.outcomes) {
      await recordOutcome(folder, submission, outcome);
      this.note(
        "array" in outcome
          ? `submission ${submission}, of which no answer was kept, is array ${outcome.array}`
          : `submission ${submission} is not in the queue, and was never answered; what is missing of it is submitted again`,
      );
    }
    for (const { submission, index, ending } of steps.endings) {
      await recordEnding(folder, submission, index, ending);
    }
    for (const { array, index, name, line } of steps.release) {
      const failed = await scheduler.release(array, index, signal);
      options.onNote?.(
        failed === undefined
          ? `task ${name} ${line}: it was released`
          : `task ${name} ${line}: it could not be released (${failed.why})`,
      );
    }
    if (steps.submit.length > 0 && this.clock.now() >= this.refusedUntil) {
      await this.submit(steps, submissions.at(-1)?.number ?? 0);
    }
  }

  private async submit(steps: NextSteps, last: number): Promise<void> {
    const { folder, options, gathered } = this;
    const { scheduler, signal } = options;
    if (this.limits === undefined) {
      return;
    }
    const unfit = [...(await readUnfitNodes(folder)).keys()];
    await gathered.look(steps.submit);
    const maxArraySize = Math.min(this.limits.maxArraySize, this.mostTasks);
    const work = { folder, scheduler, limits: { maxArraySize }, exclude: unfit };
    const before = (shards: readonly number[]) =>
      shards.reduce((sum, shard) => sum + gathered.trialsOf(shard), 0);
    let lives = steps.waiting + steps.running > 0;
    // Whether an array is in the queue may be all that is known of it.
    for (let number = last + 1; number <= last + Math.ceil(steps.submit.length / maxArraySize); number++) {
      this.sizes.set(tokenOf(folder, number), Math.min(maxArraySize, steps.submit.length));
    }
    for await (const sent of submit(work, steps.submit, last, before, signal)) {
      if (sent.kind === "submitted") {
        lives = true;
        options.onSubmitted?.(sent.array, sent.tasks);
      } else if (sent.kind === "refused") {
        this.note(`the cluster refused an array of ${tasksOf(sent.tasks)}: ${sent.why}`);
        if (lives) {
          this.refusedUntil = this.clock.now() + afterRefusal;
        } else if (sent.isTooMany && sent.tasks > 1) {
          this.mostTasks = Math.ceil(sent.tasks / 2);
        } else {
          this.memory = { ...this.memory!, refused: new Set([...this.memory!.refused, sent.number]) };
        }
        return;
      } else if (sent.kind === "unknown") {
        lives = true;
        this.note(`whether an array of ${tasksOf(sent.tasks)} was submitted is not known yet: ${sent.why}`);
      }
      if (sent.kind === "not ours") {
        this.note("another process submits this run at the same time; it is left to that one");
      }
    }
    this.seconds = pause.first;
  }

  /** What is asked of the disk about shards that are not done: of tasks that seem to have ended, and of some that run. */
  private shardsToLookAt(submissions: readonly SubmissionSeen[]): Set<number> {
    const wanted = new Set<number>();
    for (const { number, intent, endings } of submissions) {
      for (const [index, shards] of intent.tasks.entries()) {
        if (this.memory!.ended.has(`${number}-${index}`)) {
          addAll(wanted, shards);
        }
      }
      if (endings.size < intent.tasks.length && wanted.size < mostCheckpoints) {
        const open = intent.tasks.flat().filter((shard) => !this.gathered.done.has(shard));
        addAll(wanted, open.slice(0, mostCheckpoints));
      }
    }
    return wanted;
  }

  private tell({
    lines,
    stuck,
    waiting,
    running,
    putBack,
  }: Pick<NextSteps, "lines" | "stuck" | "waiting" | "running" | "putBack">): void {
    const { gathered, options, folder } = this;
    this.noteTogether(lines);
    for (const task of lines) {
      for (const shard of task.shards) {
        this.ended.set(shard, task);
      }
    }
    this.noteTogether(stuck);
    this.noteTogether(putBack);
    const fresh = [...gathered.invalid].filter(([shard]) => !this.invalid.has(shard));
    for (const [, [[shard, why], ...others]] of groupedBy(fresh, ([, one]) => one)) {
      this.note(`the result of shard ${shard} ${why}${andSo(others.length)}; it is done again`);
    }
    addAll(
      this.invalid,
      fresh.map(([shard]) => shard),
    );
    options.onProgress?.({
      ...{ trials: gathered.trials, shards: gathered.done.size, waiting, running },
      totalTrials: folder.run.points.reduce((sum, { trials }) => sum + trials, 0),
      totalShards: shardsOf(folder.run),
    });
    for (const point of folder.run.points.keys()) {
      if (!this.told.has(point) && gathered.isDone(point)) {
        this.told.add(point);
        options.onPoint?.(point);
      }
    }
  }

  /** Says of tasks what each line says of some, in one line. */
  private noteTogether(tasks: readonly TaskLine[]): void {
    const fresh = tasks.filter(({ name, line }) => !this.notes.has(`${name} ${line}`));
    for (const { name, line } of fresh) {
      this.notes.add(`${name} ${line}`);
    }
    for (const [line, [task, ...others]] of groupedBy(fresh, (one) => one.line)) {
      this.options.onNote?.(`task ${task.name} ${line}${andSo(others.length)}`);
    }
  }

  /** Says why nothing runs, when that has been so for a while. */
  private tellWaiting({ waitsFor, running }: NextSteps): void {
    if (waitsFor === undefined || running > 0) {
      this.waitingSince = undefined;
      return;
    }
    this.waitingSince ??= this.clock.now();
    if (this.clock.now() - this.waitingSince > patienceWithQueue) {
      this.note(`task ${waitsFor.name} ${waitsFor.line}`);
    }
  }

  private tellAnswer(why: string | undefined): void {
    if (why !== undefined && this.options.isOnlySubmitted && !this.options.signal?.aborted) {
      throw new ClusterFault(
        `the cluster cannot be asked: ${why}; the run is ready, and \`diag runs wait ${this.folder.run.id}\` submits it`,
      );
    }
    if (why !== undefined && !this.unanswered) {
      this.options.onNote?.(`the cluster cannot be asked: ${why}; it is asked again until it answers`);
    } else if (why === undefined && this.unanswered) {
      this.options.onNote?.("the cluster answers again");
    }
    this.unanswered = why !== undefined;
  }

  /** Says a line once. */
  private note(line: string): void {
    if (!this.notes.has(line)) {
      this.notes.add(line);
      this.options.onNote?.(line);
    }
  }

  /** A disk that fails may come back while tasks of the run live, which the queue says without it. */
  private async failed(error: unknown): Promise<undefined> {
    const lives = !this.options.isOnlySubmitted && (await this.mayLive());
    const now = this.clock.now();
    if (lives) {
      this.livedAt = now;
    }
    // What cannot be read now may be there all the same.
    const patience = this.isSeen || this.options.isOnlySubmitted ? 0 : patienceWithDisk;
    if (!lives && now - this.livedAt >= patience) {
      throw error;
    }
    this.note(`${lineOf(error)}; it is tried again while tasks of the run live`);
    return undefined;
  }

  /** Whether something of it lives, or that cannot be known. */
  private async mayLive(): Promise<boolean> {
    const { sizes, options } = this;
    return (
      sizes.size > 0 && mayLive(await options.scheduler.look(new Set(sizes.keys()), options.signal), sizes)
    );
  }

  private pauseNow(): number {
    const longest = this.unanswered
      ? pause.unanswered
      : Math.min(pause.longest, shareOfMemory * (this.limits?.remembers ?? Number.POSITIVE_INFINITY));
    const least = Math.max(
      (this.steps?.running ?? 0) / tasksASecond,
      shareOfWait * (this.clock.now() - this.begun),
    );
    const now = Math.min(Math.max(this.seconds, least), longest);
    this.seconds = Math.min(this.seconds * pause.growth, pause.unanswered);
    return now;
  }

  private ending(state: RunEnd["state"]): RunEnd {
    const { givenUp = new Map(), stuck = [] } = this.steps ?? {};
    return { state, givenUp, stuck, ended: this.ended };
  }
}

/** How many others there are of which the same is to be said. */
function andSo(others: number): string {
  return others === 0 ? "" : others === 1 ? ", and one more alike" : `, and ${others} more alike`;
}

function tasksOf(count: number): string {
  return counted(count, "task");
}

/** Things with the same words, together, in the order of the first of each. */
function groupedBy<One>(
  list: readonly One[],
  wordsOf: (one: One) => string,
): Map<string, readonly [One, ...One[]]> {
  const groups = new Map<string, [One, ...One[]]>();
  for (const one of list) {
    const words = wordsOf(one);
    const group = groups.get(words);
    if (group === undefined) {
      groups.set(words, [one]);
    } else {
      group.push(one);
    }
  }
  return groups;
}

function addAll(set: Set<number>, numbers: readonly number[]): void {
  for (const number of numbers) {
    set.add(number);
  }
}

/** What the queue says of a run of which nothing was ever submitted. */
const nothingSubmitted = {
  kind: "seen",
  task: () => ({ kind: "not there" }) as const,
  arrayOf: () => undefined,
} as const;
