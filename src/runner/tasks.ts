import type { QueueSeen } from "../cluster/index.js";
import { type RunFolder, readSubmissions } from "../cluster-runs/index.js";
import { type ClusterTask, mostTasks } from "../runs/index.js";

/**
 * The tasks of a run that run, or have left something undone, the latest first.
 * @param done shards that have their results.
 * @param queue as it was seen last.
 * @throws ClusterFault in one line when the folder cannot be read.
 */
export async function tasksOf(
  folder: RunFolder,
  done: ReadonlySet<number>,
  queue: QueueSeen | undefined,
): Promise<{ readonly tasks: readonly ClusterTask[]; readonly more: number }> {
  const living: ClusterTask[] = [];
  const ended: ClusterTask[] = [];
  for (const { intent, outcome, endings } of (await readSubmissions(folder)).reverse()) {
    if (outcome === undefined || !("array" in outcome)) {
      continue;
    }
    const { array } = outcome;
    for (const [index, shards] of intent.tasks.entries()) {
      const ending = endings.get(index);
      if (ending !== undefined) {
        ended.push({ array, index, line: ending.line, ended: true });
      } else if (queue?.kind === "seen" && shards.some((shard) => !done.has(shard))) {
        const seen = queue.task(array, index);
        if (seen.kind === "seen" && seen.meaning.phase !== "waiting" && seen.meaning.phase !== "ended") {
          living.push({ array, index, line: seen.meaning.line, ended: false });
        }
      }
    }
  }
  const tasks = [...ended.slice(0, mostTasks), ...living.slice(0, mostTasks)];
  return { tasks, more: ended.length + living.length - tasks.length };
}
