/** What becomes of runs whose tasks are killed, cut short, cancelled, held, or cannot write. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { Gathered, missingOf } from "../../src/cluster-runs/index.js";
import { HeldNode, SentWork, whenLogSays, whenWorked, workersOf } from "./sent-runs.js";
import { type Slurm, startSlurm } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";
const run = promisify(execFile);

/** Only an administrator of a whole machine can make a disk that is soon full. */
async function mayMount(): Promise<boolean> {
  const place = await mkdtemp(join(tmpdir(), "diag-mount-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]);
    await run("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    await rmdir(place).catch(() => undefined);
  }
}

/** Sends processes a signal, as far as they are still there: what a worker has started may be over. */
function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
        throw error;
      }
    }
  }
}

const cannotMount = !(await mayMount());

describe.skipIf(isMissing)("a run whose tasks go wrong", () => {
  let slurm: Slurm;
  let sent: SentWork;
  beforeAll(async () => {
    slurm = await startSlurm({ killWait: 3, minJobAge: 60 });
    await mkdir(join(slurm.shared, "runs"), { recursive: true });
    sent = await SentWork.prepare(slurm, 600_000);
  });
  afterAll(() => slurm?.stop());
  afterEach(() => slurm?.resume().catch(() => undefined));

  test("is done again by another task where one is killed, and only that", async () => {
    const node = await HeldNode.create(slurm, "killed-node");
    const followed = sent.follow(await sent.make(3, {}, { node: node.path }));
    const array = await followed.array();
    signal(await workersOf(slurm, array, 1), "SIGKILL");
    await node.letGo();
    expect((await followed.end).state).toBe("done");
    expect(await followed.submitted()).toEqual([[0, 1, 2], [1]]);
    expect(followed.notes.join("\n")).toContain(`task ${array}_1 was ended by signal 9`);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("goes on from where a task was whose time was too short", async () => {
    const long = await SentWork.prepare(slurm, 3_000_000);
    const folder = await long.make(1, {}, { engine: "cpu" });
    const followed = long.follow(folder);
    const array = await followed.array();
    const [worker] = await workersOf(slurm, array, 0);
    await whenLogSays(folder, array, 0, /shard 0/);
    // Some of it is done.
    await whenWorked(worker!, 1);
    // Held, so that it is not done before Slurm looks at its time; it is let go on, to end, when that is up.
    process.kill(worker!, "SIGSTOP");
    await slurm.endTime(`${array}_0`);
    expect((await followed.end).state).toBe("done");
    expect(followed.notes.join("\n")).toContain(`task ${array}_0 took longer than its time limit`);
    expect(await followed.submitted()).toEqual([[0], [0]]);
    expect(await followed.result()).toEqual(long.expected);
    const log = await readFile(folder.at("logs", `${followed.arrays[1]}_0.log`), "utf8");
    expect(log).toMatch(/of which [\d,]+ are done/);
  });

  test("counts no result that is cut or was changed, and does its shard again", async () => {
    const first = sent.follow(await sent.make(2));
    await first.end;
    const whole = await readFile(first.folder.at("results", "0"), "utf8");
    const folder = await sent.make(2);
    await writeFile(folder.at("results", "0"), whole.slice(0, whole.length / 2));
    await writeFile(folder.at("results", "1"), whole.replace(/"trials":\d/, '"trials":9'));
    const followed = sent.follow(folder);
    expect((await followed.end).state).toBe("done");
    expect(followed.notes.join("\n")).toMatch(/the result of shard 0 .*done again/);
    expect(await followed.result()).toEqual(sent.expected);
  });

  test("stops where somebody cancels its waiting array, and goes on when it is waited for again", async () => {
    await slurm.drain();
    await slurm.whenNode("node1", "drained");
    const followed = sent.follow(await sent.make(2));
    await slurm.cancel(await followed.array());
    const end = await followed.end;
    expect(end.state).toBe("over");
    const missing = await missingOf(new Gathered(followed.folder, sent.work), end);
    expect(missing.map(({ shard, why }) => [shard, why])).toEqual([
      [0, "was cancelled"],
      [1, "was cancelled"],
    ]);
    await slurm.resume();
    const again = sent.follow(followed.folder);
    expect((await again.end).state).toBe("done");
    expect(await again.result()).toEqual(sent.expected);
  });

  test("tells of a task that is held, and goes on with it when it is released", async () => {
    await slurm.drain();
    await slurm.whenNode("node1", "drained");
    const followed = sent.follow(await sent.make(2));
    const array = await followed.array();
    await slurm.hold(array);
    const end = await followed.end;
    expect(end.state).toBe("over");
    expect(end.stuck.map(({ name, line }) => `${name} ${line}`)).toEqual([
      expect.stringContaining(`${array}_0 is held`),
      expect.stringContaining(`${array}_1 is held`),
    ]);
    await slurm.release(array);
    await slurm.resume();
    const again = sent.follow(followed.folder);
    expect((await again.end).state).toBe("done");
    expect(await again.submitted()).toEqual([[0, 1]]);
    expect(await again.result()).toEqual(sent.expected);
  });

  test.skipIf(cannotMount)("says that its disk is full, and goes on when there is room", async () => {
    const place = join(slurm.shared, "small");
    await mkdir(place);
    await run("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", place]);
    try {
      const node = await HeldNode.create(slurm, "node-of-full-disk");
      const folder = await sent.make(2, {}, { directory: "small/runs", node: node.path });
      const filler = join(place, "filler");
      const followed = sent.follow(folder);
      const array = await followed.array();
      // Slurm has the logs of both open before the disk is full.
      await whenLogSays(folder, array, 0, /waits/);
      await whenLogSays(folder, array, 1, /waits/);
      await run("dd", ["if=/dev/zero", `of=${filler}`, "bs=4096"]).catch(() => undefined);
      await node.letGo();
      const end = await followed.end.catch((error: Error) => error);
      const told =
        end instanceof Error ? end.message : [...end.givenUp.values(), ...followed.notes].join("\n");
      expect(told).toMatch(/full|no room|cannot be written/);
      await rm(filler);
      const again = sent.follow(folder);
      expect((await again.end).state).toBe("done");
      expect(await again.result()).toEqual(sent.expected);
    } finally {
      // Busy or not: what still uses it keeps it until then.
      await run("umount", ["-l", place]);
    }
  });
});
