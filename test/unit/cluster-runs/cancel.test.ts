import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cancelRun, type RunFolder, recordOutcome } from "../../../src/cluster-runs/index.js";
import { aRun, aSubmission, haveResults } from "./a-run.js";
import { cancelled, ends, FakeScheduler, runs, waits } from "./fake-scheduler.js";

let directory: string;
let folder: RunFolder;
let scheduler: FakeScheduler;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "diag-cancel-"));
  folder = await aRun(directory, "gauss-1");
  scheduler = new FakeScheduler();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const tasks = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
];

/** A clock that stands still but while somebody waits. */
class WaitingClock {
  seconds = 0;
  readonly now = () => this.seconds;
  readonly wait = async (seconds: number) => {
    this.seconds += seconds;
  };
}

const cancel = (signal?: AbortSignal) =>
  cancelRun(folder, scheduler, {
    ...{ clock: new WaitingClock(), seconds: 60 },
    ...(signal === undefined ? {} : { signal }),
  });

describe("cancelling a run", () => {
  test("asks nobody where nothing was submitted, and marks it", async () => {
    expect(await cancel()).toMatchObject({
      kind: "ended",
      line: "cancelled; no task of it lives; 0 of 12 shards are done",
    });
    expect(scheduler.asked).toEqual([]);
    expect(await folder.isCancelled()).toBe(true);
  });

  test("marks it before it asks, cancels each array once it is seen, and looks until none of it lives", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    await aSubmission(folder, 2, tasks, { array: 13 });
    await aSubmission(folder, 3, tasks, { array: 14 });
    await aSubmission(folder, 4, tasks, { refused: "no" });
    await haveResults(folder, 0);
    scheduler.add(12, "gauss-1-1", runs, waits);
    scheduler.add(13, "gauss-1-2", runs, cancelled);
    const marked: boolean[] = [];
    scheduler.onLook = () => {
      marked.push(existsSync(folder.at("cancelled")));
      if (marked.length === 4) {
        scheduler.setAll(12, cancelled);
      }
    };
    // One that is on its way out is not told again.
    scheduler.onCancel = (array) => scheduler.setAll(array, array === 12 ? ends : cancelled);
    expect(await cancel()).toMatchObject({
      kind: "ended",
      line: "cancelled; no task of it lives; 1 of 12 shards is done",
    });
    const look = "look gauss-1-1 gauss-1-2 gauss-1-3 gauss-1-4";
    expect(scheduler.asked).toEqual([look, "cancel 12", "cancel 13", look, look, look]);
    expect(marked).toEqual([true, true, true, true]);
    // Again there is nothing to be done.
    scheduler.asked.length = 0;
    expect((await cancel()).kind).toBe("ended");
    expect(scheduler.asked).toEqual([look]);
  });

  test("finds by its token an array of which nobody wrote down what became", async () => {
    const token = await aSubmission(folder, 1, tasks);
    scheduler.add(50, token, runs, runs);
    expect((await cancel()).kind).toBe("ended");
    expect(scheduler.asked).toContain("cancel 50");
  });

  test("waits for an array that somebody is about to submit, and cancels it when it comes", async () => {
    const token = await aSubmission(folder, 1, tasks);
    let looks = 0;
    scheduler.onLook = () => {
      if (++looks === 3) {
        scheduler.add(51, token, waits, waits);
      }
    };
    expect((await cancel()).kind).toBe("ended");
    expect(scheduler.asked.filter((line) => line === "cancel 51")).toHaveLength(1);
    // What becomes of one that does not come nobody knows within the time that one waits.
    await aSubmission(folder, 2, tasks);
    expect(await cancel()).toMatchObject({ kind: "alive", line: expect.stringContaining("about to submit") });
    await recordOutcome(folder, 2, { refused: "sbatch: no" });
    expect((await cancel()).kind).toBe("ended");
  });

  test("says that tasks live when they do not end, and tells those that run again to", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    scheduler.add(12, "gauss-1-1", runs, ends);
    scheduler.onCancel = () => undefined;
    expect(await cancel()).toMatchObject({
      kind: "alive",
      line: expect.stringMatching(/^cancelled, but 1 task runs, 1 is ending; cancel it again/),
    });
    expect(scheduler.asked.filter((line) => line === "cancel 12").length).toBeGreaterThan(3);
  });

  test("does not say that none lives where the queue cannot be asked, and goes on when it answers", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    scheduler.add(12, "gauss-1-1", runs, waits);
    scheduler.silence = "squeue: nobody is there";
    expect(await cancel()).toMatchObject({
      kind: "could not ask",
      line: expect.stringContaining("squeue: nobody is there"),
    });
    // The array is known, so that it is cancelled without having been seen.
    expect(scheduler.asked).toContain("cancel 12");
    expect(await folder.isCancelled()).toBe(true);
    let looks = 0;
    scheduler.onLook = () => {
      scheduler.silence = ++looks < 4 ? "squeue: nobody is there" : undefined;
    };
    expect((await cancel()).kind).toBe("ended");
  });

  test("stops when it is stopped, with what it has seen", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    scheduler.add(12, "gauss-1-1", runs);
    scheduler.onCancel = () => undefined;
    expect((await cancel(AbortSignal.abort())).kind).toBe("alive");
    expect(scheduler.asked.filter((line) => line.startsWith("look"))).toHaveLength(1);
  });
});
