import * as v from "valibot";
import { isToken } from "../cluster/index.js";
import { count, listUpTo, maybe, number, type Shape, textUpTo } from "../shape/index.js";

/** Raised when a run's files are not what was written here. */
export const runFormat = 1;

/** How long names of runs are at most: names of their submissions have a number behind them. */
const mostOfId = 56;

/** Whether a text can be the name of a run. */
export function isRunId(text: string): boolean {
  return isToken(text) && text.length <= mostOfId;
}

/** Points that a run may have, and shards of all of them together. */
export const mostPoints = 100_000;
export const mostShards = 1_000_000;

const textSchema = textUpTo(4000);
const atLeastOne = v.custom<number>((value) => v.is(count, value) && value > 0);

const pointSchema = v.object({
  /** The verification's name, with the value of its param where it runs over one. */
  verify: textSchema,
  eta: number,
  trials: atLeastOne,
  /** How many shards its trials are cut into. */
  shards: atLeastOne,
  /** The key of what its trials are rounded alike by. */
  arithmetic: textSchema,
});

const optionsSchema = v.object({
  partition: maybe(textSchema),
  time: maybe(textSchema),
  gres: maybe(textSchema),
  account: maybe(textSchema),
  /** How many tasks may run at once; as many as the cluster lets where absent. */
  atOnce: maybe(atLeastOne),
  /** Processors of a task. */
  processors: atLeastOne,
});

/** What the cluster is asked for, for each task. */
export type ClusterOptions = Shape<typeof optionsSchema>;

export const recordSchema = v.object({
  format: v.literal(runFormat),
  id: v.custom<string>((value) => typeof value === "string" && isRunId(value)),
  executor: v.literal("slurm"),
  /** Of this program. */
  release: textSchema,
  /** When it was made, as ISO 8601 has it. */
  created: textSchema,
  /** The file that it is of, for people. */
  file: textSchema,
  seed: count,
  points: listUpTo(pointSchema, mostPoints),
  /** How many shards a task has at most, one after the other. */
  shardsOfTask: atLeastOne,
  /** Which engines may be chosen from on a node: all of the processor's bits where absent. */
  engine: maybe(textSchema),
  options: optionsSchema,
  /** SHA-256 of the file `work`, in hexadecimal. */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** A run on a cluster: what its folder's `run.json` holds. It never changes. */
export type ClusterRun = Shape<typeof recordSchema>;

export type ClusterPoint = ClusterRun["points"][number];

/** Some trials of one point. */
export interface Shard {
  /** Its number among all of the run. */
  readonly number: number;
  readonly point: number;
  readonly first: number;
  readonly trials: number;
}

/** How many shards a run has. */
export function shardsOf({ points }: Pick<ClusterRun, "points">): number {
  return points.reduce((sum, { shards }) => sum + shards, 0);
}

/** A shard by its number: each point's trials are cut into parts that differ by one trial at most. */
export function shardOf({ points }: Pick<ClusterRun, "points">, number: number): Shard {
  let before = 0;
  for (const [point, { shards, trials }] of points.entries()) {
    const own = number - before;
    if (own < shards) {
      const [size, larger] = [Math.floor(trials / shards), trials % shards];
      const first = own * size + Math.min(own, larger);
      return { number, point, first, trials: size + (own < larger ? 1 : 0) };
    }
    before += shards;
  }
  throw new RangeError(`there is no shard ${number}`);
}

/** The numbers of a point's shards: from the first up to the one before the last. */
export function shardsOfPoint(
  { points }: Pick<ClusterRun, "points">,
  point: number,
): { readonly first: number; readonly end: number } {
  const first = points.slice(0, point).reduce((sum, { shards }) => sum + shards, 0);
  return { first, end: first + points[point]!.shards };
}
