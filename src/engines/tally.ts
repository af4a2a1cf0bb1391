import { addChunks, emptyChunk, momentsOf } from "../simulate/kernel.js";
import {
  type Backend,
  type ObservableStatistics,
  type SimulationProgress,
  type SimulationResult,
  statisticsOf,
} from "../simulate/request.js";
import type { TrialsShape } from "../simulate/simulation-plan.js";
import { mergeUnfound } from "../simulate/unfound.js";
import type { ShardSums } from "./executor.js";

/** Least time between two reports of progress, in milliseconds. */
export const progressEvery = 100;

/** What is known of a run while its trials come in, from the moment that this is made. */
export class Tally {
  private readonly plan: TrialsShape;
  private readonly updates: number;
  private readonly total: number;
  private readonly onProgress: ((progress: SimulationProgress) => void) | undefined;
  private readonly started = performance.now();
  private told = this.started;
  private known: ShardSums;

  /** @param updates of a trial. @param total trials that the run is to have. */
  constructor(
    plan: TrialsShape,
    updates: number,
    total: number,
    onProgress: ((progress: SimulationProgress) => void) | undefined,
  ) {
    this.plan = plan;
    this.updates = updates;
    this.total = total;
    this.onProgress = onProgress;
    this.known = emptyChunk(plan);
  }

  /** Takes more trials, and reports progress when it is time to. */
  private add(chunk: ShardSums): void {
    this.known = addChunks(this.known, chunk);
    const now = performance.now();
    if (this.onProgress === undefined || now - this.told < progressEvery) {
      return;
    }
    this.told = now;
    const { trials, count } = this.known;
    this.onProgress({
      trials,
      total: this.total,
      diverged: trials - count,
      statistics: this.statistics(),
    });
  }

  /**
   * The run as it stands, which was stopped when trials are missing.
   * @param whole whether the trials done are the first ones.
   */
  private result(backend: Backend, whole: boolean): SimulationResult {
    const seconds = (performance.now() - this.started) / 1000;
    const { trials, count } = this.known;
    return {
      ...mergeUnfound(this.known, {}),
      statistics: this.statistics(),
      trials,
      diverged: trials - count,
      steps: trials * this.updates,
      seconds,
      backend,
      ...(trials < this.total ? { cancelled: true as const } : {}),
      ...(whole ? {} : { scattered: true as const }),
    };
  }

  /** Takes all that comes of a run's trials. */
  async take(sums: AsyncGenerator<ShardSums, boolean>, backend: Backend): Promise<SimulationResult> {
    let next = await sums.next();
    for (; !next.done; next = await sums.next()) {
      this.add(next.value);
    }
    return this.result(backend, next.value);
  }

  private statistics(): readonly ObservableStatistics[] {
    const { columns } = this.plan;
    return momentsOf(this.plan, this.known).map((moments, index) =>
      statisticsOf(columns[index]!.label, moments, columns[index]!.origin),
    );
  }
}
