import type { RunHeader, RunRecord } from "../../src/runs/index.js";

/** What was known of a run before its first number. */
export function headerOf(record: RunRecord): RunHeader {
  const { state, message, finished, points, partial, progress, terms, curves, ...header } = record;
  return header;
}

/** A run as it was while it measured at a learning rate, of which a tenth of the trials were done. */
export function runningRecord(record: RunRecord, place: number): RunRecord {
  const { finished: _, ...rest } = record;
  const eta = record.etas[place]!;
  const trials = record.trials / 10;
  return {
    ...rest,
    state: "running",
    points: record.points.filter((point) => record.etas.indexOf(point.eta) < place),
    partial: record.points
      .filter((point) => point.eta === eta)
      .map(({ observable, measured, standardError }) => ({
        ...{ eta, observable, measured, trials, diverged: 0 },
        standardError: standardError === null ? null : standardError * Math.sqrt(10),
      })),
    progress: { eta, trials, totalTrials: record.trials, stepsPerSecond: 5.8e6, secondsLeft: 42 },
  };
}
