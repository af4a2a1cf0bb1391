import * as v from "valibot";
import { type CommandAnswer, type CouldNotAsk, couldNotAsk, lastWords } from "./could-not-ask.js";
import { countField, type ExitStatus, exitField, textField, wordsField } from "./fields.js";
import { indicesOf, readTaskList } from "./indices.js";
import { isEnded } from "./states.js";

/** What the queue says of a job, of a task of an array, or of those of its tasks that wait together. */
export interface QueuedJob {
  /** The array's number, or the job's own where it is no array: what `sbatch` printed. */
  readonly array: number;
  /** The number by which Slurm knows it apart; that of one task of an array is the array's. */
  readonly job: number;
  /** The token that it was submitted with. */
  readonly name: string;
  readonly user: string;
  readonly partition: string;
  /** Words for its state, in capitals: one in 22.05, several later. None where they cannot be read, which says nothing. */
  readonly states: readonly string[];
  /** Slurm's word for why it waits or ended so; empty where there is none. */
  readonly reason: string;
  /** Slurm's own sentence about it, mostly empty. */
  readonly description: string;
  /** How often it was started again. */
  readonly restarts: number;
  /** How its script ended; means nothing before it has. */
  readonly exit: ExitStatus | undefined;
  /** The nodes that it runs or ran on, as Slurm writes them; empty before. */
  readonly nodes: string;
}

/** What is seen of an array, or of a job that is none. */
export interface ArraySeen {
  /** By index. */
  readonly tasks: ReadonlyMap<number, QueuedJob>;
  /** The job itself, where it is no array. */
  readonly alone: QueuedJob | undefined;
  /** Whether the answer may hide tasks: a list was cut, or a line of the array could not be read. */
  readonly isCut: boolean;
}

/** The queue as it was seen, or that it could not be. */
export type QueueAnswer =
  | {
      readonly kind: "seen";
      /** Slurm's release, such as `22.05.8`; `undefined` where it is not said. */
      readonly release: string | undefined;
      /** By the number that `sbatch` printed; of those that were asked for. */
      readonly arrays: ReadonlyMap<number, ArraySeen>;
      /** Lines of the queue of which not even the number could be read: any task may be behind them. */
      readonly unread: number;
    }
  | CouldNotAsk;

/** What is known of one task. */
export type Sighting =
  | { readonly kind: "seen"; readonly job: QueuedJob }
  /** It is over and forgotten, was cancelled before it started, was never submitted, or was lost: look at its file. */
  | { readonly kind: "not there" }
  | CouldNotAsk;

/** Of a line that lacks fields, or has them in a form that nobody knows, the others are read. */
const jobSchema = v.object({
  job_id: v.optional(countField),
  array_job_id: v.optional(countField),
  array_task_id: v.optional(countField),
  array_task_string: v.fallback(textField, ""),
  name: v.fallback(textField, ""),
  user_name: v.fallback(textField, ""),
  partition: v.fallback(textField, ""),
  job_state: v.fallback(wordsField, []),
  state_reason: v.fallback(textField, ""),
  state_description: v.fallback(textField, ""),
  restart_cnt: v.fallback(v.optional(countField), undefined),
  exit_code: v.fallback(v.optional(exitField), undefined),
  nodes: v.fallback(textField, ""),
});

const answerSchema = v.object({
  jobs: v.array(v.unknown()),
  errors: v.optional(v.nullable(v.array(v.unknown()))),
  meta: v.optional(v.unknown()),
});

const errorSchema = v.object({
  error: v.fallback(textField, ""),
  description: v.fallback(textField, ""),
});

/** `meta.Slurm` before 23.11, `meta.slurm` since. */
const releaseSchema = v.pipe(
  v.object({
    Slurm: v.optional(v.object({ release: v.string() })),
    slurm: v.optional(v.object({ release: v.string() })),
  }),
  v.transform(({ Slurm, slurm }) => (slurm ?? Slurm)?.release),
);

/**
 * Reads an answer of `squeue --json`.
 * @param isWanted which jobs are read at all: the queue has those of everybody. By the number that `sbatch` printed, and the
 * name; all by default.
 */
export function readQueue(
  answer: CommandAnswer,
  isWanted: (array: number, name: string) => boolean = () => true,
): QueueAnswer {
  const failed = (why: string): CouldNotAsk => couldNotAsk("squeue", why);
  if (answer.status !== 0) {
    return failed(lastWords(answer));
  }
  const parsed = parse(answer.stdout);
  if (!v.is(answerSchema, parsed)) {
    return failed(answer.stdout.trim() === "" ? "it said nothing" : "its answer is no list of jobs in JSON");
  }
  const [error] = parsed.errors ?? [];
  if (error !== undefined) {
    // It exits with 0 and says that there are no jobs when it has reached nobody.
    return failed(errorLine(error, answer));
  }
  const release = v.safeParse(releaseSchema, parsed.meta);
  return {
    kind: "seen",
    release: release.success ? release.output : undefined,
    ...readJobs(parsed.jobs, isWanted),
  };
}

/** What an answer says of a task of an array, or of a job that is no array where no task is named. */
export function sighting(queue: QueueAnswer, array: number, task?: number): Sighting {
  if (queue.kind === "could not ask") {
    return queue;
  }
  const seen = queue.arrays.get(array);
  const job = task === undefined ? seen?.alone : seen?.tasks.get(task);
  if (job !== undefined) {
    return { kind: "seen", job };
  }
  return queue.unread > 0 || seen?.isCut === true
    ? couldNotAsk("squeue", "a part of its answer cannot be read or was cut")
    : { kind: "not there" };
}

/** What an entry of `errors` says; 22.05 says the same of everything, and more on standard error, if at all. */
function errorLine(error: unknown, answer: CommandAnswer): string {
  const read = v.safeParse(errorSchema, error);
  const words = read.success ? [read.output.description, read.output.error] : [String(error)];
  const more = answer.stderr.trim() === "" ? [] : [lastWords(answer)];
  const line = [...words, ...more].filter((word) => word.trim() !== "").join(": ");
  return line === "" ? "it says that there was an error" : line;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An array while its lines are read. */
interface Growing {
  readonly tasks: Map<number, QueuedJob>;
  /** Tasks that have a line of their own, which counts more than a list. */
  readonly single: Set<number>;
  alone: QueuedJob | undefined;
  isCut: boolean;
}

function readJobs(
  lines: readonly unknown[],
  isWanted: (array: number, name: string) => boolean,
): { arrays: Map<number, ArraySeen>; unread: number } {
  const arrays = new Map<number, Growing>();
  let unread = 0;
  for (const line of lines) {
    const read = v.safeParse(jobSchema, line);
    const array = read.success ? read.output.array_job_id || read.output.job_id : undefined;
    if (!read.success || array === undefined) {
      unread++;
      continue;
    }
    const fields = read.output;
    if (!isWanted(array, fields.name)) {
      continue;
    }
    const seen = arrays.get(array) ?? { tasks: new Map(), single: new Set(), alone: undefined, isCut: false };
    arrays.set(array, seen);
    const isArray = (fields.array_job_id ?? 0) !== 0;
    addTo(seen, jobOf(fields, array), isArray, fields.array_task_id, fields.array_task_string);
  }
  return { arrays, unread };
}

function jobOf(fields: v.InferOutput<typeof jobSchema>, array: number): QueuedJob {
  return {
    array,
    job: fields.job_id ?? array,
    name: fields.name,
    user: fields.user_name,
    partition: fields.partition,
    states: fields.job_state,
    reason: fields.state_reason === "None" ? "" : fields.state_reason,
    description: fields.state_description,
    restarts: fields.restart_cnt ?? 0,
    exit: fields.exit_code,
    nodes: fields.nodes,
  };
}

function addTo(
  seen: Growing,
  job: QueuedJob,
  isArray: boolean,
  task: number | undefined,
  list: string,
): void {
  if (!isArray) {
    seen.alone = job;
    return;
  }
  if (task !== undefined) {
    const other = seen.single.has(task) ? seen.tasks.get(task) : undefined;
    // Of two lines of one task that which is alive counts.
    if (other === undefined || isEnded(other.states)) {
      seen.tasks.set(task, job);
      seen.single.add(task);
    }
    return;
  }
  const read = readTaskList(list);
  if (read === undefined) {
    seen.isCut = true;
    return;
  }
  seen.isCut ||= read.isCut;
  for (const index of indicesOf(read.ranges)) {
    if (!seen.single.has(index)) {
      seen.tasks.set(index, job);
    }
  }
}
