import { readFileSync } from "node:fs";
import {
  type CouldNotAsk,
  couldNotAsk,
  meaningOf,
  type QueuedJob,
  type QueueSeen,
  type Scheduler,
  type SchedulerLimits,
  type Submission,
  type SubmissionRequest,
} from "../../../src/cluster/index.js";
import type { Intent, RunFolder } from "../../../src/cluster-runs/index.js";
import { type Fate, type SubmissionFate, statesOf } from "./fates.js";
import type { VirtualTime } from "./virtual-time.js";
import { Worker } from "./worker.js";

/** How long answers take, in seconds. */
export interface Latencies {
  readonly submit: (tasks: number) => number;
  /** @param lines of the answer. */
  readonly look: (lines: number) => number;
  readonly other: number;
}

export interface StandInSettings {
  readonly nodes: number;
  readonly maxArraySize: number;
  /** How long a task that has ended is remembered; for ever where undefined. */
  readonly remembers: number | undefined;
  readonly latencies: Latencies;
  /** How long a trial takes on a node, in seconds. @param node from 0. */
  readonly secondsOfTrial: (node: number) => number;
  /** From its start until a task does its first trial. */
  readonly secondsToStart: number;
  /** How long what was put back waits. */
  readonly secondsPutBack: number;
  /** What becomes of a task that starts. */
  readonly fateOf: (task: {
    readonly token: string;
    readonly index: number;
    readonly shards: readonly number[];
  }) => Fate;
  readonly fateOfSubmission: (token: string) => SubmissionFate;
  /** How many tasks may be in the queue that have not ended. */
  readonly mostTasks: number;
  /** How many the controller keeps, of all users and whatever became of them. */
  readonly mostJobs: number;
  /** Whether the controller answers at this time. */
  readonly answers: (now: number) => boolean;
}

/** A scheduler on which nothing goes wrong, and whose answers take no time. */
export const quiet: StandInSettings = {
  ...{ nodes: 2, maxArraySize: 1001, remembers: 300, secondsToStart: 2, secondsPutBack: 120 },
  latencies: { submit: () => 0.1, look: () => 0.1, other: 0.1 },
  secondsOfTrial: () => 1,
  fateOf: () => ({ kind: "well" }),
  fateOfSubmission: () => ({ kind: "taken" }),
  mostTasks: Number.POSITIVE_INFINITY,
  mostJobs: 10_000,
  answers: () => true,
};

/** A task of an array, as the queue has it. */
interface Task {
  readonly token: string;
  readonly array: number;
  readonly index: number;
  readonly shards: readonly number[];
  readonly excluded: ReadonlySet<string>;
  job: QueuedJob;
  phase: "pending" | "running" | "ended";
  /** It does not start before. */
  notBefore: number;
  isHeld: boolean;
  /** Whether the controller has forgotten it, by a crash: it may run. */
  isLost: boolean;
  restarts: number;
}

/** A question or an order that reached the controller. */
export interface Message {
  readonly at: number;
  readonly kind: "submit" | "look" | "limits" | "cancel" | "release";
}

/**
 * A scheduler in memory, by a clock of its own, that does to tasks what Slurm was seen to do. Its tasks read and write real files of a
 * run's folder, and their trials are made up.
 */
export class StandIn implements Scheduler {
  readonly name = "stand-in";
  readonly messages: Message[] = [];
  /** How many arrays were taken by token. */
  readonly taken = new Map<string, number>();
  /** Shards that a second task of the queue began to do while another lived, without a fault that made it so. */
  readonly doubled: string[] = [];
  /** How many copies of tasks were started. */
  started = 0;
  private readonly tasks: Task[] = [];
  private readonly byToken = new Map<string, Task[]>();
  private waiting: Task[] = [];
  private readonly free: number[];
  private arrays = 100;
  private readonly atOnce = new Map<number, { readonly most: number; running: number }>();

  constructor(
    private readonly time: VirtualTime,
    private readonly folder: RunFolder,
    private readonly settings: StandInSettings = quiet,
  ) {
    this.free = Array.from({ length: settings.nodes }, (_, node) => node);
  }

  /** How many lines the queue has: of those that wait there is one. */
  get lines(): number {
    return 1 + this.tasks.filter(({ phase }) => phase !== "pending").length;
  }

  /** How many of them have not ended. */
  get living(): number {
    return this.tasks.filter(({ phase }) => phase !== "ended").length;
  }

  async limits(signal?: AbortSignal): Promise<SchedulerLimits | CouldNotAsk> {
    const { maxArraySize, remembers } = this.settings;
    return (
      (await this.asked("limits", this.settings.latencies.other, signal)) ?? {
        kind: "seen",
        maxArraySize,
        remembers,
      }
    );
  }

  async submit(request: SubmissionRequest, signal?: AbortSignal): Promise<Submission> {
    const { token, indices } = request;
    const lost = await this.asked("submit", this.settings.latencies.submit(indices.length), signal);
    if (lost !== undefined) {
      return { kind: "unknown", why: lost.why };
    }
    if (this.tasks.length + indices.length > this.settings.mostJobs) {
      // The command tries again and again, until it is ended.
      await this.time.wait(75, signal);
      return { kind: "unknown", why: "sbatch: gave no answer in time" };
    }
    if (this.living + indices.length > this.settings.mostTasks) {
      return { kind: "refused", why: "sbatch: Job violates accounting/QOS policy", isTooMany: true };
    }
    const fate = this.settings.fateOfSubmission(token);
    const why = "sbatch: Socket timed out on send/recv operation";
    switch (fate.kind) {
      case "taken":
        return { kind: "submitted", array: this.take(request, fate), cluster: undefined };
      case "refused":
        return { kind: "refused", why: `sbatch: ${fate.why}` };
      case "taken unheard":
        this.take(request, fate);
        return { kind: "unknown", why };
      case "taken late":
        this.time.at(this.time.now() + fate.after, () => void this.take(request, fate));
        return { kind: "unknown", why };
      case "lost":
        return { kind: "unknown", why };
    }
  }

  async look(tokens: ReadonlySet<string>, signal?: AbortSignal): Promise<QueueSeen> {
    const lost = await this.asked("look", this.settings.latencies.look(this.lines), signal);
    if (lost !== undefined) {
      return lost;
    }
    const arrays = new Map<string, number>();
    const jobs = new Map<string, QueuedJob>();
    for (const token of tokens) {
      for (const task of this.byToken.get(token) ?? []) {
        if (!task.isLost) {
          jobs.set(`${task.array}_${task.index}`, task.job);
          arrays.set(token, Math.min(task.array, arrays.get(token) ?? Number.POSITIVE_INFINITY));
        }
      }
    }
    return {
      kind: "seen",
      task(array, index) {
        const job = jobs.get(`${array}_${index}`);
        return job === undefined
          ? { kind: "not there" }
          : { kind: "seen", meaning: meaningOf(job), nodes: job.nodes };
      },
      arrayOf: (token) => arrays.get(token),
    };
  }

  async cancel(
    array: number,
    indices?: readonly number[],
    signal?: AbortSignal,
  ): Promise<CouldNotAsk | undefined> {
    const lost = await this.asked("cancel", this.settings.latencies.other, signal);
    if (lost === undefined) {
      this.cancelNow(array, indices);
    }
    return lost;
  }

  async release(array: number, index: number, signal?: AbortSignal): Promise<CouldNotAsk | undefined> {
    const lost = await this.asked("release", this.settings.latencies.other, signal);
    const task = this.tasks.find((one) => one.array === array && one.index === index);
    if (lost === undefined && task?.isHeld === true) {
      task.isHeld = false;
      task.job = { ...task.job, reason: "None" };
      this.assign();
    }
    return lost;
  }

  /** Cancels what has not ended, as anybody may: what waits is nowhere afterwards, as Slurm has it. */
  cancelNow(array: number, indices?: readonly number[]): void {
    for (const task of [...this.tasks]) {
      if (task.array === array && (indices?.includes(task.index) ?? true)) {
        if (task.phase === "pending") {
          this.forget(task);
        } else if (task.phase === "running") {
          this.stop(task, "cancelled");
        }
      }
    }
  }

  /** Holds a task that waits, as a user may. */
  holdNow(array: number, index: number): void {
    const task = this.tasks.find((one) => one.array === array && one.index === index);
    if (task?.phase === "pending") {
      task.isHeld = true;
      task.job = { ...task.job, reason: "JobHeldUser" };
    }
  }

  /** Notes a question, and lets its time pass. @returns why it could not be asked. */
  private async asked(
    kind: Message["kind"],
    seconds: number,
    signal?: AbortSignal,
  ): Promise<CouldNotAsk | undefined> {
    this.messages.push({ at: this.time.now(), kind });
    await this.time.wait(seconds / 2);
    const isHeard = this.settings.answers(this.time.now());
    await this.time.wait(seconds / 2, signal);
    return isHeard && !signal?.aborted
      ? undefined
      : couldNotAsk("squeue", "Unable to contact slurm controller");
  }

  private take(request: SubmissionRequest, fate: SubmissionFate): number {
    const { token, indices, exclude = [], atOnce } = request;
    const array = this.arrays++;
    this.taken.set(token, (this.taken.get(token) ?? 0) + 1);
    const number = token.slice(token.lastIndexOf("-") + 1);
    const intent = JSON.parse(
      readFileSync(this.folder.at("submissions", `${number}.json`), "utf8"),
    ) as Intent;
    this.atOnce.set(array, { most: atOnce ?? Number.POSITIVE_INFINITY, running: 0 });
    const own = indices.map((index): Task => {
      const shards = intent.tasks[index]!;
      const job: QueuedJob = {
        ...{ array, job: array + index, name: token, user: "alice", partition: "main", states: ["PENDING"] },
        ...{ reason: "None", description: "", restarts: 0, exit: undefined, nodes: "" },
      };
      return {
        ...{ token, array, index, shards, job, excluded: new Set(exclude) },
        ...{ phase: "pending", notBefore: 0, isHeld: false, isLost: false, restarts: 0 },
      };
    });
    for (const task of own) {
      this.tasks.push(task);
    }
    this.waiting.push(...own);
    this.byToken.set(token, [...(this.byToken.get(token) ?? []), ...own]);
    if (fate.isHeld) {
      this.holdNow(array, indices[0]!);
    }
    if (fate.cancelAfter !== undefined) {
      this.time.at(this.time.now() + fate.cancelAfter, () => this.cancelNow(array));
    }
    this.time.at(this.time.now(), () => this.assign());
    return array;
  }

  /** Starts what waits on nodes that are free. */
  private assign(): void {
    const left: Task[] = [];
    for (const [place, task] of this.waiting.entries()) {
      if (this.free.length === 0) {
        left.push(...this.waiting.slice(place));
        break;
      }
      const limit = this.atOnce.get(task.array)!;
      const node = this.free.findIndex((one) => !task.excluded.has(`node${one}`));
      const mayStart =
        !task.isHeld && task.notBefore <= this.time.now() && limit.running < limit.most && node >= 0;
      if (mayStart) {
        limit.running++;
        this.start(task, this.free.splice(node, 1)[0]!);
      } else {
        left.push(task);
      }
    }
    this.waiting = left;
  }

  private start(task: Task, node: number): void {
    const { token, index, shards } = task;
    this.started++;
    task.phase = "running";
    task.job = { ...task.job, states: ["RUNNING"], reason: "None", nodes: `node${node}` };
    this.noteDoubles(task);
    const fate = this.settings.fateOf({ token, index, shards });
    const { settings, time, folder } = this;
    const worker = new Worker(folder, time, shards, settings.secondsOfTrial(node), fate);
    let isCurrent = true;
    const leave = () => {
      if (isCurrent) {
        isCurrent = false;
        this.atOnce.get(task.array)!.running--;
        this.free.push(node);
        time.at(time.now(), () => this.assign());
      }
    };
    this.stops.set(task, (how) => {
      worker.stop();
      leave();
      this.ended(task, how);
    });
    time.at(time.now() + settings.secondsToStart, () =>
      worker.run((end) => {
        if (!isCurrent) {
          return;
        }
        leave();
        if (end.kind === "ended") {
          this.ended(task, end.how, end.isForgotten);
        } else if (end.kind === "put back") {
          this.putBack(task, end.isHeld);
        } else {
          task.isLost = true;
          this.forget(task);
        }
      }),
    );
  }

  private readonly stops = new Map<Task, (how: "cancelled") => void>();

  private stop(task: Task, how: "cancelled"): void {
    this.stops.get(task)?.(how);
  }

  private ended(task: Task, how: Parameters<typeof statesOf>[0], isForgotten = false): void {
    task.phase = "ended";
    task.job = { ...task.job, ...statesOf(how) };
    const { remembers } = this.settings;
    if (isForgotten) {
      this.forget(task);
    } else if (remembers !== undefined) {
      this.time.at(this.time.now() + remembers, () => this.forget(task));
    }
  }

  private putBack(task: Task, isHeld: boolean): void {
    task.phase = "pending";
    task.restarts++;
    task.isHeld = isHeld;
    task.notBefore = this.time.now() + this.settings.secondsPutBack;
    task.job = {
      ...task.job,
      ...{
        states: ["PENDING"],
        reason: isHeld ? "JobHeldAdmin" : "BeginTime",
        restarts: task.restarts,
        nodes: "",
      },
    };
    this.waiting.push(task);
    this.time.at(task.notBefore, () => this.assign());
  }

  private forget(task: Task): void {
    const own = this.byToken.get(task.token)!;
    remove(own, task);
    remove(this.tasks, task);
    remove(this.waiting, task);
  }

  /** Tasks that live have no shard in common, unless the controller has lost one of them. */
  private noteDoubles(task: Task): void {
    const own = new Set(task.shards);
    for (const other of this.settings.nodes > 100 ? [] : this.tasks) {
      if (other !== task && other.phase !== "ended" && other.shards.some((shard) => own.has(shard))) {
        this.doubled.push(`${task.array}_${task.index} and ${other.array}_${other.index}`);
      }
    }
  }
}

function remove<Item>(items: Item[], item: Item): void {
  const place = items.indexOf(item);
  if (place >= 0) {
    items.splice(place, 1);
  }
}
