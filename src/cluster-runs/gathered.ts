import type { SimulationResult } from "../simulate/index.js";
import { mergeResults } from "../simulate/index.js";
import type { PreparedVerification } from "../verify/index.js";
import { type PointOfWork, pointsOfWork, type RunFolder } from "./folder.js";
import { shardOf, shardsOf, shardsOfPoint } from "./record.js";
import { type FoundShard, readCheckpoint, readResult, type ShardTerms } from "./results.js";

/** What is there of a run's results: each is read once, and counted once. */
export class Gathered {
  readonly points: readonly PointOfWork[];
  /** Shards with a valid result. */
  readonly done = new Set<number>();
  /** Results that are none: why, by shard. */
  readonly invalid = new Map<number, string>();
  private readonly merged: (SimulationResult | undefined)[];
  private readonly shardsDone: number[];
  private readonly checkpoints = new Map<number, number>();

  constructor(
    readonly folder: RunFolder,
    work: readonly PreparedVerification[],
  ) {
    this.points = pointsOfWork(work);
    this.merged = this.points.map(() => undefined);
    this.shardsDone = this.points.map(() => 0);
  }

  /**
   * Reads results that have come.
   * @returns how many are new.
   * @throws ClusterFault in one line when the folder cannot be listed.
   */
  async refresh(signal?: AbortSignal): Promise<number> {
    const names = await this.folder.names("results");
    const all = shardsOf(this.folder.run);
    let fresh = 0;
    for (const name of names) {
      const number = /^\d{1,7}$/.test(name) ? Number(name) : Number.NaN;
      if (!(number < all) || this.done.has(number)) {
        continue;
      }
      if (signal?.aborted) {
        break;
      }
      const terms = this.termsOf(number);
      const found = await readResult(this.folder, terms);
      if (found.kind === "trials") {
        this.take(terms, found.known.result);
        fresh++;
      } else if (found.kind === "invalid") {
        this.invalid.set(number, found.why);
      }
    }
    return fresh;
  }

  /** Reads how far shards have come that are not done. @throws ClusterFault in one line when the folder cannot be listed. */
  async look(shards: Iterable<number>): Promise<void> {
    const wanted = [...shards].filter((number) => !this.done.has(number));
    if (wanted.length === 0) {
      return;
    }
    // Of very many shards none has any.
    const names = new Set(await this.folder.names("checkpoints"));
    for (const number of wanted) {
      if (names.has(`${number}`)) {
        const found: FoundShard = await readCheckpoint(this.folder, this.termsOf(number));
        if (found.kind === "trials") {
          this.checkpoints.set(number, found.known.result.trials);
        }
      }
    }
  }

  /** How many trials of a shard are done, as far as was looked at. */
  trialsOf(number: number): number {
    return this.done.has(number)
      ? shardOf(this.folder.run, number).trials
      : (this.checkpoints.get(number) ?? 0);
  }

  /** How many trials are done of all points. */
  get trials(): number {
    let sum = this.merged.reduce((known, one) => known + (one?.trials ?? 0), 0);
    for (const [number, trials] of this.checkpoints) {
      sum += this.done.has(number) ? 0 : trials;
    }
    return sum;
  }

  /** Whether all of a point's shards are there. */
  isDone(point: number): boolean {
    return this.shardsDone[point] === this.folder.run.points[point]!.shards;
  }

  /** What a point's shards come to that are there; undefined where none is. */
  resultOf(point: number): SimulationResult | undefined {
    const merged = this.merged[point];
    return merged === undefined || this.isDone(point)
      ? merged
      : {
          ...merged,
          cancelled: true as const,
          ...(this.beginsWhole(point) ? {} : { scattered: true as const }),
        };
  }

  /** What trials of a shard must be. */
  termsOf(number: number): ShardTerms {
    const shard = shardOf(this.folder.run, number);
    const { eta, arithmetic, kind } = this.points[shard.point]!.point;
    return { shard, eta, arithmetic, kind };
  }

  private take({ shard }: ShardTerms, result: SimulationResult): void {
    const { number, point } = shard;
    const merged = this.merged[point];
    this.merged[point] = merged === undefined ? result : mergeResults(merged, result);
    this.shardsDone[point]!++;
    this.done.add(number);
    this.invalid.delete(number);
    this.checkpoints.delete(number);
  }

  /** Whether the shards that are there are the first ones. */
  private beginsWhole(point: number): boolean {
    const { first } = shardsOfPoint(this.folder.run, point);
    return Array.from({ length: this.shardsDone[point]! }, (_, place) => first + place).every((number) =>
      this.done.has(number),
    );
  }
}
