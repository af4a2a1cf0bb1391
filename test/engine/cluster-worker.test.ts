/** The worker of a run on a cluster, as the processes that a scheduler would start. */
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { scriptExits, workerExits } from "../../src/cluster/index.js";
import { layWorker, type RunFolder } from "../../src/cluster-runs/index.js";
import { machineRounding } from "../../src/compile/index.js";
import { simulateLocally } from "../../src/engines/index.js";
import type { PreparedVerification } from "../../src/verify/index.js";
import { sameRequest } from "../../src/work/index.js";
import { shared } from "../shared.js";
import {
  checkpointOf,
  known,
  mergedOf,
  preparedOf,
  RunsDirectory,
  resultOf,
  specificationsOf,
  submitted,
  TaskProcess,
  textOf,
  trialsIn,
} from "./cluster-runs.js";

const directory = new RunsDirectory();

afterAll(() => directory.remove());

const gauss = shared(async () => {
  const [specification] = await specificationsOf("gauss.diag");
  return await preparedOf({ ...specification!, etas: specification!.etas.slice(0, 1) }, 1000);
});

/** The same with more trials than any machine does meanwhile. */
async function endless(): Promise<PreparedVerification> {
  const prepared = await gauss();
  const [point] = prepared.points;
  return { ...prepared, points: [{ ...point!, request: { ...point!.request, trials: 2 ** 45 } }] };
}

/** A run of two points, of which the second has no end. On a processor, so that nothing is compiled meanwhile. */
async function endlessRun(): Promise<{ readonly folder: RunFolder; readonly token: string }> {
  const folder = await directory.runOf([await gauss(), await endless()], 1, { engine: "cpu" });
  return { folder, token: await submitted(folder, [[0, 1]]) };
}

/** Names of files that are not whole yet. */
const unfinished = (folder: RunFolder) =>
  readdirSync(folder.path, { recursive: true, encoding: "utf8" }).filter((name) => /\.new$/.test(name));

/** What one is told of a failure. */
function expectOneLine(log: string): void {
  expect(log).toMatch(/^[^\n]+\n$/);
  expect(log).not.toMatch(/^ +at /m);
}

describe("tasks of a run, each a process", () => {
  test("have the trials of the local run to the last bit, and end at once where they are done", async () => {
    const prepared = await gauss();
    const folder = await directory.runOf([prepared], 4);
    const token = await submitted(folder, [
      [0, 1],
      [2, 3],
    ]);
    const first = new TaskProcess(folder, token, 0, { SLURM_CPUS_PER_TASK: "2" });
    const second = new TaskProcess(folder, token, 1, { SLURMD_NODENAME: "node-2" });
    expect(await first.ended).toEqual({ status: 0, signal: null });
    expect(await second.ended).toEqual({ status: 0, signal: null });
    expect(first.log).toMatch(/^task 0 of run-\w+-1 on node \S+, on \d threads?\n/);
    expect(second.log).toContain("on node node-2, on 1 thread\n");
    const local = await simulateLocally(prepared.points[0]!.request, { workers: 0 });
    expect(known(await mergedOf(folder))).toEqual(known(local));
    const again = new TaskProcess(folder, token, 1);
    expect(await again.ended).toEqual({ status: 0, signal: null });
    expect(again.log).toMatch(/\n2 of 2 shards are done already\n$/);
  });

  test.each([
    ["SIGTERM", workerExits.terminated],
    ["SIGINT", workerExits.interrupted],
  ] as const)("keep what is done on %s, are killed, and go on from there", async (signal, status) => {
    const { folder, token } = await endlessRun();
    // On a busy machine nothing may be done yet.
    for (let wait = 50; (await checkpointOf(folder, 1)).kind === "none"; wait *= 2) {
      const first = new TaskProcess(folder, token, 0);
      await first.logged(/shard 1: /);
      await sleep(wait);
      first.child.kill(signal);
      expect(await first.ended).toEqual({ status, signal: null });
      expect(first.log).toMatch(/\nit was asked to end, and has kept how far it has come\n$/);
    }
    const kept = trialsIn(await checkpointOf(folder, 1)).trials;
    expect(kept).toBeGreaterThan(0);
    const second = new TaskProcess(folder, token, 0);
    await second.logged(new RegExp(`shard 1: .*, of which ${kept.toLocaleString("en-US")} are done`));
    expect(second.log).toContain("\n1 of 2 shards is done already\n");
    second.child.kill("SIGKILL");
    expect(await second.ended).toEqual({ status: null, signal: "SIGKILL" });
    expect(trialsIn(await checkpointOf(folder, 1)).trials).toBe(kept);
    const local = await simulateLocally((await gauss()).points[0]!.request, { workers: 0 });
    expect(known(trialsIn(await resultOf(folder, 0)))).toEqual(known(local));
    expect(unfinished(folder)).toEqual([]);
  });

  test("round as the run does, also where their Node has the instruction for that behind a flag", async () => {
    const prepared = await gauss();
    const [point] = prepared.points;
    const arithmetic = "cpu rounding once";
    const folder = await directory.runOf([{ ...prepared, points: [{ ...point!, arithmetic }] }], 2);
    const task = new TaskProcess(folder, await submitted(folder, [[0, 1]]), 0, { SLURM_CPUS_PER_TASK: "2" });
    await task.ended;
    expect(task.log).toMatch(/\ndone after/);
    const merged = await mergedOf(folder);
    const local = await simulateLocally(point!.request, { workers: 0 });
    const means = (result: typeof local) => result.statistics.map(({ mean }) => mean);
    for (const [at, mean] of means(local).entries()) {
      expect(means(merged)[at]).toBeCloseTo(mean, 10);
    }
    // Where this process rounds twice, what was rounded once has other bits.
    expect(isDeepStrictEqual(known(merged), known(local))).toBe(machineRounding() === "once");
  });

  test("say in a line that nothing can be written, and leave nothing half written", async () => {
    const folder = await directory.runOf([await gauss()], 1);
    const token = await submitted(folder, [[0]]);
    // A file may have a block of 512 or 1024 bytes, which is less than a result has.
    const full = new TaskProcess(folder, token, 0, {}, "ulimit -f 1;");
    expect(await full.ended).toEqual({ status: workerExits.disk, signal: null });
    expectOneLine(full.log.split("\n").slice(3).join("\n"));
    expect(full.log).toMatch(
      /results\/0 cannot be written: it would be larger than files may be there; [^\n]*\n$/,
    );
    expect(readdirSync(folder.at("results"))).toEqual([]);
    expect(unfinished(folder)).toEqual([]);
  });

  test("say in a line that the folder is not what it should be", async () => {
    const folder = await directory.runOf([await gauss()], 1);
    const token = await submitted(folder, [[0]]);
    chmodSync(folder.path, 0o770);
    const written = new TaskProcess(folder, token, 0);
    expect(await written.ended).toEqual({ status: workerExits.folder, signal: null });
    expectOneLine(written.log);
    expect(written.log).toMatch(/ may be written by others; /);
    const words = new TaskProcess(folder, "a token", 0);
    expect(await words.ended).toEqual({ status: scriptExits.usage, signal: null });
    expectOneLine(words.log);
  });
});

describe("a process that listens", () => {
  /** A task whose thread is something else. */
  async function taskWith(thread: string): Promise<TaskProcess> {
    const folder = await directory.runOf([await gauss()], 1);
    const port = 'import { parentPort } from "node:worker_threads";';
    writeFileSync(folder.at("worker", "cluster-task.js"), `${port}\n${thread}\n`);
    return new TaskProcess(folder, await submitted(folder, [[0]]), 0);
  }
  const busy = 'parentPort.postMessage({ kind: "line", text: "busy\\u001b[2J\\nand more" });';

  test("ends when it is asked to, whatever the work is busy with", async () => {
    const task = await taskWith(`${busy} for (;;);`);
    await task.logged(/busy/);
    task.child.kill("SIGTERM");
    expect(await task.ended).toEqual({ status: workerExits.terminated, signal: null });
    expectOneLine(task.log);
    expect(task.log).not.toContain("\u001b");
  });

  test("waits for the work that keeps what is done, but not when it is asked again", async () => {
    const hearing = 'parentPort.on("message", () => parentPort.postMessage({ kind: "stopping" }));';
    const telling =
      'parentPort.on("message", () => parentPort.postMessage({ kind: "line", text: "keeping" }));';
    const task = await taskWith(`${busy} ${hearing} ${telling}`);
    await task.logged(/busy/);
    task.child.kill("SIGTERM");
    await task.logged(/keeping/);
    // Later than what may be the same request.
    await sleep(sameRequest + 100);
    expect(task.child.exitCode).toBeNull();
    task.child.kill("SIGTERM");
    expect(await task.ended).toEqual({ status: workerExits.terminated, signal: null });
  });

  test.each([
    ["fails", 'throw new TypeError("x is not\\na function");', /^unexpected: the work failed: x is not\n$/],
    ["just ends", "process.exit(3);", /^unexpected: the work ended with status 3\n$/],
    ["is not there", 'import "./gone.js";', /^unexpected: the work failed: Cannot find module /],
  ])("says in a line that the work %s", async (_, thread, line) => {
    const task = await taskWith(thread);
    expect(await task.ended).toEqual({ status: workerExits.trials, signal: null });
    expectOneLine(task.log);
    expect(task.log).toMatch(line);
  });
});

describe("a worker that is laid into a folder", () => {
  test("is all that is needed, and its script is the user's alone", async () => {
    const folder = await directory.runOf([await gauss()], 1);
    expect(statSync(folder.at("script")).mode & 0o777).toBe(0o700);
    expect(textOf(folder, "worker", "node")).toBe(`${process.execPath}\n`);
    expect(textOf(folder, "worker", "program")).toBe(`${folder.at("worker", "cluster-worker.js")}\n`);
    const laid = readdirSync(folder.at("worker")).filter((name) => !/^shared-\w{8}\.js$/.test(name));
    expect(laid.sort()).toEqual([
      ...["cluster-task.js", "cluster-worker.js", "node", "package.json"],
      ...["program", "simulate-worker.js", "wabt.js"],
    ]);
  });

  test("is run by the Node that is named, by its full path", async () => {
    const lay = (folder: string) => layWorker(folder, "/opt/node/bin/node");
    const folder = await directory.runOf([await gauss()], 1, { lay });
    expect(textOf(folder, "worker", "node")).toBe("/opt/node/bin/node\n");
    const task = new TaskProcess(folder, await submitted(folder, [[0]]), 0);
    expect(await task.ended).toEqual({ status: scriptExits.node, signal: null });
    for (const node of ["node", "./node", "/opt/no\nde"]) {
      await expect(layWorker(folder.path, node)).rejects.toThrow(/is no absolute path in one line$/);
    }
    await expect(layWorker(join(directory.path, "gone"))).rejects.toThrow(/cannot be written/);
  });
});
