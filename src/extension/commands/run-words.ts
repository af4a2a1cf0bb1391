import { formatDuration, formatRate } from "../../cli/table.js";
import { counted } from "../../printable/index.js";
import {
  clusterShare,
  clusterWords,
  conclusionOf,
  isWhole,
  type RunEstimating,
  type RunRecord,
  type Verdict,
  worstVerdict,
} from "../../runs/index.js";
import type { KnownRun } from "../../server/evaluation/runs.js";
import type { Severity } from "../messages.js";

/** How much of a run is done, from 0 to 1. */
export function shareDone({
  kind,
  etas,
  observables,
  points,
  partial,
  progress,
  estimating,
  cluster,
}: RunRecord): number {
  if (cluster?.progress !== undefined) {
    return clusterShare(cluster.progress);
  }
  const all = etas.length * observables.length;
  const whole = points.filter(isWhole);
  if (progress === undefined) {
    // Of a verification trials come after the estimates, and are what its share is of.
    return kind === "evaluation" && estimating !== undefined ? estimating.share : whole.length / all;
  }
  // Of a run over a param these are the numbers of one of its values.
  const underWay = partial.length === 0 ? observables : partial.map(({ observable }) => observable);
  const isDone = whole.some(({ eta, observable }) => eta === progress.eta && underWay.includes(observable));
  const share = isDone || progress.totalTrials === 0 ? 0 : progress.trials / progress.totalTrials;
  const done = Math.max(whole.length, etas.indexOf(progress.eta) * underWay.length);
  return (done + underWay.length * share) / all;
}

/** How far a run has come, in a line: `35 %, 1.20 M steps/s, 12 s left`. */
export function progressWords(record: RunRecord): string {
  const { progress, estimating, cluster } = record;
  if (cluster !== undefined) {
    return cluster.progress === undefined ? "sent to the cluster" : clusterWords(cluster.progress).join(", ");
  }
  if (progress === undefined && estimating !== undefined && estimating.share < 1) {
    return estimatingWords(estimating);
  }
  if (progress === undefined) {
    return record.kind === "evaluation" ? "evaluating" : "predicting";
  }
  const { stepsPerSecond, secondsLeft } = progress;
  return [
    `${Math.floor(100 * shareDone(record))} %`,
    ...(stepsPerSecond > 0 ? [`${formatRate(stepsPerSecond)} steps/s`] : []),
    ...(secondsLeft === null ? [] : [`${formatDuration(secondsLeft)} left`]),
  ].join(", ");
}

/** How far its estimates have come, in a line: `estimating, 12 of 40 samples, 12 s left`. */
export function estimatingWords({ samples, totalSamples, secondsLeft }: RunEstimating): string {
  const left = secondsLeft === null ? "" : `, ${formatDuration(secondsLeft)} left`;
  return `estimating, ${samples} of ${counted(totalSamples, "sample")}${left}`;
}

/** What a user is told at the end of a run, and how loudly. */
export interface Ending {
  readonly message: string;
  readonly severity: Severity;
}

const severities: Readonly<Record<Verdict, Ending["severity"]>> = {
  agrees: "information",
  inconclusive: "warning",
  disagrees: "error",
};

/** How a verification ended: whether the prediction holds, and where it does not or is not known to, why. */
export function endingOf(record: RunRecord): Ending {
  const { title, state, points } = record;
  const { answer, evidence } = conclusionOf(record);
  const verdict = worstVerdict(points);
  const said = verdict === "agrees" ? answer : `${answer} ${evidence}`.trim();
  const message = `${title}: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
  if (state === "failed" || state === "interrupted") {
    return { message, severity: "error" };
  }
  const isMeasured = verdict === undefined && points.length > 0 && state === "done";
  return {
    message,
    severity: verdict === undefined ? (isMeasured ? "information" : "warning") : severities[verdict],
  };
}

/** How all verifications of a file ended. */
export function endingOfAll(file: string, records: readonly RunRecord[]): Ending {
  const [only] = records;
  if (only !== undefined && records.length === 1) {
    return endingOf(only);
  }
  const failed = records.filter(({ state }) => state === "failed");
  const verdicts = records.map(({ points }) => worstVerdict(points));
  const parts = (["agrees", "disagrees", "inconclusive"] as const).flatMap((verdict) => {
    const count = verdicts.filter((one) => one === verdict).length;
    return count === 0
      ? []
      : [`${count} ${count > 1 && verdict !== "inconclusive" ? verdict.slice(0, -1) : verdict}`];
  });
  if (failed.length > 0) {
    parts.push(`${failed.length} failed`);
  }
  const stopped = records.some(({ state }) => state !== "done" && state !== "failed")
    ? " (stopped early)"
    : "";
  const worst = worstVerdict(verdicts.flatMap((verdict) => (verdict === undefined ? [] : [{ verdict }])));
  return {
    message: `${file}: of ${records.length} verifications ${parts.join(", ") || "none has a verdict"}${stopped}.`,
    severity: failed.length > 0 ? "error" : worst === undefined ? "warning" : severities[worst],
  };
}

/** What the language server is told of a run; its hovers show the last verdicts. */
export function knownRuns({ title, points }: RunRecord): KnownRun[] {
  return points.flatMap(
    ({ eta, observable, predicted, measured, standardError, verdict, reason, cancelled }) =>
      predicted === null || verdict === null
        ? []
        : [
            {
              ...{ verify: title, eta, observable, predicted, measured, standardError, verdict, reason },
              ...(cancelled ? { cancelled } : {}),
            },
          ],
  );
}

const longestKept = 30 * 24 * 3600_000; // milliseconds: as long as the engine keeps how far runs have come

/** Whether a verification stopped before its end without anybody wanting that, not too long ago. */
export function isUnfinished({ kind, state, started }: RunRecord, now: number): boolean {
  return kind === "verification" && state === "interrupted" && now - started < longestKept;
}

/** Whether a run can go on where it stopped. On a cluster one that was cancelled is over. */
export function isResumable({ kind, state, cluster }: RunRecord): boolean {
  if (cluster !== undefined) {
    return state === "interrupted" || state === "failed";
  }
  return kind === "verification" && (state === "interrupted" || state === "cancelled");
}
