import { chmod, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  findRun,
  mayBeQueued,
  RunFolder,
  type RunState,
  readProgress,
  recordEnding,
  runsOf,
  stateOf,
  tokensOf,
} from "../../../src/cluster-runs/index.js";
import { aRun, aSubmission, haveResults } from "./a-run.js";
import { ends, FakeScheduler, failed, isHeld, runs, waits } from "./fake-scheduler.js";

let directory: string;
let folder: RunFolder;
let scheduler: FakeScheduler;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "diag-runs-"));
  folder = await aRun(directory, "gauss-1");
  scheduler = new FakeScheduler();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function state(): Promise<RunState> {
  const progress = await readProgress(folder);
  return stateOf(progress, await scheduler.look(tokensOf([progress])));
}

const tasks = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
];

describe("the state of a run", () => {
  test("before anything is submitted", async () => {
    expect(mayBeQueued(await readProgress(folder))).toBe(false);
    expect(await state()).toMatchObject({ standing: "not sent", line: "not sent" });
  });

  test("counts the results that are there, by names that results have", async () => {
    await haveResults(folder, 0, 3, 11);
    for (const name of ["12", "01", "1.new", ".diag-0123456789abcdef.new"]) {
      await writeFile(folder.at("results", name), "");
    }
    expect([...(await readProgress(folder)).done].sort((a, b) => a - b)).toEqual([0, 3, 11]);
  });

  test("says how many tasks run, wait and do not start by themselves", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    await haveResults(folder, 0, 1, 2, 3);
    scheduler.add(12, "gauss-1-1", failed, runs, waits);
    expect(await state()).toMatchObject({
      standing: "running",
      line: "4 of 12 shards done; 1 task runs, 1 waits",
      tasks: { running: 1, ending: 0, waiting: 1, held: 0, unknown: 0 },
    });
    scheduler.add(12, "gauss-1-1", ends, isHeld, isHeld);
    expect((await state()).line).toBe("4 of 12 shards done; 1 task is ending, 2 do not start by themselves");
    scheduler.add(12, "gauss-1-1", failed, waits, waits);
    expect(await state()).toMatchObject({ standing: "waiting", line: "4 of 12 shards done; 2 tasks wait" });
    scheduler.add(12, "gauss-1-1", failed, failed, isHeld);
    expect((await state()).standing).toBe("held");
    scheduler.add(12, "gauss-1-1", failed, failed, failed);
    expect(await state()).toMatchObject({
      standing: "not in the queue",
      line: "4 of 12 shards done; nothing of it is in the queue",
    });
  });

  test("does not take a queue that cannot be asked for an empty one", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    scheduler.silence = "squeue: nobody is there";
    expect(await state()).toMatchObject({
      standing: "cannot ask",
      line: "0 of 12 shards done; the queue cannot be asked: squeue: nobody is there",
      tasks: { unknown: 3 },
    });
    await haveResults(folder, ...tasks.flat());
    expect(await state()).toMatchObject({ standing: "done", line: "done" });
  });

  test("finds by its token an array that nobody has written down, and gives an old intent up", async () => {
    const token = await aSubmission(folder, 1, tasks);
    expect(await state()).toMatchObject({ standing: "being sent", submissions: [{ isUnderWay: true }] });
    scheduler.add(40, token, waits, waits, runs);
    expect(await state()).toMatchObject({
      standing: "running",
      submissions: [{ array: 40, isUnderWay: false }],
    });
    scheduler.arrays.clear();
    const long = new Date(Date.now() - 3_600_000);
    await utimes(folder.at("submissions", "1.json"), long, long);
    expect(await state()).toMatchObject({ standing: "not in the queue" });
  });

  test("knows a submission that the cluster refused, and one that was given up and is there all the same", async () => {
    await aSubmission(folder, 1, tasks, { refused: "sbatch: Invalid account" });
    const progress = await readProgress(folder);
    expect(mayBeQueued(progress)).toBe(false);
    expect(await state()).toMatchObject({
      standing: "not in the queue",
      submissions: [{ refused: "sbatch: Invalid account", array: undefined }],
    });
    const token = await aSubmission(folder, 2, tasks, { abandoned: "was never submitted" });
    expect((await state()).submissions[1]).toMatchObject({ refused: "was never submitted" });
    scheduler.add(7, token, runs, runs, runs);
    const { standing, submissions } = await state();
    expect(standing).toBe("running");
    expect(submissions[1]).toMatchObject({ array: 7 });
    expect(submissions[1]).not.toHaveProperty("refused");
  });

  test("tells of each task what it is to do, what is missing and how it ended", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    await haveResults(folder, 4, 6);
    await recordEnding(folder, 1, 1, { line: "ended with exit code 3", by: "itself", isFurther: false });
    scheduler.add(12, "gauss-1-1", runs, failed);
    expect((await state()).submissions[0]!.tasks).toMatchObject([
      { index: 0, missing: [0, 1, 2, 3], seen: { meaning: { phase: "running" }, nodes: "node1" } },
      { index: 1, missing: [5, 7], ending: { line: "ended with exit code 3" } },
      { index: 2, missing: [8, 9, 10, 11], seen: { kind: "not there" } },
    ]);
  });

  test("that was cancelled says whether tasks of it live", async () => {
    await aSubmission(folder, 1, tasks, { array: 12 });
    await folder.markCancelled();
    scheduler.add(12, "gauss-1-1", runs);
    expect(await state()).toMatchObject({
      standing: "cancelled",
      line: "cancelled; 0 of 12 shards done; 1 task runs",
    });
  });
});

describe("runs", () => {
  test("of several directories are listed with the newest first, and what cannot be read is told", async () => {
    const other = join(directory, "other");
    await aRun(other, "older", { created: "2026-11-29T08:00:00.000Z" });
    await aRun(other, "newer", { created: "2026-12-01T08:00:00.000Z" });
    await aRun(other, "broken");
    await writeFile(join(other, "broken", "run.json"), "{");
    const found = await runsOf([directory, other, join(directory, "absent"), directory]);
    expect(found.runs.map(({ run }) => run.id)).toEqual(["newer", "gauss-1", "older"]);
    // A directory that has directories of runs in it is no run, and nothing to be told.
    expect(found.notes).toEqual([expect.stringContaining("run.json is damaged")]);
  });

  test.skipIf(process.platform === "win32")("that others may write are not used", async () => {
    await chmod(folder.path, 0o720);
    await expect(RunFolder.open(folder.path)).rejects.toThrow("may be written by others");
    expect((await runsOf([directory])).notes).toEqual([expect.stringContaining("may be written by others")]);
  });

  test("are found by their ids in all directories, and by their paths", async () => {
    const other = join(directory, "other");
    await aRun(other, "gauss-2");
    const both = [directory, other];
    expect(await findRun("gauss-1", both)).toBe(join(directory, "gauss-1"));
    expect(await findRun("gauss-2", both)).toBe(join(other, "gauss-2"));
    expect(await findRun(join(other, "gauss-2"), [])).toBe(join(other, "gauss-2"));
    await expect(findRun("gauss-3", both)).rejects.toThrow(
      /^there is no run gauss-3 in [^,]+, nor in 1 other directory that runs were sent to; `diag runs` lists/,
    );
    await expect(findRun("g|s", both)).rejects.toThrow("g|s is no run's id");
    await aRun(other, "gauss-1");
    await expect(findRun("gauss-1", both)).rejects.toThrow(
      "there are several runs gauss-1; name one by its path",
    );
  });
});
