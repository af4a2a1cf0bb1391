/** What becomes of runs when nodes and the controller fail. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { SentWork, whenLogSays, workersOf } from "./sent-runs.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";

describe.skipIf(isMissing)("a run on a cluster that goes wrong", () => {
  let slurm: Slurm;
  let sent: SentWork;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, slurmdTimeout: 5, minJobAge: 60 });
    await mkdir(join(slurm.shared, "runs"), { recursive: true });
    sent = await SentWork.prepare(slurm, 600_000);
  });
  afterAll(() => slurm?.stop());

  test("outlives nodes that are drained, set down, and put into service again", async () => {
    const followed = sent.follow(await sent.make(4));
    const array = await followed.array();
    await workersOf(slurm, array, 0);
    await slurm.drain("node1");
    await slurm.drain("node2");
    await slurm.down("node1");
    await slurm.down("node2");
    await slurm.resume("node1");
    await slurm.resume("node2");
    expect((await followed.end).state).toBe("done");
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("counts nothing twice where the first copy of a task still writes on a silent node", async () => {
    const followed = sent.follow(await sent.make(1));
    const array = await followed.array();
    const [first] = await workersOf(slurm, array, 0);
    await whenLogSays(followed.folder, array, 0, /shard 0/);
    process.kill(first!, "SIGSTOP");
    const node = await slurm.nodeOf(array, 0);
    slurm.node(node).freeze();
    try {
      await until("a second copy runs", () => slurm.processes(array, 0).some((pid) => pid !== first), 120);
      process.kill(first!, "SIGCONT");
      expect((await followed.end).state).toBe("done");
      expect(followed.notes.join("\n")).toMatch(/_0 was put back, and waits to be started again/);
      expect(await followed.submitted()).toEqual([[0]]);
      expect(await followed.result()).toEqual(sent.expected);
      await until("the first copy has ended", () => !slurm.processes(array, 0).includes(first!));
      expect(await followed.result()).toEqual(sent.expected);
    } finally {
      slurm.node(node).thaw();
      await slurm.whenNode(node, "idle", "mixed", "allocated");
    }
  });

  test("waits for a controller that is stopped for a minute, and submits nothing meanwhile", async () => {
    const followed = sent.follow(await sent.make(3));
    const array = await followed.array();
    await workersOf(slurm, array, 0);
    await slurm.controller.stop();
    await sleep(60_000);
    expect(await followed.submitted()).toEqual([[0, 1, 2]]);
    await slurm.startController();
    expect((await followed.end).state).toBe("done");
    // Where its results have all come meanwhile, nothing more is asked.
    expect(followed.notes[0]).toMatch(/^the cluster cannot be asked: .*asked again until it answers$/);
    expect(await followed.submitted()).toEqual([[0, 1, 2]]);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("loses nothing to a controller that is killed just after the start", async () => {
    const followed = sent.follow(await sent.make(4));
    const array = await followed.array();
    await workersOf(slurm, array, 0);
    await slurm.controller.kill();
    await slurm.startController();
    expect((await followed.end).state).toBe("done");
    expect(await followed.result()).toEqual(sent.expected);
  });
});
