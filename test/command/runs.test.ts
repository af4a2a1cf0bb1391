import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { directoryNotes } from "../../src/cli/folders.js";
import {
  type RunFolder,
  recordEnding,
  recordUnfitNode,
  rememberDirectory,
} from "../../src/cluster-runs/index.js";
import { aRun, aSubmission, haveResults } from "../unit/cluster-runs/a-run.js";
import { FakeCommands, queuedTask, queueText } from "../unit/cluster-runs/fake-commands.js";
import { command, diag, diagJson } from "./diag.js";

interface ListJson {
  readonly runs: readonly Record<string, unknown>[];
  readonly notes: readonly string[];
}

const tasks = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [8, 9, 10, 11],
];

describe.skipIf(process.platform === "win32")("diag runs", () => {
  let folder: string;
  let commands: FakeCommands;
  let run: RunFolder;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-runs-"));
    commands = new FakeCommands();
    run = await aRun(join(folder, "runs"), "gauss-1");
  });
  afterEach(async () => {
    commands.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = () => ({
    ...commands.environment,
    DIAG_CLUSTER_DIRECTORY: join(folder, "runs"),
    XDG_STATE_HOME: join(folder, "state"),
  });
  /** Where there are none of Slurm's commands. */
  const nowhere = () => ({ ...environment(), PATH: folder });
  const say = (words: readonly string[], variables = environment()) =>
    diag(["runs", ...words], { environment: variables });
  const sayJson = <Json extends object>(words: readonly string[], variables = environment()) =>
    diagJson<Json>(["runs", ...words], undefined, { environment: variables });

  /** A task that runs, one that waits, and one that has failed. */
  async function sent(): Promise<void> {
    await aSubmission(run, 1, tasks, { array: 12 });
    await haveResults(run, 0, 8);
    commands.says(
      "squeue",
      queueText(
        queuedTask("gauss-1-1", 12, 0, "RUNNING", { nodes: "node7" }),
        queuedTask("gauss-1-1", 12, "1", "PENDING", { state_reason: "Priority" }),
        queuedTask("gauss-1-1", 12, 2, "FAILED", { exit_code: 768, nodes: "node8" }),
      ),
    );
    await writeFile(run.at("logs", "12_2.log"), "begun\nno memory is left\n");
  }

  test("lists runs of the directory and of those that were ever used, by one look at the queue", async () => {
    const other = join(folder, "other");
    const second = await aRun(other, "gauss-2", { created: "2026-12-01T08:00:00.000Z" });
    await rememberDirectory(directoryNotes({ XDG_STATE_HOME: join(folder, "state") }), other);
    await sent();
    const { status, json } = await sayJson<ListJson>([]);
    expect(status).toBe(0);
    expect(json).toEqual({
      runs: [
        expect.objectContaining({ id: "gauss-2", state: "not sent", path: second.path }),
        {
          ...{ id: "gauss-1", created: "2026-11-30T08:00:00.000Z", file: "gauss.diag", verify: ["v", "w"] },
          ...{ state: "running", line: "2 of 12 shards done; 1 task runs, 1 waits", path: run.path },
          shards: { done: 2, all: 12 },
          tasks: { running: 1, ending: 0, waiting: 1, held: 0, unknown: 0 },
        },
      ],
      notes: [],
    });
    expect(commands.calls("squeue")).toHaveLength(1);
    const shown = await say(["--directory", join(folder, "runs")]);
    expect(shown.output).toMatch(
      /^gauss-1 +2026-11-30T08:00:00.000Z +gauss\.diag +v, w +2 of 12 shards done; 1 task runs, 1 waits$/m,
    );
    expect(shown.output).not.toContain("gauss-2");
  });

  test("lists without Slurm's commands, and does not look where nothing can be in the queue", async () => {
    expect((await say([], nowhere())).output).toContain("not sent");
    await sent();
    const { status, json } = await sayJson<ListJson>([], nowhere());
    expect(status).toBe(0);
    expect(json.runs[0]).toMatchObject({
      state: "cannot ask",
      line: expect.stringContaining("the queue cannot be asked: squeue: there is no such program"),
    });
    await haveResults(run, ...tasks.flat());
    expect((await sayJson<ListJson>([], nowhere())).json.runs[0]).toMatchObject({
      state: "done",
      line: "done",
    });
    await rm(run.at("run.json"));
    const broken = await say([], nowhere());
    expect(broken.errors).toMatch(/^note: .*no run\.json/m);
    // A directory that is both asked for and noted is named once, others are counted.
    expect(broken.output).toMatch(/^there are no runs in [^,\s]+$/m);
  });

  test("shows a run with its tasks, what they mean, and the ends of logs of those that failed", async () => {
    await sent();
    await recordUnfitNode(run, "node3", "it has no fused multiply-add");
    await aSubmission(run, 2, [[5]], { refused: "sbatch: Invalid account" });
    const { status, json } = await sayJson<Record<string, unknown>>(["show", "gauss-1"]);
    expect(status).toBe(0);
    expect(json).toMatchObject({
      ...{ id: "gauss-1", path: run.path, seed: 3, state: "running", unasked: null },
      shards: { done: 2, all: 12, missing: "1-7,9-11" },
      unfitNodes: { node3: "it has no fused multiply-add" },
      submissions: [
        {
          ...{ number: 1, token: "gauss-1-1", array: 12, refused: null },
          tasks: [
            { index: 0, phase: "running", line: "runs", nodes: "node7", shards: "0-3", missing: "1-3" },
            { index: 1, phase: "waiting", line: "waits for its turn", missing: "4-7" },
            {
              ...{ index: 2, phase: "ended", line: "ended with exit code 3", missing: "9-11" },
              log: { path: run.at("logs", "12_2.log"), lastLines: ["begun", "no memory is left"] },
            },
          ],
        },
        { number: 2, array: null, refused: "sbatch: Invalid account" },
      ],
    });
    const { output } = await say(["show", run.path]);
    expect(output).toContain("2 of 12 shards done; 1 task runs, 1 waits\nmissing shards: 1-7,9-11\n");
    expect(output).toMatch(/^v +0\.1 +80 +1 of 8 +cpu fma$/m);
    expect(output).toContain("  task 12_0 on node7 runs; shards 1-3\n");
    expect(output).toContain(
      `  task 12_2 on node8 ended with exit code 3; shards 9-11\n    | begun\n    | no memory is left\n    ${run.at("logs", "12_2.log")}\n`,
    );
    expect(output).toMatch(/^submission 2 \(1 task, .* ago\): not in the queue: sbatch: Invalid account$/m);
    expect(output).toContain("node node3 is not to have tasks of it: it has no fused multiply-add");
  });

  test("shows how tasks ended that the queue has forgotten", async () => {
    await sent();
    await recordEnding(run, 1, 1, { line: "lost its node", by: "the cluster", isFurther: false });
    commands.says("squeue", queueText());
    const { output } = await say(["show", "gauss-1"]);
    expect(output).toContain("  task 12_1 lost its node; shards 4-7\n");
    expect(output).toContain("  task 12_2 is not in the queue; shards 9-11\n");
  });

  test("cancels a run, says what became of it, and removes it then", async () => {
    await sent();
    const refused = await sayJson(["remove", "gauss-1"]);
    expect(refused.status).toBe(1);
    expect(refused.json).toMatchObject({ outcome: "kept", line: expect.stringContaining("cancel it first") });
    commands.set("scancel", `cp "$self/ended" "$self/out.squeue"`);
    await writeFile(
      join(commands.folder, "ended"),
      queueText(queuedTask("gauss-1-1", 12, 0, "CANCELLED"), queuedTask("gauss-1-1", 12, 2, "FAILED")),
    );
    const { status, json } = await sayJson(["cancel", "gauss-1"]);
    expect(status).toBe(0);
    expect(json).toMatchObject({
      outcome: "ended",
      line: "cancelled; no task of it lives; 2 of 12 shards are done",
      shards: { done: 2, all: 12 },
    });
    expect(commands.calls("scancel")).toEqual(["12"]);
    expect((await say(["cancel", "gauss-1"])).output).toBe(
      "gauss-1: cancelled; no task of it lives; 2 of 12 shards are done\n",
    );
    expect(await say(["remove", "gauss-1"])).toMatchObject({ status: 0, output: "gauss-1: removed\n" });
    expect(existsSync(run.path)).toBe(false);
  });

  test.each([
    [["look", "gauss-1"], "diag runs lists all runs; of one, say diag runs show ID, diag runs "],
    [["show"], "diag runs lists all runs; of one, say "],
    [["show", "gauss-1", "gauss-2"], "diag runs lists all runs; of one, say "],
    [["show", "gauss-1", "--orders"], "--orders is for diag runs wait ID"],
    [["show", "gauss-7"], "there is no run gauss-7 in "],
    [["cancel", "../gauss-1"], "there is no run's folder "],
    [["remove", "gauss 1"], "gauss 1 is no run's id"],
  ])("refuses %j in one line", async (words, line) => {
    const { status, errors } = await say(words);
    expect(status).toBe(2);
    expect(errors).toMatch(/^diag: [^\n]+\n$/);
    expect(errors).toContain(line);
  });

  test.each([[[]], [["show", "gauss-1"]]])("refuses a file as the directory of runs, %j", async (words) => {
    const { status, output, errors } = await say([...words, "--directory", command]);
    expect({ status, output }).toEqual({ status: 2, output: "" });
    expect(errors).toBe(`diag: ${command} is no folder; name the folder that runs are in by --directory\n`);
  });

  test("refuses a directory that is no absolute path", async () => {
    const { errors } = await say([], { ...environment(), DIAG_CLUSTER_DIRECTORY: "runs" });
    expect(errors).toBe("diag: DIAG_CLUSTER_DIRECTORY must be an absolute path, not runs\n");
  });
});
