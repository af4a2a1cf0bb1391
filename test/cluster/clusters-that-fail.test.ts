/** What becomes of runs when nodes and the controller fail. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { HeldNode, SentWork, whenLogSays, workersOf } from "./sent-runs.js";
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
    const node = await HeldNode.create(slurm, "node-out-of-service");
    const followed = sent.follow(await sent.make(4, {}, { node: node.path }));
    const array = await followed.array();
    await workersOf(slurm, array, 0);
    await slurm.drain("node1");
    await slurm.drain("node2");
    await slurm.down("node1");
    await slurm.down("node2");
    await slurm.resume("node1");
    await slurm.resume("node2");
    await node.letGo();
    expect((await followed.end).state).toBe("done");
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("counts nothing twice where the first copy of a task still writes on a silent node", async () => {
    const long = await SentWork.prepare(slurm, 3_000_000);
    const program = await HeldNode.create(slurm, "node-of-copies");
    const followed = long.follow(await long.make(1, {}, { engine: "cpu", node: program.path }));
    const array = await followed.array();
    const [first] = await workersOf(slurm, array, 0);
    await program.letGo();
    await whenLogSays(followed.folder, array, 0, /shard 0/);
    process.kill(first!, "SIGSTOP");
    await program.hold();
    const node = await slurm.nodeOf(array, 0);
    slurm.node(node).freeze();
    try {
      await until("a second copy runs", () => slurm.processes(array, 0).some((pid) => pid !== first), 120);
      // Which of its waiting and its running a look falls into is not known.
      await until("that is told", () =>
        followed.notes.some((note) => note.startsWith(`task ${array}_0 was put back`)),
      );
      await program.letGo();
      process.kill(first!, "SIGCONT");
      expect((await followed.end).state).toBe("done");
      expect(await followed.submitted()).toEqual([[0]]);
      expect(await followed.result()).toEqual(long.expected);
      await until("the first copy has ended", () => !slurm.processes(array, 0).includes(first!));
      expect(await followed.result()).toEqual(long.expected);
    } finally {
      slurm.node(node).thaw();
      await slurm.whenNode(node, "idle", "mixed", "allocated");
    }
  });

  test("waits for a controller that is stopped for a minute, and submits nothing meanwhile", async () => {
    const node = await HeldNode.create(slurm, "node-without-controller");
    const followed = sent.follow(await sent.make(3, {}, { node: node.path }));
    const array = await followed.array();
    await workersOf(slurm, array, 0);
    await slurm.controller.stop();
    await sleep(60_000);
    expect(await followed.submitted()).toEqual([[0, 1, 2]]);
    await until("that is told", () => followed.notes.length > 0);
    expect(followed.notes[0]).toMatch(/^the cluster cannot be asked: .*asked again until it answers$/);
    await slurm.startController();
    await node.letGo();
    expect((await followed.end).state).toBe("done");
    expect(await followed.submitted()).toEqual([[0, 1, 2]]);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("loses nothing to a controller that is killed just after the start", async () => {
    const node = await HeldNode.create(slurm, "node-of-killed-controller");
    const followed = sent.follow(await sent.make(4, {}, { node: node.path }));
    const array = await followed.array();
    await workersOf(slurm, array, 0);
    await slurm.controller.kill();
    await slurm.startController();
    await node.letGo();
    expect((await followed.end).state).toBe("done");
    expect(await followed.result()).toEqual(sent.expected);
  });
});
