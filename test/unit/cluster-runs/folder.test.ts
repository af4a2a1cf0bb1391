import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { ClusterFault, RunFolder, runsIn } from "../../../src/cluster-runs/index.js";
import { layNothing, OwnDirectory, recordOf, work } from "./made.js";

const directory = new OwnDirectory();

afterAll(() => directory.remove());
afterEach(() => vi.restoreAllMocks());

/** What is said in place of a run, in one line. */
async function fault(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterFault);
  const { message } = error as ClusterFault;
  expect(message).not.toContain("\n");
  return message;
}

describe("a run's folder", () => {
  test("has what was written, for whoever opens it", async () => {
    const made = await directory.run({ engine: "cpu" });
    const opened = await RunFolder.open(made.path);
    expect(opened.run).toEqual(made.run);
    expect(opened.run).toMatchObject(recordOf({ id: made.run.id, engine: "cpu" }));
    expect(await opened.work()).toEqual(work);
    for (const name of readdirSync(made.path)) {
      expect(statSync(made.at(name)).mode & 0o022).toBe(0);
    }
    expect(statSync(made.path).mode & 0o777).toBe(0o700);
  });

  test.each(["back\\slash", "new\nline", "x".repeat(900)])(
    "is not made where Slurm would not take its path: %j",
    async (name) => {
      const path = join(directory.path, name);
      const made = RunFolder.create(path, recordOf({ id: "never" }), work, layNothing);
      expect(await fault(made)).toMatch(
        /^the folder's path is too long, or has .*; name another by --directory$/,
      );
      expect(existsSync(path)).toBe(false);
    },
  );

  test("is none before all that its tasks need is laid into it", async () => {
    const path = join(directory.path, "half");
    const laying = RunFolder.create(directory.path, recordOf({ id: "half" }), work, async (folder) => {
      expect(readdirSync(folder)).toContain("worker");
      throw new Error("the disk went away");
    });
    await expect(laying).rejects.toThrow("the disk went away");
    expect(await fault(RunFolder.open(path))).toMatch(
      / is no run's folder: there is no run\.json in it; it was never wholly made, .* remove the folder$/,
    );
  });

  test("is made once, in a directory with its whole path", async () => {
    const { run } = await directory.run();
    const again = (path: string) => RunFolder.create(path, recordOf({ id: run.id }), work, layNothing);
    expect(await fault(again(directory.path))).toMatch(/ cannot be made: /);
    expect(await fault(again("runs"))).toBe("the directory of runs must be an absolute path, not runs");
  });

  test.each([0o720, 0o702, 0o777])("is refused where others may write it: %o", async (mode) => {
    const { path } = await directory.run();
    chmodSync(path, mode);
    expect(await fault(RunFolder.open(path))).toMatch(/ may be written by others; .*chmod go-w/);
  });

  test("is refused where it is another user's", async () => {
    const { path } = await directory.run();
    vi.spyOn(process, "getuid").mockReturnValue(process.getuid!() + 1);
    expect(await fault(RunFolder.open(path))).toMatch(/ is of another user, and is not used$/);
  });

  test("is none where there is nothing, or a file", async () => {
    writeFileSync(join(directory.path, "file"), "");
    for (const name of ["nothing", "file"]) {
      expect(await fault(RunFolder.open(join(directory.path, name)))).toMatch(/^there is no run's folder /);
    }
  });

  test.each([
    ["cut", (text: string) => text.slice(0, -20)],
    ["no JSON", () => "run"],
    ["of another version", (text: string) => text.replace('"format": 1', '"format": 2')],
    ["without a point's trials", (text: string) => text.replace('"trials": 10', '"trials": 0')],
    ["with a name that leads elsewhere", (text: string) => text.replace('"id": "run', '"id": "../run')],
  ])("is told to be damaged where its record is %s", async (_, change) => {
    const folder = await directory.run();
    const path = folder.at("run.json");
    writeFileSync(path, change(readFileSync(path, "utf8")));
    expect(await fault(RunFolder.open(folder.path))).toMatch(
      /: run\.json is damaged, or of another version of diag; /,
    );
  });

  test("has no work but that which was written", async () => {
    for (const spoil of [
      (path: string) => truncateSync(path, 30),
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 3]! ^= 1;
        writeFileSync(path, bytes);
      },
    ]) {
      const folder = await directory.run();
      spoil(folder.at("work"));
      expect(await fault(folder.work())).toMatch(/work is not as it was written; /);
      rmSync(folder.at("work"));
      expect(await fault(folder.work())).toMatch(/work no such file; remove the run, and send it again$/);
    }
  });

  test("tells of its files but those that are not whole yet", async () => {
    const folder = await directory.run();
    writeFileSync(folder.at("results", "3"), "");
    writeFileSync(folder.at("results", ".diag-1.new"), "");
    expect(await folder.names("results")).toEqual(["3"]);
    rmSync(folder.at("logs"), { recursive: true });
    expect(await fault(folder.names("logs"))).toMatch(/ cannot be listed: /);
  });

  test("says when nobody wants more of it", async () => {
    const folder = await directory.run();
    expect(await folder.isCancelled()).toBe(false);
    await folder.markCancelled();
    expect(await (await RunFolder.open(folder.path)).isCancelled()).toBe(true);
  });
});

test("a directory tells of its runs, and in a line each of those that cannot be read", async () => {
  const own = new OwnDirectory();
  try {
    await own.run();
    const second = await own.run();
    await own.run();
    writeFileSync(second.at("run.json"), "{");
    mkdirSync(join(own.path, "not a run"));
    const { runs, unreadable } = await runsIn(own.path);
    expect(runs.map(({ run }) => run.id)).toEqual(["run-1", "run-3"]);
    expect(unreadable).toEqual([expect.stringMatching(/run-2: run\.json is damaged/)]);
    // What else people keep there is nobody's run; one that lost its record, or never got one, is.
    mkdirSync(join(own.path, "thesis", "results"), { recursive: true });
    writeFileSync(join(own.path, "notes-1"), "");
    expect((await runsIn(own.path)).unreadable).toEqual(unreadable);
    rmSync(second.at("run.json"));
    expect((await runsIn(own.path)).unreadable).toEqual([
      expect.stringMatching(
        /run-2 is no run's folder: there is no run\.json in it; .* and remove the folder$/,
      ),
    ]);
    expect(await runsIn(join(own.path, "gone"))).toEqual({ runs: [], unreadable: [] });
  } finally {
    own.remove();
  }
});
