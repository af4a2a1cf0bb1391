import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClusterRun,
  type Gathered,
  RunFolder,
  type Shard,
  type ShardTerms,
  shardOf,
} from "../../../src/cluster-runs/index.js";
import { type ExactMoments, type SimulationResult, statisticsOf } from "../../../src/simulate/index.js";
import type { Floors, PreparedVerification, TrialsKind } from "../../../src/verify/index.js";

/** Of each point how many trials, in how many shards. */
export interface MadeUpPoint {
  readonly trials: number;
  readonly shards: number;
}

/** Which bits made-up trials have: what stands before the space must be an engine. */
export const arithmetic = "cpu made-up";

const updates = 3;
const labels = ["first", "second"];
const origin = { offset: 0, start: 0, resolution: 0 };
const center = 0;
const kind: TrialsKind = {
  columns: labels.map((label) => ({ label, center, origin, isExpectation: false, combination: [] })),
  updates,
};

/** What is carried out: nothing, but results of it can be told from others. */
export function madeUpWork(points: readonly MadeUpPoint[]): PreparedVerification[] {
  return points.map(
    (_, point) =>
      ({
        specification: { name: `made up ${point}` },
        seed: 1,
        points: [{ eta: etaOf(point), arithmetic, kind, predictions: [], facts: {} }],
      }) as unknown as PreparedVerification,
  );
}

const etaOf = (point: number) => (point + 1) / 8;

/** The sums of trials whose numbers are whole: each trial has its own. */
export function madeUpResult(point: number, first: number, trials: number): SimulationResult {
  // Trial `i` has `i + 1`, and `point + 1` beside it.
  const [low, high] = [BigInt(first), BigInt(first + trials)];
  const count = BigInt(trials);
  const linear = (end: bigint) => (end * (end + 1n)) / 2n;
  const square = (end: bigint) => (end * (end + 1n) * (2n * end + 1n)) / 6n;
  const own = BigInt(point + 1);
  const sums = [
    { sum: linear(high) - linear(low), squares: square(high) - square(low) },
    { sum: own * count, squares: own * own * count },
  ];
  return {
    ...{ trials, diverged: 0, steps: updates * trials, seconds: 0, backend: "wasm" },
    statistics: labels.map((label, at) =>
      statisticsOf(label, { center, count: trials, ...sums[at]! } satisfies ExactMoments, origin),
    ),
  };
}

/** The first trials of a shard. */
export const trialsOfShard = ({ point, first, trials }: Shard, done = trials) =>
  madeUpResult(point, first, done);

/** The sums of all that a point has, as one text. */
export function sumsOfResult(result: SimulationResult | undefined): string {
  return result === undefined
    ? "nothing"
    : [
        `${result.trials} trials, ${result.steps} updates`,
        ...result.statistics.map(({ label, moments: { count, sum, squares } }) =>
          [label, count, sum, squares].join(" "),
        ),
        ...(result.cancelled ? ["partial"] : []),
      ].join("; ");
}

/** What is wrong with sums of a run, by point; none where they are those of all its trials. */
export function wrongSums(gathered: Gathered): string[] {
  return gathered.folder.run.points.flatMap(({ trials }, point) => {
    const own = sumsOfResult(gathered.resultOf(point));
    const wanted = sumsOfResult(madeUpResult(point, 0, trials));
    return own === wanted ? [] : [`${own} and not ${wanted}`];
  });
}

/** A directory for runs, which is removed in the end. */
export class RunsDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "diag-runs-"));
  private runs = 0;

  async run(
    points: readonly MadeUpPoint[],
    shardsOfTask = 1,
    options: ClusterRun["options"] = { processors: 1 },
  ): Promise<{ folder: RunFolder; work: PreparedVerification[] }> {
    const work = madeUpWork(points);
    const run: Omit<ClusterRun, "digest"> = {
      ...{ format: 1, id: `run-${++this.runs}`, executor: "slurm", release: "1.0.0" },
      ...{ created: "2026-01-01T00:00:00Z", file: "a.diag", seed: 1, shardsOfTask, options },
      points: points.map(({ trials, shards }, point) => ({
        ...{ verify: `made up ${point}`, eta: etaOf(point), trials, shards, arithmetic },
      })),
    };
    const folder = await RunFolder.create(this.path, run, work, async () => undefined);
    return { folder, work };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const noFloors: Floors = new Map();

/** What trials of a shard must be. */
export function madeUpTerms(folder: RunFolder, number: number): ShardTerms {
  const shard = shardOf(folder.run, number);
  return { shard, eta: etaOf(shard.point), arithmetic, kind };
}
