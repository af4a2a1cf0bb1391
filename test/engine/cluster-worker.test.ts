/** The worker of a run on a cluster, as the processes that a scheduler would start. */
import { afterAll, describe, expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import {
  known,
  mergedOf,
  preparedOf,
  RunsDirectory,
  specificationsOf,
  submitted,
  TaskProcess,
} from "./cluster-runs.js";

const directory = new RunsDirectory();

afterAll(() => directory.remove());

describe("tasks of a run, each a process", () => {
  test("have the trials of the local run to the last bit, and end at once where they are done", async () => {
    const [specification] = await specificationsOf("gauss.diag");
    const prepared = await preparedOf({ ...specification!, etas: specification!.etas.slice(0, 1) }, 1000);
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
});
