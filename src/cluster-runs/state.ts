import type { CouldNotAsk, QueueSeen, TaskSeen } from "../cluster/index.js";
import { counted } from "../printable/index.js";
import type { RunFolder } from "./folder.js";
import { longestSubmission } from "./next-steps.js";
import { shardsOf } from "./record.js";
import { type Ending, readSubmissions, type SubmissionSeen } from "./submissions.js";

/** What a run's files say of it. */
export interface RunProgress {
  /** The shards that have a result. Whether it is valid is seen when it is read. */
  readonly done: ReadonlySet<number>;
  readonly shards: number;
  readonly submissions: readonly SubmissionSeen[];
  readonly isCancelled: boolean;
}

/** A task of a run, as its files and the queue tell. */
export interface TaskState {
  readonly index: number;
  readonly shards: readonly number[];
  /** Those without a result. */
  readonly missing: readonly number[];
  readonly seen: TaskSeen;
  /** What was written down of its end. */
  readonly ending?: Ending;
}

/** A submission of a run, as its files and the queue tell. */
export interface SubmissionState {
  readonly number: number;
  readonly token: string;
  /** Its number in the queue; `undefined` where it is none, or nobody knows. */
  readonly array: number | undefined;
  /** Why it is not in the queue: the cluster said no, or it was never submitted. */
  readonly refused?: string;
  /** Whether it may be in the queue before long. */
  readonly isUnderWay: boolean;
  /** In seconds. */
  readonly age: number;
  readonly tasks: readonly TaskState[];
}

/** How a run stands, in a word. */
export type RunStanding =
  /** All its shards have results. */
  | "done"
  | "cancelled"
  /** Nothing was submitted. */
  | "not sent"
  | "running"
  | "waiting"
  /** Its tasks do not start by themselves. */
  | "held"
  /** A submission may be in the queue before long. */
  | "being sent"
  | "not in the queue"
  | "cannot ask";

/** How many of a run's tasks are in each phase. */
export interface TaskCounts {
  readonly running: number;
  readonly ending: number;
  readonly waiting: number;
  readonly held: number;
  /** Of which nobody knows, since the queue could not be asked, or not of them. */
  readonly unknown: number;
}

/** How a run stands. */
export interface RunState {
  readonly progress: RunProgress;
  readonly submissions: readonly SubmissionState[];
  readonly standing: RunStanding;
  readonly tasks: TaskCounts;
  /** Why nothing is known of the queue. */
  readonly unasked?: string;
  /** For people, in one line. */
  readonly line: string;
}

/** Reads a run's files, of results their names only. @throws ClusterFault in one line. */
export async function readProgress(folder: RunFolder): Promise<RunProgress> {
  const shards = shardsOf(folder.run);
  const done = new Set(
    (await folder.names("results"))
      .filter((name) => /^(?:0|[1-9]\d{0,6})$/.test(name))
      .map(Number)
      .filter((number) => number < shards),
  );
  const submissions = await readSubmissions(folder);
  return { done, shards, submissions, isCancelled: await folder.isCancelled() };
}

/** Whether the queue may have something of a run: what was given up as never submitted is looked for, too. */
export function mayBeQueued({ submissions }: Pick<RunProgress, "submissions">): boolean {
  return submissions.some(({ outcome }) => outcome === undefined || !("refused" in outcome));
}

/** The tokens by which tasks of a run are found in the queue. */
export function tokensOf(runs: Iterable<Pick<RunProgress, "submissions">>): Set<string> {
  return new Set([...runs].flatMap(({ submissions }) => submissions.map(({ intent }) => intent.token)));
}

/** The queue as it is for runs of which it can have nothing, so that it is not asked. */
export const nothingAsked: QueueSeen = {
  kind: "seen",
  task: () => ({ kind: "not there" }),
  arrayOf: () => undefined,
};

/** How a run stands, by its files and by the queue as it was seen after them. */
export function stateOf(progress: RunProgress, queue: QueueSeen): RunState {
  const submissions = progress.submissions.map((one) => submissionState(one, progress, queue));
  const tasks = countsOf(submissions);
  const unasked =
    queue.kind === "could not ask" && mayBeQueued(progress)
      ? queue.why
      : submissions.flatMap((one) => one.tasks).flatMap(({ seen }) => (isUnasked(seen) ? [seen.why] : []))[0];
  const standing = standingOf(progress, submissions, tasks, unasked !== undefined);
  return {
    ...{ progress, submissions, standing, tasks },
    ...(unasked === undefined ? {} : { unasked }),
    line: lineOfState(progress, standing, tasks, unasked),
  };
}

/** Whether a task is in the queue and not over. */
export function isAlive({ seen }: Pick<TaskState, "seen">): boolean {
  return seen.kind === "seen" && seen.meaning.phase !== "ended";
}

function isUnasked(seen: TaskSeen): seen is CouldNotAsk {
  return seen.kind === "could not ask";
}

function submissionState(
  { number, intent, outcome, age, endings }: SubmissionSeen,
  { done }: RunProgress,
  queue: QueueSeen,
): SubmissionState {
  const refused = outcome !== undefined && "refused" in outcome ? outcome.refused : undefined;
  const known = outcome !== undefined && "array" in outcome ? outcome.array : undefined;
  const array =
    known ?? (refused === undefined && queue.kind === "seen" ? queue.arrayOf(intent.token) : undefined);
  const abandoned =
    outcome !== undefined && "abandoned" in outcome && array === undefined ? outcome.abandoned : undefined;
  const see = (index: number): TaskSeen => {
    if (refused !== undefined) {
      return { kind: "not there" };
    }
    if (queue.kind === "could not ask") {
      return queue;
    }
    return array === undefined ? { kind: "not there" } : queue.task(array, index);
  };
  return {
    ...{ number, token: intent.token, array, age },
    ...((refused ?? abandoned) === undefined ? {} : { refused: (refused ?? abandoned)! }),
    isUnderWay: outcome === undefined && array === undefined && age < longestSubmission,
    tasks: intent.tasks.map((shards, index) => {
      const ending = endings.get(index);
      return {
        ...{ index, shards, seen: see(index), missing: shards.filter((shard) => !done.has(shard)) },
        ...(ending === undefined ? {} : { ending }),
      };
    }),
  };
}

function countsOf(submissions: readonly SubmissionState[]): TaskCounts {
  const counts = { running: 0, ending: 0, waiting: 0, held: 0, unknown: 0 };
  for (const { seen } of submissions.flatMap(({ tasks }) => tasks)) {
    if (seen.kind === "could not ask") {
      counts.unknown++;
    } else if (seen.kind === "seen" && seen.meaning.phase !== "ended") {
      counts[seen.meaning.phase === "stuck" ? "held" : seen.meaning.phase]++;
    }
  }
  return counts;
}

function standingOf(
  progress: RunProgress,
  submissions: readonly SubmissionState[],
  tasks: TaskCounts,
  isUnasked: boolean,
): RunStanding {
  if (progress.done.size === progress.shards) {
    return "done";
  }
  if (progress.isCancelled) {
    return "cancelled";
  }
  if (submissions.length === 0) {
    return "not sent";
  }
  if (tasks.running + tasks.ending > 0) {
    return "running";
  }
  if (isUnasked) {
    return "cannot ask";
  }
  if (tasks.waiting > 0) {
    return "waiting";
  }
  if (tasks.held > 0) {
    return "held";
  }
  return submissions.some(({ isUnderWay }) => isUnderWay) ? "being sent" : "not in the queue";
}

function lineOfState(
  { done, shards }: RunProgress,
  standing: RunStanding,
  tasks: TaskCounts,
  unasked: string | undefined,
): string {
  const alive = wordsOfTasks(tasks);
  const queue = [
    ...(alive === "" ? [] : [alive]),
    ...(unasked === undefined ? [] : [`the queue cannot be asked: ${unasked}`]),
  ];
  if (standing === "done") {
    return ["done", ...(alive === "" ? [] : [alive])].join("; ");
  }
  const shardsDone = `${done.size} of ${counted(shards, "shard")} done`;
  switch (standing) {
    case "cancelled":
      return ["cancelled", shardsDone, ...queue].join("; ");
    case "not sent":
      return "not sent";
    case "being sent":
      return `${shardsDone}; it is being sent`;
    case "not in the queue":
      return `${shardsDone}; nothing of it is in the queue`;
    default:
      return [shardsDone, ...queue].join("; ");
  }
}

/** Such as `3 tasks run, 2 wait`; empty where none lives. */
export function wordsOfTasks({ running, ending, waiting, held }: TaskCounts): string {
  const one = (count: number, single: string, several: string): string[] =>
    count === 0 ? [] : [counted(count, single, several)];
  const parts = [
    ...one(running, "runs", "run"),
    ...one(ending, "is ending", "are ending"),
    ...one(waiting, "waits", "wait"),
    ...one(held, "does not start by itself", "do not start by themselves"),
  ];
  const [first, ...others] = parts;
  if (first === undefined) {
    return "";
  }
  const [count, ...words] = first.split(" ");
  return [`${count} ${count === "1" ? "task" : "tasks"} ${words.join(" ")}`, ...others].join(", ");
}
