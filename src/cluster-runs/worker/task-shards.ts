import { setTimeout as sleep } from "node:timers/promises";
import { ClusterFault } from "../fault.js";
import { type PointOfWork, pointsOfWork, type RunFolder, shown } from "../folder.js";
import { type Shard, shardOf, shardsOf } from "../record.js";
import type { ShardTerms } from "../results.js";
import { findIntent } from "../submissions.js";
import type { TaskWords } from "./words.js";

/** A shard of a task with all that is known of it before its trials. */
export interface TaskShard {
  readonly shard: Shard;
  readonly of: PointOfWork;
  readonly terms: ShardTerms;
}

/** Seconds between looks for a submission: what was written elsewhere may take a minute to be seen on shared disks. */
const looks = [1, 4, 15, 20, 25] as const;

/**
 * The shards of a task.
 * @returns nothing when the signal has stopped it.
 * @throws ClusterFault in one line.
 */
export async function shardsOfTask(
  folder: RunFolder,
  words: Pick<TaskWords, "token" | "index">,
  signal: AbortSignal,
  waits: readonly number[] = looks,
): Promise<readonly TaskShard[] | undefined> {
  const numbers = await numbersOfTask(folder, words, signal, waits);
  if (numbers === undefined) {
    return undefined;
  }
  const points = pointsOfWork(await folder.work());
  const { run } = folder;
  return numbers.map((number) => {
    if (number >= shardsOf(run)) {
      throw new ClusterFault(`the run has no shard ${number}; remove the run, and send it again`);
    }
    const shard = shardOf(run, number);
    const [of, recorded] = [points[shard.point], run.points[shard.point]!];
    const isSame =
      of !== undefined &&
      points.length === run.points.length &&
      of.point.eta === recorded.eta &&
      of.point.arithmetic === recorded.arithmetic &&
      of.point.request.trials === recorded.trials;
    if (!isSame) {
      throw new ClusterFault(
        `run.json and work do not tell the same of point ${shard.point}; remove the run, and send it again`,
      );
    }
    const { eta, arithmetic, kind } = of.point;
    return { shard, of, terms: { shard, eta, arithmetic, kind } };
  });
}

async function numbersOfTask(
  folder: RunFolder,
  { token, index }: Pick<TaskWords, "token" | "index">,
  signal: AbortSignal,
  waits: readonly number[],
): Promise<readonly number[] | undefined> {
  let intent = await findIntent(folder, token);
  for (const seconds of waits) {
    if (intent !== undefined) {
      break;
    }
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      return undefined;
    }
    intent = await findIntent(folder, token);
  }
  if (intent === undefined) {
    throw new ClusterFault(`${shown(folder.path)} has no submission ${shown(token)}`);
  }
  const numbers = intent.tasks[index];
  if (numbers === undefined) {
    throw new ClusterFault(`submission ${shown(token)} has no task ${index}`);
  }
  return numbers;
}
