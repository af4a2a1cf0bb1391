import { describe, expect, test } from "vitest";
import {
  contradictionIn,
  parseFromResultsPage,
  type RunEvent,
  startedRecord,
  withEvent,
} from "../../../src/runs/index.js";
import { isRecord } from "../../../src/runs/model.js";
import { header, point } from "../extension/run-samples.js";

const engine = (backend: string, more: { fallback?: true } = {}): RunEvent => ({
  ...{ type: "engine", backend, device: `the ${backend}`, why: "it is there" },
  ...more,
});
const at = (eta: number, backend: string): RunEvent => ({ type: "point", point: point({ eta, backend }) });
const backendAfter = (wish: string, ...events: readonly RunEvent[]): string =>
  events.reduce(withEvent, startedRecord(header({ backend: wish }))).backend;

describe("the backend of a record", () => {
  test("is the wish, then what simulates", () => {
    expect(backendAfter("auto")).toBe("auto");
    expect(backendAfter("auto", engine("webgpu"))).toBe("webgpu");
    expect(backendAfter("auto", at(0.1, "tfjs"))).toBe("tfjs");
  });

  test.each([
    [
      "an engine that was lost and the one that went on",
      [engine("webgpu"), engine("cpu", { fallback: true })],
    ],
    [
      "engines of different learning rates",
      [engine("webgpu"), at(0.1, "webgpu"), engine("cpu"), at(0.2, "cpu")],
    ],
    ["an earlier run that this one goes on with", [engine("cpu"), at(0.1, "webgpu+cpu")]],
  ] as const)("names %s", (_, events) => {
    expect(
      backendAfter("auto", ...events)
        .split("+")
        .sort(),
    ).toEqual(["cpu", "webgpu"]);
  });

  test("does not name what was lost before its first trial", () => {
    expect(backendAfter("webgpu", engine("cpu", { fallback: true }), at(0.1, "cpu"))).toBe("cpu");
  });

  test("goes with its reason", () => {
    const record = withEvent(startedRecord(header()), engine("cpu", { fallback: true }));
    expect(record.engine).toEqual({ device: "the cpu", why: "it is there", fallback: true });
  });
});

describe("a record whose run ends", () => {
  const measured = (eta: number, trials: number) => {
    const { observable, measured: mean, standardError, diverged } = point({ eta });
    return { eta, observable, measured: mean, standardError, trials, diverged };
  };
  const progress = (eta: number, trials: number): RunEvent => ({
    type: "progress",
    progress: { eta, trials, totalTrials: 1000, stepsPerSecond: 1, secondsLeft: 1 },
    partial: [measured(eta, trials)],
  });
  const kept = (eta: number, trials: number): RunEvent => ({ type: "kept", kept: [measured(eta, trials)] });
  const endedAfter = (state: "interrupted" | "cancelled" | "failed", ...events: readonly RunEvent[]) =>
    [...events, { type: "ended", state, finished: 1 } as const].reduce(
      withEvent,
      startedRecord(header({ etas: [0.1, 0.2] })),
    );

  test.each(["interrupted", "cancelled", "failed"] as const)(
    "before its end (%s) has measured what is kept, not what was done beyond",
    (state) => {
      const record = endedAfter(state, progress(0.1, 500), kept(0.1, 500), progress(0.1, 900));
      expect(record.partial).toEqual([measured(0.1, 500)]);
      expect(endedAfter(state, progress(0.1, 500)).partial).toEqual([]);
    },
  );

  test("says nothing twice of a learning rate that has its point", () => {
    const record = endedAfter("cancelled", kept(0.1, 500), progress(0.1, 900), at(0.1, "cpu"));
    expect(record.partial).toEqual([]);
    expect(record.points).toHaveLength(1);
  });

  test("has of the next learning rate nothing as long as nothing of it is kept", () => {
    const record = endedAfter("cancelled", kept(0.1, 1000), at(0.1, "cpu"), progress(0.2, 400));
    expect(record.partial).toEqual([]);
  });
});

test("what is said of a prediction stays with the record", () => {
  const predicted = { type: "predicted", curves: [], terms: [] } as const;
  const notes = ["At eta = 3 descent diverges"];
  const record = withEvent(startedRecord(header()), { ...predicted, notes });
  expect(record.notes).toEqual(notes);
  expect(isRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
  expect(isRecord({ ...record, notes: [3] })).toBe(false);
  expect(withEvent(startedRecord(header()), predicted)).not.toHaveProperty("notes");
});

describe("a wish to run again", () => {
  const rerun = { type: "rerun", id: "a-1" };

  test("may be for double precision", () => {
    expect(parseFromResultsPage({ ...rerun, precise: true, more: 1 })).toEqual({ ...rerun, precise: true });
  });

  test.each([{ precise: "yes" }, { precise: false }])("is not %j", (words) => {
    expect(parseFromResultsPage({ ...rerun, ...words })).toBeUndefined();
  });
});

describe("a wish that a block says something else", () => {
  const amend = (amendment: unknown) => parseFromResultsPage({ type: "amend", id: "a-1", amendment });

  test.each([
    { kind: "trials", trials: 7 },
    { kind: "eta", from: 0.1, to: 0.02 },
    { kind: "order", order: 3 },
  ])("may be %j", (amendment) => {
    expect(amend({ ...amendment, more: 1 })).toEqual({ type: "amend", id: "a-1", amendment });
  });

  test.each([
    undefined,
    { kind: "trials", trials: 0 },
    { kind: "eta", from: 0.1, to: 0 },
    { kind: "eta", from: 0.1, to: "0.02; x" },
    { kind: "order", order: -1 },
    { kind: "order", order: 1.5 },
    { kind: "landscape", landscape: "l" },
  ])("is not %j", (amendment) => {
    expect(amend(amendment)).toBeUndefined();
  });
});

describe("a record whose predictions are estimated", () => {
  const estimating = { samples: 3, totalSamples: 16, rows: 64, share: 0.125, secondsLeft: null };

  test("says how far they have come, until it ends", () => {
    const running = withEvent(startedRecord(header()), { type: "estimating", estimating });
    expect(running.estimating).toEqual(estimating);
    expect(isRecord(running)).toBe(true);
    const later = withEvent(running, { type: "estimating", estimating: { ...estimating, share: 1 } });
    expect(later.estimating?.share).toBe(1);
    const predicted = withEvent(later, { type: "predicted", curves: [], terms: [] });
    expect(predicted.estimating?.share).toBe(1);
    for (const state of ["done", "cancelled", "failed", "interrupted"] as const) {
      const ended = withEvent(running, { type: "ended", state, finished: 1 });
      expect(ended.state).toBe(state);
      expect(ended).not.toHaveProperty("estimating");
    }
  });
});

describe("a record whose trials are done on a cluster", () => {
  const state = { name: "a-1", folder: "/shared/a-1", tasks: [], more: 0 };
  const started = startedRecord(header());

  test("has how that stands, and the last lines of what happened, each once", () => {
    const told = (line: string): RunEvent => ({ type: "told", line });
    const lines = Array.from({ length: 60 }, (_, place) => told(`line ${place}`));
    const events: RunEvent[] = [{ type: "cluster", cluster: state }, told("twice"), told("twice")];
    const known = events.reduce(withEvent, started);
    expect(known.cluster).toEqual({ ...state, told: ["twice"] });
    const progress = { trials: 1, totalTrials: 2, shards: 0, totalShards: 1, waiting: 0, running: 1 };
    const later = [...lines, { type: "cluster", cluster: { ...state, progress } } as const].reduce(
      withEvent,
      known,
    );
    expect(later.cluster!.progress).toEqual(progress);
    expect(later.cluster!.told).toHaveLength(50);
    expect(later.cluster!.told.at(-1)).toBe("line 59");
    expect(isRecord(later)).toBe(true);
    expect(contradictionIn(later)).toBeUndefined();
    const beyond = { ...later.cluster!, progress: { ...progress, trials: 3 } };
    expect(contradictionIn({ ...later, cluster: beyond })).toBe(
      "it has done more than all of it on a cluster",
    );
  });

  test("is of this machine where nothing is told of a cluster", () => {
    expect(withEvent(started, { type: "told", line: "stray" })).toEqual(started);
  });
});
