import { describe, expect, test } from "vitest";
import {
  endingOf,
  endingOfAll,
  isResumable,
  isUnfinished,
  knownRuns,
  progressWords,
  shareDone,
} from "../../../src/extension/commands/run-words.js";
import { type RunRecord, startedRecord } from "../../../src/runs/index.js";
import { header, point } from "./run-samples.js";

const running = startedRecord(header());
const ended = (more: Partial<RunRecord>): RunRecord => ({ ...running, state: "done", ...more });
const progress = { eta: 0.2, trials: 50, totalTrials: 200, stepsPerSecond: 1.2e6, secondsLeft: 90 };

describe("the progress of a run", () => {
  test("counts learning rates and trials", () => {
    expect(shareDone(running)).toBe(0);
    expect(shareDone({ ...running, progress: { ...progress, eta: 0.1 } })).toBe(0.125);
    expect(shareDone({ ...running, points: [point()], progress })).toBe(0.625);
    // Of a verification trials alone; of an evaluation there is nothing else.
    const estimating = { samples: 12, totalSamples: 40, rows: 64, share: 0.25, secondsLeft: 90 };
    expect(shareDone({ ...running, estimating })).toBe(0);
    expect(shareDone({ ...running, kind: "evaluation", estimating })).toBe(0.25);
    // One that was stopped is not done.
    const stopped = { ...progress, eta: 0.1, trials: 50 };
    expect(shareDone({ ...running, points: [point({ cancelled: true })], progress: stopped })).toBe(0.125);
    // A learning rate that is done, before the next has told anything.
    const done = { ...progress, eta: 0.1, trials: 200 };
    expect(shareDone({ ...running, points: [point()], progress: done })).toBe(0.5);
  });

  test("is said in a line", () => {
    expect(progressWords(running)).toBe("predicting");
    expect(progressWords({ ...running, kind: "evaluation" })).toBe("evaluating");
    expect(progressWords({ ...running, progress })).toBe("62 %, 1.20 M steps/s, 2 min left");
    const estimating = { samples: 12, totalSamples: 40, rows: 64, share: 0.25, secondsLeft: 90 };
    expect(progressWords({ ...running, estimating })).toBe("estimating, 12 of 40 samples, 2 min left");
    expect(progressWords({ ...running, estimating: { ...estimating, secondsLeft: null } })).toBe(
      "estimating, 12 of 40 samples",
    );
    expect(progressWords({ ...running, estimating: { ...estimating, share: 1 } })).toBe("predicting");
    expect(progressWords({ ...running, estimating, progress })).toBe("62 %, 1.20 M steps/s, 2 min left");
    const unknown = { ...progress, stepsPerSecond: 0, secondsLeft: null };
    expect(progressWords({ ...running, progress: unknown })).toBe("62 %");
  });
});

describe("a run on a cluster", () => {
  const cluster = { name: "a-1", folder: "/shared/a-1", tasks: [], more: 0, told: [] };
  const progress = { trials: 5, totalTrials: 8, shards: 1, totalShards: 1, waiting: 2, running: 1 };

  test("tells its progress in a line", () => {
    const record = startedRecord(header());
    expect(progressWords({ ...record, cluster })).toBe("sent to the cluster");
    const known = { ...record, cluster: { ...cluster, progress } };
    expect(progressWords(known)).toBe("62 % of 8 trials, 1 of 1 shard, 1 task runs, 2 tasks wait");
    expect(shareDone(known)).toBe(0.625);
  });

  test.each([
    ["running", false],
    ["done", false],
    ["cancelled", false],
    ["failed", true],
    ["interrupted", true],
  ] as const)("that is %s can go on: %s", (state, can) => {
    expect(isResumable({ ...startedRecord(header()), state, cluster })).toBe(can);
  });
});

describe("the end of a verification", () => {
  const unsure = point({ eta: 0.2, verdict: "inconclusive", reason: "too few trials" });
  const wrong = point({ eta: 0.2, verdict: "disagrees", reason: "far away" });

  test.each([
    [
      ended({ points: [point()] }),
      "once: the prediction holds. 1 of 2 learning rates is done.",
      "information",
    ],
    [
      ended({ points: [point(), point()] }),
      "once: the prediction holds at both learning rates.",
      "information",
    ],
    [
      ended({ points: [point(), unsure] }),
      "once: the prediction holds at 1 of 2 learning rates; 1 is undecided. test_loss at eta = 0.2 is predicted to be 0.91000 and measured to be 0.91130(60): too few trials.",
      "warning",
    ],
    [
      ended({ points: [point(), unsure, wrong] }),
      "once: the prediction does not hold at 1 of 3 learning rates; at 1 it does, and 1 is undecided. test_loss at eta = 0.2 is predicted to be 0.91000 and measured to be 0.91130(60), 2.17 standard errors apart: far away.",
      "error",
    ],
    [
      ended({ state: "cancelled", points: [point()] }),
      "once: the prediction holds. 1 of 2 learning rates is done. The run was stopped before its end.",
      "information",
    ],
    [
      ended({ state: "cancelled" }),
      "once: the run was stopped before its end. Nothing was measured.",
      "warning",
    ],
    [
      ended({ state: "failed", message: "no memory" }),
      "once: the run failed: no memory. Nothing was measured.",
      "error",
    ],
    [
      ended({ state: "interrupted", message: "gone" }),
      "once: the run was interrupted: gone. Nothing was measured.",
      "error",
    ],
    [
      ended({ state: "cancelled", points: [point({ cancelled: true, trials: 9000 })] }),
      "once: so far the prediction holds. None of 2 learning rates is done. The run was stopped before its end. At eta = 0.1 it was stopped after 9,000 trials of 20,000.",
      "information",
    ],
  ])("is said by its worst verdict", (record, message, severity) => {
    expect(endingOf(record)).toEqual({ message, severity });
  });

  test("is summed up for a file", () => {
    const all = [ended({ points: [point()] }), ended({ points: [wrong] }), ended({ points: [point()] })];
    expect(endingOfAll("a.diag", all)).toEqual({
      message: "a.diag: of 3 verifications 2 agree, 1 disagrees.",
      severity: "error",
    });
    expect(endingOfAll("a.diag", [all[0]!])).toEqual(endingOf(all[0]!));
    expect(endingOfAll("a.diag", [all[0]!, ended({ state: "failed" })])).toEqual({
      message: "a.diag: of 2 verifications 1 agrees, 1 failed.",
      severity: "error",
    });
  });

  test("is told to the language server as what it is, where it was stopped", () => {
    const runs = knownRuns(ended({ points: [point(), point({ cancelled: true })] }));
    expect(runs.map(({ cancelled }) => cancelled)).toEqual([undefined, true]);
  });

  test("is told to the language server as far as there are numbers", () => {
    const runs = knownRuns(ended({ points: [point(), point({ predicted: null })] }));
    expect(runs).toEqual([
      {
        verify: "once",
        eta: 0.1,
        observable: "test_loss",
        predicted: 0.91,
        measured: 0.9113,
        standardError: 0.0006,
        verdict: "agrees",
        reason: "within 3s + τ = 0.00190",
      },
    ]);
  });
});

test("only verifications go on, and only fresh interrupted ones are offered", () => {
  const day = 24 * 3600_000;
  const stopped = ended({ state: "interrupted", started: 100 * day });
  expect(isUnfinished(stopped, 101 * day)).toBe(true);
  expect(isUnfinished(stopped, 131 * day)).toBe(false);
  expect(isUnfinished(ended({ state: "cancelled", started: 100 * day }), 101 * day)).toBe(false);
  expect(isUnfinished({ ...stopped, kind: "evaluation" }, 101 * day)).toBe(false);
  expect([isResumable(stopped), isResumable(ended({ state: "cancelled" })), isResumable(ended({}))]).toEqual([
    true,
    true,
    false,
  ]);
});
