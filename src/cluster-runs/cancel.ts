import type { Scheduler, TaskSeen } from "../cluster/index.js";
import { countedPart } from "../printable/index.js";
import type { RunFolder } from "./folder.js";
import { type Clock, machineClock } from "./follow.js";
import {
  isAlive,
  mayBeQueued,
  nothingAsked,
  type RunState,
  readProgress,
  stateOf,
  tokensOf,
  wordsOfTasks,
} from "./state.js";

/** What became of a run that was cancelled. */
export interface CancelEnd {
  readonly kind: /** No task of it lives. */
    | "ended"
    /** Some may. */
    | "alive"
    /** Nobody knows whether some do. */
    | "could not ask";
  /** For people, in one line. */
  readonly line: string;
  /** As it was seen last. */
  readonly state: RunState;
}

export interface CancelOptions {
  /** Gives up waiting; what was cancelled stays so. */
  readonly signal?: AbortSignal;
  /** For how many seconds it is looked whether tasks live. */
  readonly seconds?: number;
  readonly clock?: Clock;
}

/** Longer than a cluster gives processes between asking them to end and ending them, which is half a minute mostly. */
const usualSeconds = 90;

/** Seconds between two looks. */
const pause = { first: 0.25, growth: 1.6, longest: 5 } as const;

/**
 * Says that no more of a run is wanted, cancels what is in the queue of it, and looks until none of it lives. It may be called again.
 * @throws ClusterFault, UnwritableFile in one line, when its folder cannot be read or written.
 */
export async function cancelRun(
  folder: RunFolder,
  scheduler: Scheduler,
  { signal, seconds = usualSeconds, clock = machineClock }: CancelOptions = {},
): Promise<CancelEnd> {
  // Who waits for it submits nothing from now on.
  await folder.markCancelled();
  const last = clock.now() + seconds;
  for (let wait: number = pause.first; ; wait = Math.min(wait * pause.growth, pause.longest)) {
    const { state, failed } = await cancelOnce(folder, scheduler, signal);
    const end = endOf(state, failed);
    if (end.kind === "ended" || signal?.aborted || clock.now() + wait > last) {
      return { ...end, state };
    }
    await clock.wait(wait, signal);
  }
}

/** Cancels what is known to be in the queue, and looks at it afterwards. */
async function cancelOnce(
  folder: RunFolder,
  scheduler: Scheduler,
  signal: AbortSignal | undefined,
): Promise<{ state: RunState; failed: string | undefined }> {
  const progress = await readProgress(folder);
  if (!mayBeQueued(progress)) {
    return { state: stateOf(progress, nothingAsked), failed: undefined };
  }
  const state = stateOf(progress, await scheduler.look(tokensOf([progress]), signal));
  let failed: string | undefined;
  for (const { array, tasks } of state.submissions) {
    // One that is ending was told so; of one that could not be seen nobody knows.
    const isWanted = tasks.some(
      (task) => task.seen.kind === "could not ask" || (isAlive(task) && !isEnding(task.seen)),
    );
    if (array !== undefined && isWanted) {
      failed ??= (await scheduler.cancel(array, undefined, signal))?.why;
    }
  }
  return { state, failed };
}

const isEnding = (seen: TaskSeen): boolean => seen.kind === "seen" && seen.meaning.phase === "ending";

function endOf(state: RunState, failed: string | undefined): Omit<CancelEnd, "state"> {
  const { tasks, unasked, submissions, progress } = state;
  if (unasked !== undefined) {
    return {
      kind: "could not ask",
      line: `cancelled, but the queue cannot be asked whether tasks of it live (${unasked}); cancel it again when it answers`,
    };
  }
  const alive = wordsOfTasks(tasks);
  if (alive !== "") {
    const why = failed === undefined ? "" : ` (${failed})`;
    return {
      kind: "alive",
      line: `cancelled, but ${alive}${why}; cancel it again to see what becomes of them`,
    };
  }
  if (submissions.some(({ isUnderWay }) => isUnderWay)) {
    return {
      kind: "alive",
      line: "cancelled, but somebody was about to submit tasks of it, which may still come; cancel it again in some minutes",
    };
  }
  const { done, shards } = progress;
  return {
    kind: "ended",
    line: `cancelled; no task of it lives; ${countedPart(done.size, shards, "shard")} done`,
  };
}
