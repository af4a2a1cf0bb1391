import type { Meaning, QueueSeen } from "../cluster/index.js";
import type { Ending, SubmissionOutcome, SubmissionSeen } from "./submissions.js";

/** What is known of a run at one time; its results were read after the queue was seen. */
export interface RunSeen {
  /** How many shards it has. */
  readonly shards: number;
  /** Those with a valid result. */
  readonly done: ReadonlySet<number>;
  /** How many trials of a shard are done. */
  readonly trialsOf: (shard: number) => number;
  readonly submissions: readonly SubmissionSeen[];
  readonly queue: QueueSeen;
}

/** What one process has seen of a run so far: an answer counts where the next one does not contradict it. */
export interface Memory {
  /** Endings that were written down before it began: whoever waits anew has seen to their causes. */
  readonly before: ReadonlySet<string>;
  /** How tasks ended that were not asked about again yet. */
  readonly ended: ReadonlyMap<string, Pick<EndedTask, "line" | "by">>;
  /** Tasks that were stuck when they were last seen. */
  readonly stuck: ReadonlySet<string>;
  /** Tasks that it has let go on, and how often. */
  readonly released: ReadonlyMap<string, number>;
  /** Submissions that the cluster refused it while no task of the run lived. */
  readonly refused: ReadonlySet<number>;
}

interface EndedTask {
  readonly submission: number;
  readonly index: number;
  readonly line: string;
  readonly by: Ending["by"];
}

/** A task, with words that go on behind its name. */
export interface TaskLine {
  /** `1234_5`. */
  readonly name: string;
  readonly array: number;
  readonly index: number;
  readonly shards: readonly number[];
  readonly line: string;
}

/** What is to be done with a run, and what is told of it. */
export interface NextSteps {
  readonly state:
    | "done"
    /** Something of it lives, or is to be submitted. */
    | "going on"
    /** Shards are missing, and nothing of it goes on by itself. */
    | "over";
  /** Of submissions of which that was not known. */
  readonly outcomes: readonly { readonly submission: number; readonly outcome: SubmissionOutcome }[];
  readonly endings: readonly {
    readonly submission: number;
    readonly index: number;
    readonly ending: Ending;
  }[];
  readonly release: readonly TaskLine[];
  /** Shards that are to be submitted, in their order. */
  readonly submit: readonly number[];
  /** Tasks that wait for a person. */
  readonly stuck: readonly TaskLine[];
  /** Shards that are given up, and why. */
  readonly givenUp: ReadonlyMap<number, string>;
  /** What is told once of tasks that ended and left shards undone. */
  readonly lines: readonly TaskLine[];
  readonly waiting: number;
  readonly running: number;
  /** Tasks that ran before, and wait or run again since the cluster has put them back. */
  readonly putBack: readonly TaskLine[];
  /** Why the first task that waits does so, as far as the queue says. */
  readonly waitsFor?: TaskLine;
  readonly memory: Memory;
}

/** How often tasks of a shard may end by their own fault and leave it no further, and how often by the cluster's doing. */
export const mostFailures = { itself: 3, "the cluster": 12 } as const;

/** How often a task is released that the cluster has put back and held. */
export const mostReleases = 3;

/** How often a shard may be submitted at all while somebody waits. */
export const mostSubmissions = 1000;

/** An intent older than this, of which no array is in the queue, was never submitted: no command takes as long. */
export const longestSubmission = 150; // seconds

/** Of a run that nobody has looked at yet. */
export function memoryOf(submissions: readonly SubmissionSeen[]): Memory {
  const before = submissions.flatMap(({ number, endings }) =>
    [...endings.keys()].map((index) => keyOf(number, index)),
  );
  return {
    before: new Set(before),
    ended: new Map(),
    stuck: new Set(),
    released: new Map(),
    refused: new Set(),
  };
}

const keyOf = (submission: number, index: number) => `${submission}-${index}`;

/** What to do next with a run. */
export function nextSteps(seen: RunSeen, memory: Memory): NextSteps {
  return new Steps(seen, memory).taken();
}

class Steps {
  private readonly outcomes: { submission: number; outcome: SubmissionOutcome }[] = [];
  private readonly endings: { submission: number; index: number; ending: Ending }[] = [];
  private readonly release: TaskLine[] = [];
  private readonly stuck: TaskLine[] = [];
  private readonly lines: TaskLine[] = [];
  private readonly ended = new Map<string, Pick<EndedTask, "line" | "by">>();
  private readonly stuckNow = new Set<string>();
  private readonly released: Map<string, number>;
  /** Shards of tasks that live, or may. */
  private readonly inFlight = new Set<number>();
  private readonly failures = {
    itself: new Map<number, string[]>(),
    "the cluster": new Map<number, string[]>(),
  };
  /** How many tasks of a shard have ended. */
  private readonly ends = new Map<number, number>();
  private readonly givenUp = new Map<number, string>();
  /** Whether nobody knows what became of a submission. */
  private isUnderWay = false;
  private waiting = 0;
  private running = 0;
  private waitsFor: TaskLine | undefined;
  private readonly putBack: TaskLine[] = [];

  constructor(
    private readonly seen: RunSeen,
    private readonly memory: Memory,
  ) {
    this.released = new Map(memory.released);
  }

  taken(): NextSteps {
    for (const submission of this.seen.submissions) {
      this.lookAt(submission);
    }
    const { seen, memory } = this;
    const missing = Array.from({ length: seen.shards }, (_, shard) => shard).filter(
      (shard) => !seen.done.has(shard),
    );
    const open = missing.filter((shard) => !this.inFlight.has(shard));
    for (const shard of open) {
      this.judge(shard);
    }
    const lives = this.waiting + this.running > 0;
    // What was refused before the cluster took another array says nothing any longer.
    const last = seen.submissions.at(-1);
    if (last !== undefined && memory.refused.has(last.number) && !lives) {
      const { outcome } = last;
      const why = outcome !== undefined && "refused" in outcome ? outcome.refused : "was refused";
      for (const shard of open.filter((one) => !this.givenUp.has(one))) {
        this.givenUp.set(shard, why);
      }
    }
    const wanted = open.filter((shard) => !this.givenUp.has(shard));
    return {
      state: missing.length === 0 ? "done" : lives || wanted.length > 0 ? "going on" : "over",
      ...{ outcomes: this.outcomes, endings: this.endings, release: this.release },
      // Who cannot be asked, or has not said what became of the last submission, does not take another one well.
      submit: seen.queue.kind === "seen" && !this.isUnderWay ? wanted : [],
      ...{ stuck: this.stuck, givenUp: this.givenUp, lines: this.lines },
      ...{ waiting: this.waiting, running: this.running, putBack: this.putBack },
      ...(this.waitsFor === undefined ? {} : { waitsFor: this.waitsFor }),
      memory: { ...memory, ended: this.ended, stuck: this.stuckNow, released: this.released },
    };
  }

  private lookAt(submission: SubmissionSeen): void {
    const { number, intent, outcome, age } = submission;
    if (outcome !== undefined) {
      if ("array" in outcome) {
        this.lookAtTasks(submission, outcome.array);
      }
      return;
    }
    const { queue } = this.seen;
    const array = queue.kind === "seen" ? queue.arrayOf(intent.token) : undefined;
    if (array !== undefined) {
      this.outcomes.push({ submission: number, outcome: { array } });
      this.lookAtTasks(submission, array);
    } else if (queue.kind === "seen" && age > longestSubmission) {
      const abandoned = "was written down, and is not in the queue";
      this.outcomes.push({ submission: number, outcome: { abandoned } });
    } else {
      this.isUnderWay = true;
      this.live(intent.tasks.flat(), "waiting");
    }
  }

  private lookAtTasks(submission: SubmissionSeen, array: number): void {
    const { number, intent, endings } = submission;
    for (const [index, shards] of intent.tasks.entries()) {
      const ending = endings.get(index);
      if (ending !== undefined) {
        this.count(keyOf(number, index), shards, ending);
      } else if (shards.some((shard) => !this.seen.done.has(shard))) {
        this.lookAtTask(submission, array, index, shards);
      }
    }
  }

  private lookAtTask(
    submission: SubmissionSeen,
    array: number,
    index: number,
    shards: readonly number[],
  ): void {
    const { queue } = this.seen;
    const key = keyOf(submission.number, index);
    const sight = queue.kind === "seen" ? queue.task(array, index) : queue;
    const known = this.memory.ended.get(key);
    const task = (line: string): TaskLine => ({ name: `${array}_${index}`, array, index, shards, line });
    if (sight.kind === "could not ask") {
      if (known !== undefined) {
        this.ended.set(key, known);
      }
      if (this.memory.stuck.has(key)) {
        this.stuckNow.add(key);
      }
      this.live(shards, "waiting");
      return;
    }
    if (sight.kind === "seen" && sight.meaning.phase !== "ended") {
      this.alive(key, task(sight.meaning.line), sight.meaning);
      return;
    }
    const end =
      sight.kind === "seen" && sight.meaning.phase === "ended" ? endOf(sight.meaning) : (known ?? lost);
    // Its result may have been written just after they were read, and others see it late.
    if (known === undefined) {
      this.ended.set(key, end);
      this.live(shards, "running");
      return;
    }
    // Remembered until it is written down, which a full disk may refuse: what has ended twice lives no more.
    this.ended.set(key, end);
    const trials = shards.reduce((sum, shard) => sum + this.seen.trialsOf(shard), 0);
    const isFurther = trials > (submission.intent.before[index] ?? 0);
    const ending: Ending = { ...end, isFurther };
    this.endings.push({ submission: submission.number, index, ending });
    this.lines.push(task(ending.line));
    this.count(key, shards, ending);
  }

  private alive(key: string, task: TaskLine, meaning: Meaning): void {
    if (meaning.phase !== "stuck") {
      if (meaning.phase === "waiting") {
        this.waitsFor ??= task;
      }
      if (meaning.phase !== "ending" && meaning.phase !== "ended" && meaning.isRequeued) {
        // Where another node is free it waits for so short a time that no look may fall into it.
        this.putBack.push(
          meaning.phase === "running" ? { ...task, line: "was put back, and runs again" } : task,
        );
      }
      this.live(task.shards, meaning.phase === "waiting" ? "waiting" : "running");
      return;
    }
    this.stuckNow.add(key);
    if (!this.memory.stuck.has(key)) {
      this.live(task.shards, "waiting");
      return;
    }
    const releases = this.released.get(key) ?? 0;
    // What the cluster itself has put back and held, it may let go on.
    if (meaning.canBeReleased && meaning.isRequeued && releases < mostReleases) {
      this.released.set(key, releases + 1);
      this.release.push(task);
      this.live(task.shards, "waiting");
      return;
    }
    this.stuck.push(task);
    for (const shard of task.shards) {
      this.inFlight.add(shard);
    }
  }

  private live(shards: readonly number[], how: "waiting" | "running"): void {
    this[how]++;
    for (const shard of shards) {
      this.inFlight.add(shard);
    }
  }

  /** Counts an ending that is written down. */
  private count(key: string, shards: readonly number[], { line, by, isFurther }: Ending): void {
    if (this.memory.before.has(key)) {
      return;
    }
    for (const shard of shards.filter((one) => !this.seen.done.has(one))) {
      this.ends.set(shard, (this.ends.get(shard) ?? 0) + 1);
      if (by === "a person") {
        this.givenUp.set(shard, line);
      } else if (!isFurther) {
        this.failures[by].set(shard, [...(this.failures[by].get(shard) ?? []), line]);
      }
    }
  }

  /** Gives a shard up that went wrong too often. */
  private judge(shard: number): void {
    for (const by of ["itself", "the cluster"] as const) {
      const failures = this.failures[by].get(shard) ?? [];
      if (failures.length >= mostFailures[by]) {
        this.givenUp.set(shard, `${failures.at(-1)}; it was tried ${failures.length} times`);
      }
    }
    if ((this.ends.get(shard) ?? 0) >= mostSubmissions) {
      this.givenUp.set(shard, `was tried ${mostSubmissions} times`);
    }
  }
}

/** Of a task of which nothing is there: forgotten, cancelled before it began, or lost by the cluster. */
const lost = { line: "is no longer in the queue, and left no valid result", by: "the cluster" } as const;

function endOf(meaning: Meaning & { readonly phase: "ended" }): Pick<EndedTask, "line" | "by"> {
  const { fault, line } = meaning;
  switch (fault) {
    case "nobody":
      return { line: `${line}, and left no valid result`, by: "itself" };
    case "task":
      return { line, by: "itself" };
    case "cluster":
      return { line, by: "the cluster" };
    case "person":
      return { line, by: "a person" };
  }
}
