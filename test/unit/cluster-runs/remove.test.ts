import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type RunFolder,
  readProgress,
  recordEnding,
  recordOutcome,
  recordUnfitNode,
  removeRun,
} from "../../../src/cluster-runs/index.js";
import { aRun, aSubmission, haveResults } from "./a-run.js";
import { cancelled, FakeScheduler, runs } from "./fake-scheduler.js";

let directory: string;
let folder: RunFolder;
let scheduler: FakeScheduler;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "diag-remove-"));
  folder = await aRun(directory, "gauss-1");
  scheduler = new FakeScheduler();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const remove = (path = folder.path) => removeRun(path, scheduler);
const tasks = [[0, 1, 2, 3]];

/** A file of every kind that a run may have. */
async function fill(): Promise<void> {
  await aSubmission(folder, 1, tasks, { array: 12 });
  await haveResults(folder, 0, 11);
  await recordEnding(folder, 1, 0, { line: "ended with exit code 3", by: "itself", isFurther: true });
  await recordUnfitNode(folder, "node-7.west", "it has no fused multiply-add");
  await folder.markCancelled();
  await readProgress(folder);
  for (const name of [
    "logs/12_0.log",
    "checkpoints/3",
    "worker/cluster-worker.js",
    "results/.diag-0123456789abcdef.new",
  ]) {
    await writeFile(folder.at(name), "x");
  }
}

describe("removing a run", () => {
  test("takes its files and its folder away, and nothing beside it", async () => {
    await fill();
    await aRun(directory, "gauss-2");
    await writeFile(join(directory, "note"), "");
    expect(await remove()).toEqual({ kind: "removed", line: "removed" });
    expect((await readdir(directory)).sort()).toEqual(["gauss-2", "note"]);
  });

  test("asks nobody where nothing was submitted", async () => {
    scheduler.silence = "squeue: nobody is there";
    expect((await remove()).kind).toBe("removed");
    expect(scheduler.asked).toEqual([]);
  });

  test("is refused while tasks of it live, may come, or cannot be asked about", async () => {
    const token = await aSubmission(folder, 1, tasks);
    expect(await remove()).toEqual({ kind: "kept", line: expect.stringContaining("about to submit") });
    scheduler.add(12, token, runs);
    expect(await remove()).toEqual({
      kind: "kept",
      line: "not removed: 1 task runs; cancel it first (diag runs cancel gauss-1)",
    });
    scheduler.silence = "squeue: nobody is there";
    expect(await remove()).toEqual({ kind: "kept", line: expect.stringContaining("nobody is there") });
    expect(await folder.isCancelled()).toBe(false);
    scheduler.silence = undefined;
    scheduler.setAll(12, cancelled);
    await recordOutcome(folder, 1, { array: 12 });
    expect((await remove()).kind).toBe("removed");
    expect(existsSync(folder.path)).toBe(false);
  });

  test.each(["notes.txt", "results/best", "logs/today.log", "submissions/1.json.old", "nodes/a b", "mine/"])(
    "is refused where there is something that is no run's: %s",
    async (name) => {
      await fill();
      scheduler.setAll(12, cancelled);
      await (name.endsWith("/") ? mkdir(folder.at(name)) : writeFile(folder.at(name), ""));
      const before = await readdir(folder.path, { recursive: true });
      await expect(remove()).rejects.toThrow(/is no file of a run; move it away/);
      expect(await readdir(folder.path, { recursive: true })).toEqual(before);
    },
  );

  test("does not go into folders where files belong", async () => {
    await mkdir(folder.at("worker", "node_modules"));
    await expect(remove()).rejects.toThrow("is no file of a run");
    expect(existsSync(folder.at("run.json"))).toBe(true);
  });

  test("follows no links", async () => {
    const outside = join(directory, "outside");
    await mkdir(outside);
    await writeFile(join(outside, "7"), "precious");
    await symlink(join(outside, "7"), folder.at("results", "7"));
    await symlink(folder.path, join(directory, "gauss-9"));
    await expect(remove(join(directory, "gauss-9"))).rejects.toThrow("is a link");
    await rm(folder.at("checkpoints"), { recursive: true });
    await symlink(outside, folder.at("checkpoints"));
    await expect(remove()).rejects.toThrow("is no file of a run");
    await rm(folder.at("checkpoints"));
    expect((await remove()).kind).toBe("removed");
    expect(await readFile(join(outside, "7"), "utf8")).toBe("precious");
  });

  test("is refused for what is no run's folder, or bears another name", async () => {
    const other = join(directory, "other");
    await mkdir(join(other, "results"), { recursive: true });
    await writeFile(join(other, "results", "1"), "");
    await expect(remove(other)).rejects.toThrow("is no run's folder");
    await expect(remove(join(directory, "absent"))).rejects.toThrow("there is no run's folder");
    const moved = join(directory, "gauss-5");
    await rename(folder.path, moved);
    await expect(remove(moved)).rejects.toThrow("does not bear the name of its run, gauss-1");
    expect(existsSync(join(moved, "run.json"))).toBe(true);
  });

  test("goes on where one was broken off", async () => {
    await rm(folder.at("run.json"));
    await expect(remove()).rejects.toThrow("no run.json");
    for (const name of ["work", "script", "worker/node", "worker/program"]) {
      await rm(folder.at(name));
    }
    expect((await remove()).kind).toBe("removed");
    expect(existsSync(folder.path)).toBe(false);
  });
});
