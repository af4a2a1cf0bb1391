import {
  checkRequest,
  type Scheduler,
  type SchedulerLimits,
  type SubmissionRequest,
} from "../cluster/index.js";
import { ClusterFault } from "./fault.js";
import type { RunFolder } from "./folder.js";
import { tasksOf } from "./shares.js";
import { claimSubmission, recordOutcome } from "./submissions.js";

/** What shards are submitted with. */
export interface SubmissionWork {
  readonly folder: RunFolder;
  readonly scheduler: Scheduler;
  /** How many tasks an array may have, and how large its indices may be. */
  readonly limits: Pick<SchedulerLimits, "maxArraySize">;
  /** Nodes that are not to have any. */
  readonly exclude: readonly string[];
}

/** What became of an array. */
export type Sent = { readonly number: number; readonly tasks: number } & (
  | { readonly kind: "submitted"; readonly array: number }
  | { readonly kind: "refused"; readonly why: string; readonly isTooMany: boolean }
  /** It may be in the queue, where it is looked for by its token. */
  | { readonly kind: "unknown"; readonly why: string }
  /** Somebody else submits at the same time, or nobody wants it any longer: look again. */
  | { readonly kind: "not ours" }
);

/** By which the array of a run's submission is found in the queue. */
export const tokenOf = ({ run }: RunFolder, number: number): string => `${run.id}-${number}`;

/**
 * Submits shards as arrays of tasks, one after the other; ends where one is not ours or was not taken, as far as is known.
 * @param last number of a submission that there is.
 * @param before how many trials of some shards are done.
 * @throws ClusterFault of one line, of a run that no cluster takes.
 */
export async function* submit(
  { folder, scheduler, limits, exclude }: SubmissionWork,
  shards: readonly number[],
  last: number,
  before: (shards: readonly number[]) => number,
  signal?: AbortSignal,
): AsyncGenerator<Sent> {
  const { run } = folder;
  const tasks = tasksOf(shards, run.shardsOfTask);
  let number = last;
  for (let first = 0; first < tasks.length; first += limits.maxArraySize) {
    if (signal?.aborted) {
      return;
    }
    number++;
    const own = tasks.slice(first, first + limits.maxArraySize);
    const token = tokenOf(folder, number);
    const request: SubmissionRequest = {
      token,
      indices: own.map((_, index) => index),
      maxArraySize: limits.maxArraySize,
      folder: folder.path,
      script: folder.at("script"),
      ...run.options,
      ...(exclude.length === 0 ? {} : { exclude }),
    } as SubmissionRequest;
    const fault = checkRequest(request);
    if (fault !== undefined) {
      throw new ClusterFault(fault);
    }
    const sent = { number, tasks: own.length };
    const intent = { token, tasks: own, before: own.map(before) };
    if (!(await claimSubmission(folder, number, intent))) {
      yield { ...sent, kind: "not ours" };
      return;
    }
    const submission = await scheduler.submit(request, signal);
    if (submission.kind === "submitted") {
      const { array, cluster } = submission;
      const ours = { array, ...(cluster === undefined ? {} : { cluster }) };
      const known = await recordOutcome(folder, number, ours);
      // A machine that slept may wake when others have given its submission up, or the whole run.
      const isWanted = "array" in known && known.array === array && !(await folder.isCancelled());
      if (!isWanted) {
        await scheduler.cancel(array, undefined, signal);
        yield { ...sent, kind: "not ours" };
        return;
      }
      yield { ...sent, kind: "submitted", array };
    } else if (submission.kind === "refused") {
      const why = `${submission.why}${withoutWords(exclude)}`;
      await recordOutcome(folder, number, { refused: why });
      yield { ...sent, kind: "refused", why, isTooMany: submission.isTooMany === true };
      return;
    } else {
      yield { ...sent, kind: "unknown", why: submission.why };
      return;
    }
  }
}

/** How many nodes are named in a line. */
const mostNamed = 3;

/** What the cluster may have refused an array for that it does not say: nodes that were left out. */
function withoutWords(exclude: readonly string[]): string {
  if (exclude.length === 0) {
    return "";
  }
  const more = exclude.length - mostNamed;
  const names = exclude.slice(0, mostNamed).join(", ");
  return `, without ${names}${more > 0 ? ` and ${more} more` : ""}, where nothing has the run's arithmetic`;
}
