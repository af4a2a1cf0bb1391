/** What becomes of runs whose submitter is killed, or that have two. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { RunFolder } from "../../src/cluster-runs/index.js";
import { gauss, SentWork } from "./sent-runs.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";
const command = join(import.meta.dirname, "../../dist/diag.js");

describe.skipIf(isMissing)("a run whose submitter goes wrong", () => {
  let slurm: Slurm;
  let sent: SentWork;
  const trials = 60_000;
  beforeAll(async () => {
    slurm = await startSlurm({ minJobAge: 60 });
    await mkdir(join(slurm.shared, "runs"), { recursive: true });
    await writeFile(join(slurm.shared, "gauss.diag"), gauss);
    sent = await SentWork.prepare(slurm, trials);
  });
  afterAll(() => slurm?.stop());

  /** Starts the command in a directory of runs of its own. @param sbatch a program that is called in the real one's place. */
  async function submitter(
    name: string,
    sbatch?: string,
  ): Promise<{ readonly child: ChildProcess; readonly runs: string }> {
    const runs = join(slurm.shared, name);
    const programs = join(slurm.shared, `${name}-programs`);
    await mkdir(runs);
    await mkdir(programs);
    if (sbatch !== undefined) {
      await writeFile(join(programs, "sbatch"), sbatch);
      await chmod(join(programs, "sbatch"), 0o755);
    }
    const words = [
      "verify",
      join(slurm.shared, "gauss.diag"),
      "--trials",
      `${trials}`,
      "--executor",
      "slurm",
    ];
    const child = spawn(process.execPath, [command, ...words, "--shards", "2", "--directory", runs], {
      env: {
        ...slurm.environment,
        PATH: `${programs}:${slurm.environment.PATH}`,
        XDG_STATE_HOME: join(slurm.shared, `${name}-state`),
      },
      stdio: "ignore",
      detached: true,
    });
    return { child, runs };
  }

  /** Ends a command with all that it has started. */
  async function kill(child: ChildProcess): Promise<void> {
    const hasExited = once(child, "exit");
    process.kill(-child.pid!, "SIGKILL");
    await hasExited;
  }

  const onlyRun = (runs: string): Promise<RunFolder> =>
    until("the run's folder is there", async () => {
      const [id] = await readdir(runs);
      return id !== undefined && (await RunFolder.open(join(runs, id)).catch(() => undefined));
    });

  const hasFile = (folder: RunFolder, name: string): Promise<true> =>
    until(`submissions/${name}`, async () => (await readdir(folder.at("submissions"))).includes(name)).then(
      () => true,
    );

  test("is submitted once where it was killed before it came to submit", async () => {
    const { child, runs } = await submitter("before", "#!/bin/sh\nexec sleep 600\n");
    const folder = await onlyRun(runs);
    await hasFile(folder, "1.json");
    await kill(child);
    // Nobody submits what was written down so long ago.
    const long = new Date(Date.now() - 3600_000);
    await utimes(folder.at("submissions", "1.json"), long, long);
    const followed = sent.follow(folder);
    expect((await followed.end).state).toBe("done");
    expect(followed.arrays).toHaveLength(1);
    expect(followed.notes).toEqual([
      expect.stringMatching(/^submission 1 is not in the queue.*submitted again$/),
    ]);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("is not submitted again where it was killed before it heard that it was", async () => {
    // Its tasks wait, so that the run is not done before somebody follows it.
    await slurm.drain();
    await slurm.whenNode("node1", "drained");
    const { child, runs } = await submitter(
      "after",
      `#!/bin/sh\n${await real("sbatch")} "$@" >"$0.said"\nexec sleep 600\n`,
    );
    const folder = await onlyRun(runs);
    await hasFile(folder, "1.json");
    await until("the array is in the queue", async () => {
      const { stdout } = await slurm.run("squeue", ["--noheader", "--states=all", "--format=%j"]);
      return stdout.includes(folder.run.id);
    });
    await kill(child);
    const followed = sent.follow(folder);
    await until("that is told", () => followed.notes.length > 0);
    await slurm.resume();
    expect((await followed.end).state).toBe("done");
    expect(followed.arrays).toHaveLength(0);
    expect(followed.notes[0]).toMatch(/^submission 1, .* is array \d+$/);
    expect(await followed.submitted()).toHaveLength(1);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("goes on with another one where it was killed while it waited", async () => {
    const { child, runs } = await submitter("waiting");
    const folder = await onlyRun(runs);
    await hasFile(folder, "1.job");
    await kill(child);
    const followed = sent.follow(folder);
    expect((await followed.end).state).toBe("done");
    expect(await followed.submitted()).toHaveLength(1);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("is submitted once by two at the same time", async () => {
    const folder = await sent.make(3);
    const both = [sent.follow(folder), sent.follow(folder)];
    for (const followed of both) {
      expect((await followed.end).state).toBe("done");
      expect(await followed.result()).toEqual(sent.expected);
    }
    expect(both.flatMap(({ arrays }) => arrays)).toHaveLength(1);
    expect(await both[0]!.submitted()).toEqual([[0, 1, 2]]);
  });

  async function real(program: string): Promise<string> {
    const { stdout } = await slurm.run("sh", ["-c", `command -v ${program}`]);
    return stdout.trim();
  }
});
