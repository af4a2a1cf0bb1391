import type { OnCluster, RunHeader, RunPoint, RunRecord } from "../../src/runs/index.js";

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

/** A run as it is when each order is measured by itself, the largest learning rate too large for it. */
export function withOrders(record: RunRecord, change: Partial<RunPoint> = {}): RunRecord {
  const points = record.points.map((point, index): RunPoint => {
    const { eta } = point;
    const known = {
      ...point,
      orders: [
        { order: 0, predicted: 0.5, measured: 0.5, standardError: 0 },
        { order: 1, predicted: -0.1 * eta, measured: -0.1003 * eta, standardError: 3e-4 * eta },
        { order: 2, predicted: 0.2 * eta ** 2, measured: 0.201 * eta ** 2, standardError: 2e-3 * eta ** 2 },
        { order: 3, predicted: 0, measured: null, standardError: null },
      ],
      remainder: { measured: 3 * eta ** 4, standardError: 1e-3 * eta ** 4 },
      plain: { measured: 0.51234, standardError: 0.0021 },
      reason: `orders 0 to 3 agree; ${index} % of what was measured beyond order 0 is left over`,
    };
    return index === record.points.length - 1 ? { ...known, ...change } : known;
  });
  return { ...record, points };
}

/** How a run stands of which a task has failed. */
export const clusterState = {
  ...{ name: "gauss-20261130-1f9c2a70", folder: "/shared/runs/gauss-20261130-1f9c2a70" },
  tasks: [
    { array: 1234, index: 3, line: "ended with exit code 3", ended: true },
    { array: 1234, index: 4, line: "runs", ended: false },
  ],
  more: 2,
  progress: { trials: 900_000, totalTrials: 2_000_000, shards: 9, totalShards: 20, waiting: 1, running: 3 },
} satisfies Omit<OnCluster, "told">;

/** A name of 60 characters. */
export const longName = "a_name_of_sixty_characters_that_goes_on_and_on_until_it_ends";

/** A run of long names, with numbers from 1e-30 to 1e77, of which trials diverged. */
export function extremeRun(record: RunRecord): RunRecord {
  const named = <Item extends { readonly observable: string }>(item: Item): Item => ({
    ...item,
    observable: longName,
  });
  const values = [1e-30, -3.25e-12, 1.234e77];
  return {
    ...withOrders(record),
    ...{ title: longName, file: `${longName}.diag`, landscape: longName, observables: [longName] },
    prediction: Array.from({ length: 4 }, (_, place) => `${longName}${place}`).join(" + "),
    points: withOrders(record).points.map((point, place) => ({
      ...named(point),
      measured: values[place]!,
      standardError: Math.abs(values[place]!) / 30,
      predicted: values[place]! * 1.01,
      diverged: [0, 7, 150_000][place]!,
      ...(place === 2 ? { verdict: "inconclusive" as const, reason: "trials diverged; lower eta" } : {}),
    })),
    curves: record.curves.map(named),
    terms: record.terms.map((one) => ({
      ...named(one),
      terms: one.terms.map((term, place) => ({
        ...term,
        ...(term.name === undefined ? {} : { name: `${longName}${place}` }),
        value: term.value === null ? null : term.value * 1e40,
      })),
    })),
  };
}
