import { writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import {
  type CommandAnswer,
  queueCommand,
  readQueue,
  variablesForCommands,
} from "../../src/cluster/index.js";
import { recordedCases, saysOf, writeRecorded } from "../unit/cluster/recorded/cases.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";

/**
 * A scheduler is brought into every state that there is an answer of in `test/unit/cluster/recorded`, and what it says must
 * mean what it is known to mean. With `DIAG_RECORD=1` its answers are kept there anew.
 */
describe.skipIf(isMissing)("what Slurm says means what has been done to it", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ processors: 4, minJobAge: 600, killWait: 4, maxArraySize: 1001 });
  });
  afterAll(() => slurm?.stop());
  afterEach(async () => {
    await slurm.run("scancel", ["--user", userInfo().username]);
    await until("nothing is alive", async () => (await slurm.ask("squeue", "--noheader")) === "");
  });

  const sleeping = "#!/bin/sh\nexec sleep 600\n";
  const submit = (name: string, script: string, ...words: readonly string[]): Promise<number> =>
    slurm.submit(script, `--job-name=${name}`, ...words);

  async function look(
    words = queueCommand.words,
    variables = queueCommand.variables,
  ): Promise<CommandAnswer> {
    return slurm.run(queueCommand.program, words, {
      environment: { ...variablesForCommands(slurm.environment), ...variables },
      seconds: queueCommand.seconds,
    });
  }

  /** Waits until an answer says what its case says, and keeps it where that is asked for. */
  async function expectCase(name: string, ask: () => Promise<CommandAnswer> = look): Promise<CommandAnswer> {
    const { says, cut = [] } = recordedCases[name]!;
    let answer: CommandAnswer = { status: null, stdout: "", stderr: "" };
    await expect
      .poll(
        async () => {
          answer = ownJobs(await ask(), Object.keys(says));
          return saysOf(readQueue(answer));
        },
        { interval: 50, timeout: 100_000 },
      )
      .toEqual(
        "couldNotAsk" in says ? { couldNotAsk: expect.stringContaining(says.couldNotAsk as string) } : says,
      );
    const queue = readQueue(answer);
    expect(queue.kind === "seen" ? [...queue.arrays.values()].filter(({ isCut }) => isCut).length : 0).toBe(
      cut.length,
    );
    if (process.env.DIAG_RECORD) {
      writeRecorded(name, withoutPrivate(answer));
    }
    return answer;
  }

  /** An answer with the jobs of some names only. */
  function ownJobs(answer: CommandAnswer, names: readonly string[]): CommandAnswer {
    if (!answer.stdout.startsWith("{")) {
      return answer;
    }
    const parsed = JSON.parse(answer.stdout) as { jobs: { name: string }[] };
    const jobs = parsed.jobs.filter(({ name }) => names.includes(name));
    return { ...answer, stdout: JSON.stringify({ ...parsed, jobs }) };
  }

  /** An answer without names of this machine and of whoever tests. */
  function withoutPrivate(answer: CommandAnswer): CommandAnswer {
    const changed = (text: string): string =>
      text.replaceAll(slurm.folder, "/cluster").replaceAll(hostname(), "login1");
    const { username, uid, gid } = userInfo();
    const stdout = answer.stdout.startsWith("{")
      ? JSON.stringify(JSON.parse(answer.stdout), (field, value: unknown) =>
          (field === "user_id" && value === uid) || (field === "group_id" && value === gid)
            ? 1000
            : field === "user_name" || field === "group_name"
              ? "alice"
              : typeof value === "string"
                ? changed(value)
                : value,
        )
      : changed(answer.stdout);
    return { ...answer, stdout, stderr: changed(answer.stderr).replaceAll(username, "alice") };
  }

  test("nothing is there", async () => {
    await expectCase("empty");
  });

  test("an array runs two tasks at once", async () => {
    await submit("throttled", sleeping, "--array=0-9%2");
    await expectCase("throttled");
  });

  test("arrays wait", async () => {
    await submit("range", sleeping, "--array=0-9%3", "--begin=now+1hour");
    await submit("single", sleeping, "--array=0,3,6", "--begin=now+1hour");
    await submit("step", sleeping, "--array=0-198:2", "--begin=now+1hour");
    await submit("alone", sleeping, "--begin=now+1hour");
    await expectCase("lists");
  });

  test("a long list is cut unless it is asked for whole", async () => {
    const scattered = Array.from({ length: 32 }, (_, root) => root * root).join(",");
    await submit("long", sleeping, `--array=${scattered}`, "--begin=now+1hour");
    await expectCase("cut-list", () => look(["--json"], {}));
    await expectCase("whole-list");
  });

  test("tasks end in every way", async () => {
    await submit("done", "#!/bin/sh\nexit 0\n", "--array=0-1");
    await submit("exit-3", "#!/bin/sh\nexit 3\n", "--array=0");
    await submit("signal-9", "#!/bin/sh\nkill -9 $$\n", "--array=0");
    await submit("unlaunched", "#!/bin/sh\n", "--array=0", `--output=${slurm.shared}/missing/log`);
    await submit("step-failed", "#!/bin/sh\nfalse\nexit 0\n", "--array=0");
    const running = await submit("cancelled", sleeping, "--array=0-1");
    await slurm.whenTasks(running, "RUNNING", 0, 1);
    await slurm.cancel(running);
    await expectCase("ended");
  });

  test("tasks are held", async () => {
    await submit("user-hold", sleeping, "--array=0-2", "--hold");
    const held = await submit("admin-hold", sleeping, "--array=0-2", "--begin=now+1hour");
    await slurm.hold(`${held}_1`);
    await expectCase("held");
  });

  test("tasks are put back", async () => {
    const job = await submit("requeued", sleeping, "--array=0-2", "--requeue");
    await slurm.whenTasks(job, "RUNNING", 0, 1, 2);
    await slurm.ask("scontrol", "requeuehold", `${job}_1`);
    await slurm.ask("scontrol", "requeuehold", "State=SpecialExit", `${job}_2`);
    await slurm.requeue(`${job}_0`);
    await until("the scheduler has looked at it", async () => (await look()).stdout.includes('"BeginTime"'));
    await expectCase("requeued");
  });

  test("jobs depend on others", async () => {
    const first = await submit("first", "#!/bin/sh\nexit 1\n");
    await slurm.whenTasks(first, "FAILED", "");
    const held = await submit("blocker", sleeping, "--hold");
    await submit("never", sleeping, "--array=0", `--dependency=afterok:${first}`);
    await submit("later", sleeping, "--array=0", `--dependency=afterok:${held}`);
    await expectCase("dependent");
  });

  test("jobs ask for too much, or for what is busy", async () => {
    await slurm.ask("scontrol", "update", "partitionname=urgent", "state=down");
    const busy = await submit("busy", sleeping, "--array=0", "--cpus-per-task=3");
    await slurm.whenTasks(busy, "RUNNING", 0);
    await submit("too-long", sleeping, "--array=0", "--partition=short", "--time=10");
    await submit("partition-down", sleeping, "--array=0", "--partition=urgent");
    await submit("resources", sleeping, "--array=0", "--cpus-per-task=4");
    await submit("priority", sleeping, "--array=0", "--cpus-per-task=4");
    await until("the scheduler has looked at all of them", async () => {
      const { stdout } = await look();
      return ["Resources", "Priority", "PartitionDown"].every((reason) => stdout.includes(`"${reason}"`));
    });
    await expectCase("limits");
    await slurm.ask("scontrol", "update", "partitionname=urgent", "state=up");
  });

  test("a job makes room for another", async () => {
    const first = await submit("may-return", sleeping, "--array=0", "--requeue", "--cpus-per-task=2");
    const second = await submit("may-not-return", sleeping, "--array=0", "--no-requeue", "--cpus-per-task=2");
    await slurm.whenTasks(first, "RUNNING", 0);
    await slurm.whenTasks(second, "RUNNING", 0);
    await submit("urgent", sleeping, "--array=0", "--partition=urgent", "--cpus-per-task=4");
    await expectCase("preempted");
  });

  test("a task takes its time to end", async () => {
    const job = await submit(
      "completing",
      "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n",
      "--array=0",
    );
    await slurm.whenTasks(job, "RUNNING", 0);
    await until("it runs", () => slurm.processes(job).length > 0);
    await slurm.cancel(job);
    await expectCase("completing");
  });

  test("a task is suspended", async () => {
    const job = await submit("suspended", sleeping, "--array=0");
    await slurm.whenTasks(job, "RUNNING", 0);
    await slurm.ask("scontrol", "suspend", String(job));
    await slurm.whenTasks(job, "SUSPENDED", 0);
    await expectCase("suspended");
    await slurm.ask("scontrol", "resume", String(job));
  });

  test("a node is set down, and one is drained", async () => {
    const [returns, stays] = [
      await submit("returns", sleeping, "--array=0", "--requeue"),
      await submit("stays", sleeping, "--array=0", "--no-requeue"),
    ];
    await slurm.whenTasks(returns, "RUNNING", 0);
    await slurm.whenTasks(stays, "RUNNING", 0);
    await slurm.down();
    await expectCase("node-down");
    await slurm.cancel(returns);
    await slurm.resume();
    await slurm.whenNode("node1", "idle");
    await slurm.drain();
    await submit("drained", sleeping, "--array=0");
    await until("the scheduler has looked at it", async () =>
      /Resources|ReqNode/.test((await look()).stdout),
    );
    await expectCase("node-drained");
    await slurm.resume();
  });

  test("a task takes longer than it may", async () => {
    const job = await submit("timeout", sleeping, "--array=0", "--time=1");
    await slurm.whenTasks(job, "RUNNING", 0);
    await slurm.endTime(`${job}_0`);
    await expectCase("timeout");
  });

  test("nobody answers", async () => {
    await slurm.authentication.stop();
    await expectCase("authentication-down");
    await slurm.startAuthentication();
    const empty = join(slurm.folder, "empty.conf");
    await writeFile(empty, "");
    await expectCase("unconfigured", () =>
      look(queueCommand.words, { ...queueCommand.variables, SLURM_CONF: empty }),
    );
    slurm.controller.freeze();
    await expectCase("controller-silent");
    slurm.controller.thaw();
    await slurm.controller.stop();
    await expectCase("controller-down");
    await slurm.startController();
  });
});
