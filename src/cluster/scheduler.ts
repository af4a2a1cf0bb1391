import type { CouldNotAsk } from "./could-not-ask.js";
import type { Meaning } from "./meaning.js";
import type { Submission, SubmissionRequest } from "./submission.js";

/** What a scheduler allows, and how long it remembers. Times are in seconds. */
export interface SchedulerLimits {
  readonly kind: "seen";
  /** Indices of arrays are below it. */
  readonly maxArraySize: number;
  /** How long a task that has ended is remembered; `undefined` where it is not forgotten, or that is not said. */
  readonly remembers: number | undefined;
}

/** What was seen of a task. */
export type TaskSeen =
  | { readonly kind: "seen"; readonly meaning: Meaning; readonly nodes: string }
  | { readonly kind: "not there" }
  | CouldNotAsk;

/** The scheduler's queue, at one time. */
export type QueueSeen =
  | {
      readonly kind: "seen";
      /** What it says of a task of an array. */
      task(array: number, index: number): TaskSeen;
      /** The array of a token, where a task of it is in the queue. */
      arrayOf(token: string): number | undefined;
    }
  | CouldNotAsk;

/**
 * A scheduler that runs arrays of tasks on machines which share a directory with whoever submits. Of each question there are three
 * answers, and "could not ask" is never "not there". None throws; a signal makes one end soon, as one that could not be asked.
 */
export interface Scheduler {
  /** As options and records call it. */
  readonly name: string;
  limits(signal?: AbortSignal): Promise<SchedulerLimits | CouldNotAsk>;
  /** Submits an array once. @throws RangeError of one line, of a request that could be of no use. */
  submit(request: SubmissionRequest, signal?: AbortSignal): Promise<Submission>;
  /** Looks at the whole queue, in one question. @param tokens of arrays that matter. */
  look(tokens: ReadonlySet<string>, signal?: AbortSignal): Promise<QueueSeen>;
  /** Cancels an array, or some of its tasks. Whether it was there shows in the queue afterwards. @returns why it could not be asked. */
  cancel(array: number, tasks?: readonly number[], signal?: AbortSignal): Promise<CouldNotAsk | undefined>;
  /** Lets a task start that is held. */
  release(array: number, task: number, signal?: AbortSignal): Promise<CouldNotAsk | undefined>;
}
