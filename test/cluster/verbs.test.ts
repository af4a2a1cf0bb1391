import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { batchScript } from "../../src/cluster/index.js";
import {
  type ClusterFinding,
  claimSubmission,
  examineCluster,
  type RunFolder,
  recordOutcome,
  slurmScheduler,
} from "../../src/cluster-runs/index.js";
import { openCpuEngine } from "../../src/engines/index.js";
import { bitsOf, engineKey } from "../../src/verify/engine-keys.js";
import { diagJson, diagProcess } from "../command/diag.js";
import { aRun } from "../unit/cluster-runs/a-run.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";

describe.skipIf(isMissing)("the command's verbs of clusters", () => {
  let slurm: Slurm;
  let state: string;
  beforeAll(async () => {
    slurm = await startSlurm({ maxArraySize: 21, minJobAge: 300 });
    state = await mkdtemp(join(tmpdir(), "diag-state-"));
  });
  afterAll(async () => {
    await slurm?.stop();
    await rm(state, { recursive: true, force: true });
  });

  const environment = () => ({
    ...(slurm.environment as Record<string, string>),
    XDG_STATE_HOME: state,
    DIAG_CLUSTER_DIRECTORY: join(slurm.shared, "runs"),
  });
  const scheduler = () => slurmScheduler({ environment: slurm.environment, patience: 0 });

  describe("doctor", () => {
    interface DoctorJson {
      readonly well: boolean;
      readonly findings: readonly ({
        readonly name: string;
        readonly well: boolean;
        readonly line: string;
      } & Record<string, string | number | null>)[];
    }
    const doctor = (...words: readonly string[]) =>
      diagJson<DoctorJson>(["doctor", "--executor", "slurm", ...words], undefined, {
        environment: environment(),
      });

    test("follows one small job to its end, and leaves nothing behind", async () => {
      const directory = join(slurm.shared, "new", "directory");
      const { status, json } = await doctor("--directory", directory, "--partition", "main", "--time", "2");
      expect(json.findings.filter(({ well }) => !well)).toEqual([]);
      expect([status, json.well]).toEqual([0, true]);
      expect(json.findings.map(({ name }) => name)).toEqual([
        ...["directory", "slurm", "nodes", "job", "files", "node", "arithmetic", "compiler"],
      ]);
      const [, said, nodes, job, , node, arithmetic] = json.findings;
      expect(said).toMatchObject({ cluster: "diag", maxArraySize: 21, minJobAge: 300 });
      expect(nodes).toMatchObject({ all: 1, inService: 1 });
      const { array, submittedAfter, startedAfter, endedAfter } = job!;
      expect(job).toMatchObject({ nodes: "node1" });
      expect(submittedAfter).toBeGreaterThan(0);
      expect(startedAfter).toBeGreaterThanOrEqual(submittedAfter as number);
      expect(endedAfter).toBeGreaterThanOrEqual(startedAfter as number);
      expect((await slurm.states(array as number)).get("0")).toBe("COMPLETED");
      expect(node).toMatchObject({ node: "node1", version: process.version, program: process.execPath });
      const cpu = openCpuEngine(1);
      try {
        const precise = { isPrecise: () => true } as const;
        const key = bitsOf(engineKey({ ...cpu, ...precise } as typeof cpu, {} as never));
        expect(arithmetic).toMatchObject({ arithmetic: key, own: key });
      } finally {
        await cpu.close();
      }
      expect(existsSync(join(slurm.shared, "new"))).toBe(false);
    });

    test("cancels a job that does not start, and says why the queue lets it wait", async () => {
      await slurm.ask("scontrol", "update", "PartitionName=short", "State=DOWN");
      const findings: ClusterFinding[] = [];
      await examineCluster({
        ...{ directory: slurm.shared, asked: { processors: 1, partition: "short" }, seconds: 3 },
        slurm: { environment: slurm.environment },
        found: (finding) => findings.push(finding),
        doing: () => undefined,
      });
      await slurm.ask("scontrol", "update", "PartitionName=short", "State=UP");
      const job = findings.at(-1)!;
      expect(job).toMatchObject({ name: "job", isWell: false });
      expect(job.line).toMatch(
        /^did not start within 3 s: it waits: its partition starts no jobs at present; it was cancelled; submitted after /,
      );
      const states = await slurm.states(job.facts.array as number);
      expect(["CANCELLED", undefined]).toContain(states.get("0"));
      expect(existsSync(join(slurm.shared, "worker"))).toBe(false);
    });

    test("says what the cluster refuses, and exits with 1", async () => {
      const { status, json } = await doctor("--partition", "none");
      expect([status, json.well]).toEqual([1, false]);
      expect(json.findings.filter(({ well }) => !well)).toMatchObject([
        { name: "nodes", line: "there are none of partition none" },
        { name: "job", line: expect.stringMatching(/^was refused: sbatch: .*partition/) },
      ]);
      expect(existsSync(join(slurm.shared, "runs"))).toBe(false);
    });

    test("cancels its job when it is stopped", async () => {
      await slurm.drain();
      await slurm.whenNode("node1", "drained");
      const stopped = diagProcess(["doctor", "--executor", "slurm"], {
        environment: environment(),
        interruptAfter: /^nodes .*0 of 1 in service/m,
      });
      expect(await stopped).toMatchObject({ status: 3, errors: expect.stringContaining("stopped; ") });
      await until("nothing is in the queue", async () => (await slurm.ask("squeue", "--noheader")) === "");
      await slurm.resume();
      await slurm.whenNode("node1", "idle");
      expect(existsSync(join(slurm.shared, "runs"))).toBe(false);
    });
  });

  describe("runs", () => {
    const say = (...words: readonly string[]) =>
      diagProcess(["runs", ...words], { environment: environment() });
    const sayJson = <Json extends object>(...words: readonly string[]) =>
      diagJson<Json>(["runs", ...words], undefined, { environment: environment() });

    /** A run whose tasks say that they have begun, and wait until they are ended. */
    async function sleepingRun(id: string): Promise<RunFolder> {
      const folder = await aRun(join(slurm.shared, "runs"), id);
      await writeFile(
        folder.at("worker", "program.cjs"),
        `console.log("begun"); process.argv[4] === "2" && process.exit(70); setInterval(() => undefined, 1000);`,
      );
      await writeFile(folder.at("script"), batchScript);
      await chmod(folder.at("script"), 0o700);
      return folder;
    }

    /** Submits an array of its tasks; its number, which is written down only where that is asked for. */
    async function sent(folder: RunFolder, number: number, isKnown: boolean): Promise<number> {
      const token = `${folder.run.id}-${number}`;
      const tasks = [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
      ];
      await claimSubmission(folder, number, { token, tasks, before: [0, 0, 0] });
      const submission = await scheduler().submit({
        ...{ token, indices: [0, 1, 2], maxArraySize: 21, folder: folder.path, script: folder.at("script") },
      });
      if (submission.kind !== "submitted") {
        throw new Error(submission.why);
      }
      if (isKnown) {
        await recordOutcome(folder, number, { array: submission.array });
      }
      return submission.array;
    }

    test("are listed, shown, cancelled and removed", async () => {
      const folder = await sleepingRun("sleeping");
      const array = await sent(folder, 1, true);
      // Of this one nobody wrote down that it was submitted.
      const other = await sent(folder, 2, false);
      await slurm.whenTasks(array, "RUNNING", 0, 1);
      await slurm.whenTasks(array, "FAILED", 2);
      await slurm.whenTasks(other, "RUNNING", 0, 1);
      await slurm.whenTasks(other, "FAILED", 2);
      await until(
        "they have said so",
        async () => (await readFile(folder.at("logs", `${array}_2.log`), "utf8")) === "begun\n",
      );
      const { json } = await sayJson<{ runs: unknown[] }>();
      expect(json.runs).toMatchObject([{ id: "sleeping", state: "running", tasks: { running: 4 } }]);
      expect((await say()).output).toMatch(/^sleeping .* 0 of 12 shards done; 4 tasks run$/m);
      const shown = (await say("show", "sleeping")).output;
      expect(shown).toContain(`submission 1 (3 tasks`);
      expect(shown).toMatch(new RegExp(`^ {2}task ${array}_0 on node1 runs; shards 0-3$`, "m"));
      expect(shown).toMatch(
        new RegExp(`^ {2}task ${other}_2 on node1 could not carry out its trials; shards 8-11$`, "m"),
      );
      expect(shown).toMatch(/^ {4}\| begun$/m);
      expect(await say("remove", "sleeping")).toMatchObject({
        status: 1,
        output: "sleeping: not removed: 4 tasks run; cancel it first (diag runs cancel sleeping)\n",
      });
      expect(await say("cancel", "sleeping")).toMatchObject({
        status: 0,
        output: "sleeping: cancelled; no task of it lives; 0 of 12 shards are done\n",
      });
      for (const one of [array, other]) {
        expect([...(await slurm.states(one)).values()].sort()).toEqual(["CANCELLED", "CANCELLED", "FAILED"]);
        expect(slurm.processes(one)).toEqual([]);
      }
      expect((await say("cancel", "sleeping")).status).toBe(0);
      expect((await sayJson<{ runs: unknown[] }>()).json.runs).toMatchObject([{ state: "cancelled" }]);
    });

    test("are not said to be over, and not removed, while the controller is down", async () => {
      await slurm.controller.stop();
      const cancelled = sayJson<{ outcome: string }>("cancel", "sleeping");
      const [listed, removed, examined] = await Promise.all([
        sayJson<{ runs: unknown[] }>(),
        say("remove", "sleeping"),
        diagProcess(["doctor", "--executor", "slurm"], { environment: environment() }),
      ]);
      expect(listed.json.runs).toMatchObject([
        {
          ...{ id: "sleeping", state: "cancelled" },
          line: expect.stringContaining("the queue cannot be asked: squeue: "),
        },
      ]);
      expect(removed).toMatchObject({
        status: 1,
        output: expect.stringMatching(/^sleeping: not removed: the queue cannot be asked whether/),
      });
      expect(examined.status).toBe(1);
      expect(examined.output).toMatch(/^slurm +not well: cannot be asked: scontrol: /m);
      await slurm.startController();
      expect((await cancelled).json.outcome).toBe("ended");
      expect(await say("remove", "sleeping")).toMatchObject({ status: 0, output: "sleeping: removed\n" });
      expect((await say()).output).toMatch(/^there are no runs in /);
    });

    test("that were sent are waited for by their id, and all that they have is removed", async () => {
      const words = [
        "verify",
        "examples/gauss.diag",
        "--trials",
        "64",
        "--executor",
        "slurm",
        "--shards",
        "2",
      ];
      const sending = { environment: environment() };
      const sent = await diagJson<{ run: string }>([...words, "--detach"], undefined, sending);
      expect(sent.errors).toBe("");
      const id = sent.json.run;
      const waited = await sayJson<{ runs: { name: string; trials: number }[] }>("wait", id);
      expect(waited.json.runs.map(({ trials }) => trials)).toContain(64);
      expect((await sayJson<{ runs: unknown[] }>()).json.runs).toMatchObject([
        { id, state: "done", line: "done" },
      ]);
      expect((await say("show", id)).output).toMatch(/^done\n/m);
      await until("none of it lives", async () => (await slurm.ask("squeue", "--noheader")) === "");
      expect(await say("remove", id)).toMatchObject({ status: 0, output: `${id}: removed\n` });
      expect(readdirSync(join(slurm.shared, "runs"))).toEqual([]);
    });
  });
});
