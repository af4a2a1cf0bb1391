import {
  type ClusterState,
  clusterWords,
  type RunEstimating,
  type RunEvent,
  type RunPoint,
  type RunRecord,
} from "../../runs/index.js";

/** What is told of the learning rates of a run. */
export interface EtaListener {
  /** It turned out from how many samples its predictions are estimated, or about how long that takes. */
  estimating?(estimating: RunEstimating): void;
  /** Something is told of its part on a cluster: a line. */
  told?(line: string): void;
  /** Trials at this learning rate are under way. */
  started(eta: number): void;
  /** All its numbers are known. */
  done(eta: number, points: readonly RunPoint[], record: RunRecord): void;
  /** A number of a learning rate whose trials were stopped. */
  stopped(point: RunPoint): void;
}

/** Follows a run from learning rate to learning rate; each is told of as started before it is done, once. */
export class FollowedRun {
  private readonly begun = new Set<number>();
  private readonly ended = new Set<number>();
  private estimated: RunEstimating | undefined;
  private standing: string | undefined;

  constructor(private readonly listener: EtaListener) {}

  /** An event, and the record as it is then. */
  hear(event: RunEvent, record: RunRecord): void {
    if (event.type === "estimating") {
      this.tellEstimate(event.estimating);
    }
    if (event.type === "progress") {
      this.start(event.progress.eta);
    }
    if (event.type === "started") {
      this.startNext(record);
    }
    if (event.type === "told") {
      this.listener.told?.(event.line);
    }
    if (event.type === "cluster") {
      this.hearOfCluster(event.cluster, record);
    }
    if (event.type !== "point") {
      return;
    }
    if (event.point.cancelled) {
      this.listener.stopped(event.point);
    } else {
      this.finish(event.point.eta, record);
    }
  }

  /**
   * The record as the run ended.
   * @returns the learning rates that have no result.
   */
  end(record: RunRecord): number[] {
    for (const eta of record.etas) {
      this.finish(eta, record);
    }
    return record.etas.filter((eta) => !this.ended.has(eta));
  }

  private tellEstimate(estimating: RunEstimating): void {
    const { estimated } = this;
    if (
      estimated?.totalSamples !== estimating.totalSamples ||
      (estimated.secondsLeft === null) !== (estimating.secondsLeft === null)
    ) {
      this.estimated = estimating;
      this.listener.estimating?.(estimating);
    }
  }

  /** There all learning rates are under way at the same time. */
  private hearOfCluster({ name, folder, progress }: ClusterState, { etas }: RunRecord): void {
    for (const eta of etas) {
      this.start(eta);
    }
    const standing =
      progress === undefined ? `run ${name} is in ${folder}` : clusterWords(progress).join(", ");
    if (standing !== this.standing) {
      this.standing = standing;
      this.listener.told?.(standing);
    }
  }

  private start(eta: number): void {
    if (this.begun.has(eta)) {
      return;
    }
    this.begun.add(eta);
    this.listener.started(eta);
  }

  private startNext({ etas }: RunRecord): void {
    const next = etas.find((eta) => !this.ended.has(eta));
    if (next !== undefined) {
      this.start(next);
    }
  }

  private finish(eta: number, record: RunRecord): void {
    const points = record.points.filter((point) => point.eta === eta && !point.cancelled);
    if (this.ended.has(eta) || points.length === 0 || points.length < record.observables.length) {
      return;
    }
    this.start(eta);
    this.ended.add(eta);
    this.listener.done(eta, points, record);
    if (record.state === "running") {
      this.startNext(record);
    }
  }
}
