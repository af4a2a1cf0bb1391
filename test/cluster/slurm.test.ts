import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";

describe.skipIf(isMissing)("the Slurm of the tests", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ maxArraySize: 11 });
  });
  afterAll(() => slurm?.stop());

  /** A script whose tasks note that they ran, and how often they were started before. */
  const noting = `#!/bin/sh
echo "restarts \${SLURM_RESTART_COUNT:-0}" >> "$SLURM_SUBMIT_DIR/$SLURM_ARRAY_JOB_ID.$SLURM_ARRAY_TASK_ID"
`;
  const noted = (job: number, task: number) => readFile(join(slurm.shared, `${job}.${task}`), "utf8");

  test("runs an array whose tasks write files", async () => {
    const job = await slurm.submit(noting, "--array=0-9%4");
    await slurm.whenTasks(job, "COMPLETED", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    for (let task = 0; task < 10; task++) {
      expect(await noted(job, task)).toBe("restarts 0\n");
    }
    expect((await readdir(slurm.shared)).filter((name) => name.endsWith(".log"))).toHaveLength(10);
  });

  test("refuses an index at the bound that was asked for", async () => {
    await expect(slurm.submit(noting, "--array=0-11")).rejects.toThrow("Invalid job array specification");
  });

  test("requeues a task, which waits and runs again with the same number", async () => {
    const job = await slurm.submit(`${noting}exec sleep 600\n`, "--array=3", "--requeue");
    await until("the task notes that it runs", () => existsSync(join(slurm.shared, `${job}.3`)));
    await slurm.requeue(`${job}_3`);
    await until("the task notes that it was requeued", async () =>
      (await noted(job, 3)).includes("restarts 1"),
    );
    expect(await noted(job, 3)).toBe("restarts 0\nrestarts 1\n");
    await slurm.cancel(job);
    await slurm.whenTasks(job, "CANCELLED", 3);
  });

  test("finds the processes of a task, and cancelling ends them", async () => {
    const job = await slurm.submit("#!/bin/sh\nsleep 600 &\nwait\n", "--array=0-1");
    await until("both tasks run", () => slurm.processes(job).length >= 4);
    const [first, second] = [slurm.processes(job, 0), slurm.processes(job, 1)];
    expect(first).toHaveLength(2);
    expect(second).toHaveLength(2);
    expect(slurm.processes(job).sort()).toEqual([...first, ...second].sort());
    await slurm.cancel(`${job}_0`);
    await until("the processes of one have ended", () => slurm.processes(job, 0).length === 0);
    expect(slurm.processes(job, 1)).toEqual(second);
    await slurm.cancel(job);
    await until("those of the other, too", () => slurm.processes(job).length === 0);
  });

  test("holds a task until it is released", async () => {
    const job = await slurm.submit(noting, "--array=0-1", "--hold");
    await slurm.release(`${job}_1`);
    await slurm.whenTasks(job, "COMPLETED", 1);
    expect((await slurm.states(job)).get("0")).toBe("PENDING");
    expect(existsSync(join(slurm.shared, `${job}.0`))).toBe(false);
    await slurm.release(`${job}_0`);
    await slurm.whenTasks(job, "COMPLETED", 0, 1);
  });

  test("goes on with its jobs when its controller was stopped in between, and when it was killed", async () => {
    const job = await slurm.submit(`${noting}while ! [ -e go ]; do sleep 0.1; done\n`, "--array=0-1");
    await slurm.whenTasks(job, "RUNNING", 0, 1);
    await slurm.controller.stop();
    const down = await slurm.run("squeue", ["--noheader"]);
    expect(down.status).toBe(1);
    await slurm.startController();
    // All was saved when it was stopped; one that is killed forgets what it has not saved.
    await slurm.controller.kill();
    await slurm.startController();
    expect([...(await slurm.states(job)).values()]).toEqual(["RUNNING", "RUNNING"]);
    await slurm.run("touch", ["go"]);
    await slurm.whenTasks(job, "COMPLETED", 0, 1);
    expect(await noted(job, 0)).toBe("restarts 0\n");
  });

  test("requeues what runs on a node that is set down, and drains one", async () => {
    const job = await slurm.submit(`${noting}exec sleep 600\n`, "--array=0", "--requeue");
    await until("the task notes that it runs", () => existsSync(join(slurm.shared, `${job}.0`)));
    await slurm.down();
    expect(await slurm.nodeState()).toMatch(/^down/);
    await slurm.whenTasks(job, "PENDING", 0);
    await slurm.resume();
    await until("the task runs again", async () => (await noted(job, 0)).includes("restarts 1"));
    await slurm.drain();
    expect(await slurm.nodeState()).toBe("draining");
    await slurm.cancel(job);
    await slurm.whenNode("node1", "drained");
    await slurm.resume();
    await slurm.whenNode("node1", "idle");
  });
});

describe.skipIf(isMissing)("the Slurm of the tests, with two nodes", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
  });
  afterAll(() => slurm?.stop());

  test("starts what runs on a node that falls silent on the other, while the first copy lives on", async () => {
    const job = await slurm.submit("#!/bin/sh\nexec sleep 600\n", "--array=0", "--requeue");
    await slurm.whenTasks(job, "RUNNING", 0);
    const first = await until("its process", () => slurm.processes(job, 0)[0]);
    const node = await slurm.nodeOf(job, 0);
    await slurm.node(node).kill();
    const second = await until("a second copy", () => slurm.processes(job, 0).find((pid) => pid !== first));
    expect(await slurm.nodeOf(job, 0)).not.toBe(node);
    expect(slurm.processes(job, 0).sort()).toEqual([first, second].sort());
    expect(await slurm.nodeState(node)).toBe("down*");
    // Who comes back ends what it should not have.
    slurm.node(node).start();
    await until("the first copy has ended", () => !slurm.processes(job, 0).includes(first));
    expect(slurm.processes(job, 0)).toEqual([second]);
    await slurm.cancel(job);
    await until("the second copy, too", () => slurm.processes(job).length === 0);
  });
});
