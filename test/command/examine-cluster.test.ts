import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClusterFinding, examineCluster } from "../../src/cluster-runs/index.js";
import { FakeCommands } from "../unit/cluster-runs/fake-commands.js";
import { diag } from "./diag.js";

/** What goes wrong with a small job, where Slurm's commands say what a test has them say. */
describe.skipIf(process.platform === "win32")("diag doctor --executor slurm", () => {
  let folder: string;
  let commands: FakeCommands;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-doctor-"));
    commands = new FakeCommands();
    commands.says("sinfo", "node1|main|idle\nnode2|main|down*\nnode3|gpu|idle\n");
    commands.says(
      "scontrol",
      "ClusterName = west\nSLURM_VERSION = 22.05.8\nMaxArraySize = 1001\nMaxJobCount = 10000\nMinJobAge = 300 sec\n",
    );
    commands.set("scancel", `touch "$self/cancelled"`);
    sbatch("");
    squeue("COMPLETED");
  });
  afterEach(async () => {
    commands.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a node does with the job, in the folder of which a word before the last tells. */
  function sbatch(work: string): void {
    commands.set(
      "sbatch",
      `while [ "$#" -gt 2 ]; do shift; done; echo "$2" > "$self/token"; cd "$1" || exit 1\n${work}\necho 12`,
    );
  }

  /** The task's state in the queue, until it is cancelled. */
  function squeue(state: string, more = ""): void {
    commands.set(
      "squeue",
      `[ "$1" = --version ] && { echo slurm 22.05.8; exit; }
      state=${state}; [ -e "$self/cancelled" ] && state=CANCELLED
      [ -e "$self/token" ] || { echo '{"errors": [], "jobs": []}'; exit; }
      printf '{"errors": [], "jobs": [{"job_id": 12, "array_job_id": 12, "array_task_id": 0, "nodes": "node1", '
      printf '"name": "%s", "job_state": "%s"${more}}]}' "$(cat "$self/token")" "$state"`,
    );
  }

  /** A clock that goes on only while somebody waits. */
  class WaitingClock {
    seconds = 0;
    readonly now = () => this.seconds;
    readonly wait = async (seconds: number) => {
      this.seconds += seconds;
    };
  }

  async function examine(more: { directory?: string; partition?: string } = {}): Promise<ClusterFinding[]> {
    const { directory = join(folder, "runs"), partition } = more;
    const findings: ClusterFinding[] = [];
    await examineCluster({
      ...{ directory, asked: { processors: 1, ...(partition === undefined ? {} : { partition }) } },
      ...{ slurm: { environment: commands.environment }, clock: new WaitingClock() },
      found: (finding) => findings.push(finding),
      doing: () => undefined,
    });
    // Whatever happens, what was made is taken away.
    expect(readdirSync(folder).filter((name) => name !== "file")).toEqual([]);
    return findings;
  }

  /** What a report is on a node whose arithmetic this is. */
  const reporting = (arithmetic: string, question = "$(cat question)"): string =>
    `printf '{"question": "%s", "node": "node1", "version": "v1.2.3", "program": "/node", "arithmetic": "${arithmetic}", "problem": "there is none"}' "${question}" > report`;

  const lastOf = (findings: readonly ClusterFinding[]) => findings.at(-1)!;

  test("tells what Slurm says of itself, and of the nodes of a partition", async () => {
    const found = await examine();
    expect(found.slice(0, 3)).toMatchObject([
      { name: "directory", isWell: true },
      {
        ...{ name: "slurm", isWell: true },
        line: "22.05.8, cluster west; arrays of up to 1001 tasks; 10000 jobs at once; remembers what has ended for 300 s",
      },
      { name: "nodes", isWell: true, line: "2 of 3 in service", facts: { all: 3, inService: 2 } },
    ]);
    expect((await examine({ partition: "main" }))[2]).toMatchObject({
      line: "1 of 2 of partition main in service",
    });
    commands.says("sinfo", "node1|main|drained\n");
    expect((await examine())[2]).toMatchObject({ isWell: false, line: "0 of 1 in service" });
  });

  test("is not well where the node rounds otherwise, and is where it has another Node and no compiler", async () => {
    sbatch(reporting("cpu rounding never"));
    expect((await examine()).slice(3)).toMatchObject([
      { name: "job", isWell: true, facts: { array: 12, nodes: "node1" } },
      { name: "files", isWell: true },
      { name: "node", isWell: true, line: `Node v1.2.3 at /node; here it is ${process.version}` },
      {
        ...{ name: "arithmetic", isWell: false },
        line: expect.stringMatching(/^cpu rounding never on node1, and cpu rounding (?:once|twice) here: /),
      },
      { name: "compiler", isWell: true, line: "tasks run in WebAssembly: there is none" },
    ]);
  });

  test("is not well where the node does not see what is written here, or the other way", async () => {
    expect(lastOf(await examine())).toMatchObject({
      ...{ name: "files", isWell: false },
      line: expect.stringMatching(
        /^what the node wrote is not seen here 65 s after its end; the directory must/,
      ),
    });
    sbatch(reporting("cpu rounding once", "of another"));
    expect(lastOf(await examine())).toMatchObject({
      ...{ name: "files", isWell: false, line: "what the node wrote is not what it was asked for" },
    });
  });

  test.each([
    ["16896", "did not find the run's folder on its node; the folder must be one that all nodes share"],
    ["17664", "did not find Node on its node; install it where all nodes see it"],
    ["53", "was never started"],
  ])("says why a job failed, by its status %s and its log", async (status, line) => {
    sbatch(`printf 'one\\ntwo\\n' > logs/12_0.log`);
    squeue("FAILED", `, "exit_code": ${status}`);
    const job = lastOf(await examine());
    expect(job).toMatchObject({ name: "job", isWell: false });
    expect(job.line.startsWith(line)).toBe(true);
    expect(job.line).toContain("; its log ends with: one | two; submitted after ");
    expect(commands.calls("scancel")).toEqual([]);
  });

  test.each([
    ["PENDING", "JobHeldUser", "is held; it does not start before it is released; it was cancelled"],
    ["PENDING", "Priority", "did not start within 60 s: it waits for its turn; it was cancelled"],
    ["RUNNING", "None", "did not end within 60 s: it runs; it was cancelled"],
  ])("cancels a job that stays %s by %s", async (state, reason, line) => {
    squeue(state, `, "state_reason": "${reason}"`);
    const job = lastOf(await examine());
    expect(job).toMatchObject({ name: "job", isWell: false, facts: { endedAfter: null } });
    expect(job.line.startsWith(line)).toBe(true);
    expect(commands.calls("scancel")).toEqual(["12"]);
  });

  test("finds a job by its name when it does not know whether it was submitted", async () => {
    sbatch(
      `${reporting("cpu rounding never")}; echo "sbatch: error: Unable to contact slurm controller" >&2; exit 1`,
    );
    expect((await examine())[3]).toMatchObject({ name: "job", isWell: true, facts: { array: 12 } });
    squeue("COMPLETED");
    commands.set(
      "sbatch",
      `rm -f "$self/token"; echo "sbatch: error: Unable to contact slurm controller" >&2; exit 1`,
    );
    expect(lastOf(await examine()).line).toMatch(
      /^may have been submitted \(sbatch: .*\); if it is in the queue, end it by scancel --name=diag-doctor-[0-9a-f]{12}$/,
    );
  });

  test("does not know what became of a job that nobody remembers", async () => {
    commands.set(
      "squeue",
      `[ "$1" = --version ] && { echo slurm 22.05.8; exit; }; echo '{"errors": [], "jobs": []}'`,
    );
    expect(lastOf(await examine()).line).toMatch(/^is not in the queue any more, and nobody knows/);
  });

  test("needs a directory that can be made, and commands", async () => {
    writeFileSync(join(folder, "file"), "");
    expect(await examine({ directory: join(folder, "file", "runs") })).toMatchObject([
      {
        name: "directory",
        isWell: false,
        line: expect.stringMatching(/^\S+ cannot be made: .*; name another by --directory/),
      },
      { name: "slurm", isWell: true },
      { name: "nodes", isWell: true },
    ]);
    const nowhere = { environment: { PATH: folder, XDG_STATE_HOME: folder } };
    const { status, output } = await diag(["doctor", "--executor", "slurm"], nowhere);
    expect(status).toBe(1);
    expect(output).toMatch(
      /^commands {4}not well: sbatch: there is no such program on the PATH; run diag where .*\n$/,
    );
    expect(existsSync(join(folder, "diag"))).toBe(false);
  });

  test.each([
    [["--executor", "lsf"], 'there is no executor "lsf"'],
    [["--partition", "main"], "--partition is for runs on a cluster; give --executor slurm with it"],
    [["--executor", "slurm", "--time", "soon"], "--time takes minutes"],
    [["--executor", "slurm", "--compiler", "cc"], "--compiler is for engines of this machine"],
  ])("refuses %j in one line", async (words, line) => {
    const { status, errors } = await diag(["doctor", ...words]);
    expect(status).toBe(2);
    expect(errors).toMatch(/^diag: [^\n]+\n$/);
    expect(errors).toContain(line);
  });
});
