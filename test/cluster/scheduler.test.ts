import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { batchScript, type Meaning, type SubmissionRequest } from "../../src/cluster/index.js";
import { slurmScheduler } from "../../src/cluster-runs/index.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";

describe.skipIf(isMissing)("the scheduler of Slurm's commands", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, maxArraySize: 21, minJobAge: 300 });
  });
  afterAll(() => slurm?.stop());

  const scheduler = (patience = 0) => slurmScheduler({ environment: slurm.environment, patience });

  /** A folder whose tasks note where they run, and with how many processors, and end when there is a file `go`. */
  async function request(token: string, more: Partial<SubmissionRequest> = {}): Promise<SubmissionRequest> {
    const folder = join(slurm.shared, token);
    for (const path of [folder, join(folder, "logs"), join(folder, "worker")]) {
      await mkdir(path);
    }
    const program = join(folder, "worker", "program.cjs");
    await writeFile(
      program,
      `const { existsSync, writeFileSync } = require("node:fs");
      const { SLURMD_NODENAME, SLURM_CPUS_PER_TASK } = process.env;
      writeFileSync("ran." + process.argv[4], SLURMD_NODENAME + " " + SLURM_CPUS_PER_TASK);
      setInterval(() => existsSync("go") && process.exit(0), 20);`,
    );
    await writeFile(join(folder, "worker", "node"), `${process.execPath}\n`);
    await writeFile(join(folder, "worker", "program"), `${program}\n`);
    await writeFile(join(folder, "script"), batchScript);
    await chmod(join(folder, "script"), 0o755);
    return {
      ...{ token, folder, indices: [0, 1, 2], maxArraySize: 21, script: join(folder, "script") },
      ...more,
    };
  }

  async function submitted(one: SubmissionRequest): Promise<number> {
    const submission = await scheduler().submit(one);
    if (submission.kind !== "submitted") {
      throw new Error(submission.why);
    }
    return submission.array;
  }

  async function task(token: string, array: number, index: number): Promise<Meaning | string> {
    const queue = await scheduler().look(new Set([token]));
    const seen = queue.kind === "seen" ? queue.task(array, index) : queue;
    return seen.kind === "seen" ? seen.meaning : seen.kind;
  }

  const whenPhase = (token: string, array: number, index: number, phase: Meaning["phase"]) =>
    until(`${token} ${index} is ${phase}`, async () => {
      const meaning = await task(token, array, index);
      return typeof meaning === "object" && meaning.phase === phase && meaning;
    });

  test("says what the cluster allows", async () => {
    expect(await scheduler().limits()).toEqual({ kind: "seen", maxArraySize: 21, remembers: 300 });
  });

  test("submits an array that is found by its name, on other nodes than those left out, and cancels a part of it", async () => {
    const one = await request("run-a", { exclude: ["node1"], processors: 2 });
    const array = await submitted(one);
    for (const index of [0, 1, 2]) {
      await until("it runs", async () => {
        const said = await readFile(join(one.folder, `ran.${index}`), "utf8").catch(() => "");
        return said === "node2 2";
      });
    }
    await whenPhase("run-a", array, 0, "running");
    const queue = await scheduler().look(new Set(["run-a", "run"]));
    expect(queue).toMatchObject({ kind: "seen" });
    if (queue.kind === "seen") {
      expect([queue.arrayOf("run-a"), queue.arrayOf("run")]).toEqual([array, undefined]);
      expect(queue.task(array, 1)).toMatchObject({ nodes: "node2" });
    }
    expect(await task("run-a", array, 3)).toBe("not there");
    expect(await task("run-a", array + 1, 0)).toBe("not there");
    expect(await scheduler().cancel(array, [1, 2])).toBeUndefined();
    for (const index of [1, 2]) {
      expect(await whenPhase("run-a", array, index, "ended")).toMatchObject({ outcome: "cancelled" });
    }
    expect(await task("run-a", array, 0)).toMatchObject({ phase: "running" });
    await writeFile(join(one.folder, "go"), "");
    expect(await whenPhase("run-a", array, 0, "ended")).toMatchObject({ outcome: "completed" });
    // Nothing is said of an array that is over, or was never there.
    expect(await scheduler().cancel(array)).toBeUndefined();
    expect(await scheduler().cancel(4_000)).toBeUndefined();
  });

  test("releases a task that is held", async () => {
    const one = await request("run-b", { indices: [4, 5], atOnce: 1 });
    const array = await submitted(one);
    await whenPhase("run-b", array, 4, "running");
    await slurm.hold(`${array}_5`);
    expect(await task("run-b", array, 5)).toMatchObject({ phase: "stuck", canBeReleased: true });
    await writeFile(join(one.folder, "go"), "");
    await whenPhase("run-b", array, 4, "ended");
    expect(await task("run-b", array, 5)).toMatchObject({ phase: "stuck" });
    expect(await scheduler().release(array, 5)).toBeUndefined();
    expect(await whenPhase("run-b", array, 5, "ended")).toMatchObject({ outcome: "completed" });
  });

  test("hears why it is refused", async () => {
    const all = await request("run-c", { exclude: ["node1", "node2"] });
    expect(await scheduler().submit(all)).toEqual({
      kind: "refused",
      why: expect.stringMatching(/^sbatch: /),
    });
    expect(await scheduler().submit({ ...all, exclude: [], partition: "none" })).toEqual({
      kind: "refused",
      why: expect.stringContaining("partition"),
    });
    expect(await scheduler().submit({ ...all, exclude: [], indices: [30], maxArraySize: 31 })).toMatchObject({
      kind: "refused",
    });
  });

  test("could not ask while the controller is down, and then says what has become of a task", async () => {
    const one = await request("run-d", { indices: [0] });
    const array = await submitted(one);
    await whenPhase("run-d", array, 0, "running");
    await slurm.controller.stop();
    const answers = await Promise.all([
      scheduler().look(new Set(["run-d"])),
      scheduler().limits(),
      scheduler().cancel(array),
      scheduler().release(array, 0),
    ]);
    for (const answer of answers) {
      expect(answer).toEqual({ kind: "could not ask", why: expect.stringMatching(/^\w+: [^\n]+$/) });
    }
    const other = await request("run-e");
    expect(await scheduler().submit(other)).toMatchObject({ kind: "unknown" });
    // A signal is not kept waiting.
    const stop = new AbortController();
    const look = scheduler(10_000).look(new Set(["run-d"]), stop.signal);
    stop.abort();
    expect(await look).toMatchObject({ kind: "could not ask" });
    await writeFile(join(one.folder, "go"), "");
    await slurm.startController();
    expect(await whenPhase("run-d", array, 0, "ended")).toMatchObject({ outcome: "completed" });
    const queue = await scheduler().look(new Set(["run-e"]));
    expect(queue.kind === "seen" && queue.arrayOf("run-e")).toBeUndefined();
  });
});
