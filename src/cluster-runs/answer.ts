import type { Run } from "../runs/index.js";
import { PreparedJudge, type PreparedVerification } from "../verify/index.js";
import type { RunEnd } from "./follow.js";
import type { Gathered } from "./gathered.js";
import { lastLines, logOf } from "./logs.js";
import { shardOf, shardsOf } from "./record.js";

/** The machine of runs on a cluster, for people. */
const device = "Slurm";

/** What a run's points come to, as far as their trials are there. */
export class RunAnswer {
  private readonly judges = new Map<PreparedVerification, PreparedJudge>();

  constructor(private readonly gathered: Gathered) {}

  /** What is told of a point: as of a run that was stopped where shards are missing; nothing where none is there. */
  runsOf(point: number): Run[] {
    const result = this.gathered.resultOf(point);
    if (result === undefined) {
      return [];
    }
    const { verification, point: prepared } = this.gathered.points[point]!;
    let judge = this.judges.get(verification);
    if (judge === undefined) {
      judge = new PreparedJudge(verification);
      this.judges.set(verification, judge);
    }
    return judge.runsOf(prepared, result, device);
  }

  /** All that is known, in the order of the points. */
  runs(): Run[] {
    return this.gathered.points.flatMap((_, point) => this.runsOf(point));
  }
}

/** Trials that are missing in the end. */
export interface MissingShard {
  readonly shard: number;
  readonly verify: string;
  readonly eta: number;
  readonly firstTrial: number;
  readonly trials: number;
  /** In words. */
  readonly why: string;
  /** The log of the last task that was to do it, and its last lines. */
  readonly log?: string;
  readonly lines?: readonly string[];
}

/** Which shards are missing, and why. */
export async function missingOf(gathered: Gathered, end: RunEnd): Promise<MissingShard[]> {
  const { folder, done } = gathered;
  const stuck = new Map(end.stuck.flatMap((task) => task.shards.map((shard) => [shard, task] as const)));
  const missing: MissingShard[] = [];
  for (let shard = 0; shard < shardsOf(folder.run); shard++) {
    if (done.has(shard)) {
      continue;
    }
    const { point, first, trials } = shardOf(folder.run, shard);
    const { verify, eta } = folder.run.points[point]!;
    const task = stuck.get(shard) ?? end.ended.get(shard);
    const invalid = gathered.invalid.get(shard);
    const why =
      (stuck.has(shard) ? `task ${task!.name} ${task!.line}` : undefined) ??
      end.givenUp.get(shard) ??
      (invalid === undefined ? undefined : `its result ${invalid}`) ??
      (end.state === "cancelled" ? "the run was cancelled" : "it is not done yet");
    const lines = task === undefined ? [] : await lastLines(folder, task.array, task.index);
    missing.push({
      ...{ shard, verify, eta, firstTrial: first, trials, why },
      // One that never started has none.
      ...(task === undefined || lines.length === 0
        ? {}
        : { log: logOf(folder, task.array, task.index), lines }),
    });
  }
  return missing;
}
