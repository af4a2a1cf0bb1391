import * as v from "valibot";
import { counted } from "../printable/index.js";
import { count, listUpTo, maybe, type Shape, textUpTo } from "../shape/index.js";

/* What is known of a run whose trials are done elsewhere, on a cluster. */

const textSchema = textUpTo(4000);

const progressSchema = v.object({
  /** Of all learning rates together. */
  trials: count,
  totalTrials: count,
  /** Parts that the trials are cut into. */
  shards: count,
  totalShards: count,
  /** Tasks that live, as far as is known. */
  waiting: count,
  running: count,
});
/** How far a run on a cluster has come. */
export type ClusterProgress = Shape<typeof progressSchema>;

const taskSchema = v.object({
  array: count,
  index: count,
  /** What is known of it: words that go on behind its name. */
  line: textSchema,
  /** It is over, and left something undone. */
  ended: v.boolean(),
});
/** A task that has, or may have, a log. */
export type ClusterTask = Shape<typeof taskSchema>;

/** So many tasks that ended are listed, and as many that run. */
export const mostTasks = 20;

/** So many lines of what happened are kept. */
const mostTold = 50;

const stateFields = {
  /** The run's name there. */
  name: textSchema,
  /** Its folder, which the cluster's nodes share: absolute, as this machine has it. */
  folder: textSchema,
  /** Absent until somebody has looked. */
  progress: maybe(progressSchema),
  tasks: listUpTo(taskSchema, 2 * mostTasks),
  /** How many more there are that might be listed. */
  more: count,
};
export const clusterStateSchema = v.object(stateFields);
/** How a run on a cluster stands. */
export type ClusterState = Shape<typeof clusterStateSchema>;

export const onClusterSchema = v.object({
  ...stateFields,
  /** Lines of what happened, the last of them. */
  told: listUpTo(textSchema, mostTold),
});
/** A run on a cluster as it is known so far. */
export type OnCluster = Shape<typeof onClusterSchema>;

/** How it stands now, with what was told before. */
export function withState(known: OnCluster | undefined, state: ClusterState): OnCluster {
  return { ...state, told: known?.told ?? [] };
}

/** A line more; whoever looks anew may say the same again. */
export function withLine(known: OnCluster, line: string): OnCluster {
  return known.told.includes(line) ? known : { ...known, told: [...known.told, line].slice(-mostTold) };
}

/** How far it has come, in parts of a line: `35 % of 20,000 trials`, `3 of 8 shards`, `2 tasks run`, `1 waits`. */
export function clusterWords(progress: ClusterProgress): string[] {
  const { totalTrials, shards, totalShards, waiting, running } = progress;
  const tasks = (number: number, runs: string, run: string) =>
    counted(number, `task ${runs}`, `tasks ${run}`);
  return [
    `${Math.floor(100 * clusterShare(progress))} % of ${counted(totalTrials, "trial")}`,
    `${shards} of ${counted(totalShards, "shard")}`,
    ...(running > 0 ? [tasks(running, "runs", "run")] : []),
    ...(waiting > 0 ? [tasks(waiting, "waits", "wait")] : []),
  ];
}

/** From 0 to 1. */
export function clusterShare({ trials, totalTrials }: ClusterProgress): number {
  return totalTrials === 0 ? 0 : Math.min(1, trials / totalTrials);
}

/** The name of a task. */
export function taskName({ array, index }: Pick<ClusterTask, "array" | "index">): string {
  return `${array}_${index}`;
}
