import type { ChunkResult } from "../simulate/kernel.js";

/** Exact sums over some trials, of which it does not matter how they were cut and in which order they come. */
export type ShardSums = ChunkResult;

/** A place where trials run, as docs/engines.md lists it. */
export interface ExecutorRecord {
  /** For people, in a word or two. */
  readonly name: string;
  /** What runs trials, and how it is stopped: a sentence or two. */
  readonly documentation: string;
}

/** What runs the trials of a job, wherever that is: on threads, in a process of their own, in a page. */
export interface Executor<Job> {
  readonly record: ExecutorRecord;
  /**
   * What comes of a job's trials, as it comes. Whoever asks no more has stopped it.
   * @param signal stops it soon; what is done by then still comes.
   * @returns whether the trials that came are the first ones of the job, none being left out.
   * @throws SimulationError of one line.
   */
  run(job: Job, signal?: AbortSignal): AsyncGenerator<ShardSums, boolean>;
}
