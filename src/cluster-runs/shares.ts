import { mostShards } from "./record.js";

/** What is known of a point before it is cut. */
export interface PointToCut {
  readonly trials: number;
  /** That a trial takes on one processor, about. */
  readonly secondsOfTrial: number;
}

/** How a run's trials are cut. */
export interface Shares {
  /** Of each point how many shards. */
  readonly shards: readonly number[];
  readonly shardsOfTask: number;
}

/** A shard should take so long: what a node that is lost costs at most, and a file for each is not many. */
const secondsOfShard = 60;

/** A task should take so long: starting one takes seconds, and schedulers are not made for more of them. A run of few tasks has shorter ones. */
const secondsOfTask = 300;

/** For so many tasks a cluster may have nodes at once; a node that is ten times slower holds up the whole run for one task. */
const tasksAtOnce = 1000;

/** What of a time limit a task should take: nodes may be several times slower than this machine. */
const shareOfLimit = 1 / 4;

/**
 * Cuts the trials of points into shards and tasks: into as many shards as are asked for, each a task of its own, or so that a task
 * runs for minutes.
 * @param processors of a task.
 * @param limit of a task's time, in seconds; undefined where there is none that is known.
 */
export function sharesOf(
  points: readonly PointToCut[],
  {
    shards,
    processors,
    limit,
  }: {
    readonly shards?: number | undefined;
    readonly processors: number;
    readonly limit?: number | undefined;
  },
): Shares {
  if (shards !== undefined) {
    return { shards: points.map(({ trials }) => Math.min(shards, trials)), shardsOfTask: 1 };
  }
  const ofTask = Math.min(
    secondsOfTask,
    limit === undefined ? Number.POSITIVE_INFINITY : shareOfLimit * limit,
  );
  const ofShard = Math.min(secondsOfShard, ofTask);
  const seconds = points.map(({ trials, secondsOfTrial }) => (trials * secondsOfTrial) / processors);
  const total = seconds.reduce((sum, one) => sum + one, 0);
  const wanted = seconds.reduce((sum, one) => sum + Math.ceil(one / ofShard), 0);
  // Of what would be too many files, each has more.
  const longer = Math.max(1, (2 * wanted) / mostShards);
  return {
    shards: points.map(({ trials }, at) =>
      Math.max(1, Math.min(trials, Math.ceil(seconds[at]! / (ofShard * longer)))),
    ),
    shardsOfTask: shardsIn(Math.min(ofTask, Math.max(ofShard, total / tasksAtOnce)), ofTask, {
      usual: ofShard * longer,
      own: total / Math.max(1, wanted),
    }),
  };
}

/** How many shards a task has that should take so long, and may take no longer than the most. @param own how long one takes, which is less than usual where points have few trials. */
function shardsIn(
  seconds: number,
  most: number,
  { usual, own }: { readonly usual: number; readonly own: number },
): number {
  return Math.max(1, Math.floor(Math.min(most / usual, seconds / Math.min(usual, own))));
}

/** Shards in groups, each a task. */
export function tasksOf(shards: readonly number[], shardsOfTask: number): number[][] {
  const tasks: number[][] = [];
  for (let first = 0; first < shards.length; first += shardsOfTask) {
    tasks.push(shards.slice(first, first + shardsOfTask));
  }
  return tasks;
}
