import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkpointFolder, clusterDirectory, directoryNotes } from "../../../src/cli/folders.js";
import { knownDirectories, rememberDirectory, wordsOfDirectories } from "../../../src/cluster-runs/index.js";

describe("directories of runs", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-directories-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("are known once each, when they were noted", async () => {
    const notes = join(folder, "state", "notes");
    expect(await knownDirectories(notes)).toEqual([]);
    for (const directory of [join(folder, "b"), join(folder, "a"), join(folder, "b")]) {
      await mkdir(directory, { recursive: true });
      await rememberDirectory(notes, directory);
    }
    expect(await readdir(notes)).toHaveLength(2);
    const known = [join(folder, "a"), join(folder, "b")];
    expect(await knownDirectories(notes)).toEqual(known);
    // What is no note of ours, or was changed, names none.
    await writeFile(join(notes, "x".repeat(32)), "/elsewhere");
    await writeFile(join(notes, "0".repeat(32)), "/elsewhere");
    expect(await knownDirectories(notes)).toEqual(known);
    // Nor does one that is no longer there.
    await rm(join(folder, "b"), { recursive: true });
    expect(await knownDirectories(notes)).toEqual([join(folder, "a")]);
  });

  test("are not noted where nothing can be, without a word", async () => {
    await writeFile(join(folder, "file"), "");
    await rememberDirectory(join(folder, "file"), folder);
    expect(await knownDirectories(join(folder, "file"))).toEqual([]);
  });

  test("are not looked for among those of whoever runs these tests, nor are checkpoints", () => {
    for (const place of [directoryNotes(), checkpointFolder()]) {
      expect(place.startsWith(join(tmpdir(), "diag-test-state-"))).toBe(true);
    }
  });

  test("that have no run of a name are told of by the first and the number of others", () => {
    const many = Array.from({ length: 13 }, (_, index) => `/runs/${index}`);
    expect(wordsOfDirectories(many)).toBe(
      `${resolve("/runs/0")}, nor in 12 other directories that runs were sent to`,
    );
    expect(wordsOfDirectories(["/runs/0", "/runs/0"])).toBe(resolve("/runs/0"));
  });

  test("are by default where the environment says, or in the user's folder of data", () => {
    expect(clusterDirectory({ DIAG_CLUSTER_DIRECTORY: "/shared/runs", XDG_DATA_HOME: "/data" })).toBe(
      "/shared/runs",
    );
    expect(() => clusterDirectory({ DIAG_CLUSTER_DIRECTORY: "runs" })).toThrow(
      "DIAG_CLUSTER_DIRECTORY must be an absolute path, not runs",
    );
    expect(clusterDirectory({ XDG_DATA_HOME: "/data" })).toBe(join("/data", "diag", "runs"));
    const usual = clusterDirectory({});
    expect(usual.endsWith(join(".local", "share", "diag", "runs"))).toBe(true);
    expect(clusterDirectory({ DIAG_CLUSTER_DIRECTORY: "", XDG_DATA_HOME: "data" })).toBe(usual);
    expect(directoryNotes({ XDG_STATE_HOME: "/state" })).toBe(join("/state", "diag", "run-directories"));
  });
});
