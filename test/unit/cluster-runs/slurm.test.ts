import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SubmissionRequest } from "../../../src/cluster/index.js";
import { slurmFault, slurmScheduler } from "../../../src/cluster-runs/index.js";
import { FakeCommands, queuedTask, queueText } from "./fake-commands.js";

const request: SubmissionRequest = {
  token: "run-1",
  indices: [0, 1, 2],
  maxArraySize: 1001,
  folder: "/shared/it's a run",
  script: "/shared/it's a run/script",
  exclude: ["node3"],
  processors: 2,
};

describe.skipIf(process.platform === "win32")("a scheduler of Slurm's commands", () => {
  let commands: FakeCommands;
  beforeEach(() => {
    commands = new FakeCommands();
  });
  afterEach(() => commands.remove());

  const scheduler = (options: { patience?: number; mostOutput?: number } = {}) =>
    slurmScheduler({ environment: commands.environment, patience: 0, ...options });
  const look = (...tokens: readonly string[]) => scheduler().look(new Set(tokens));
  async function seen(...tokens: readonly string[]) {
    const queue = await look(...tokens);
    if (queue.kind !== "seen") {
      throw new Error(queue.why);
    }
    return queue;
  }

  test("says in one line where there are no commands, and has not submitted then", async () => {
    const nowhere = { environment: { PATH: commands.folder }, patience: 0 };
    const line = expect.stringMatching(
      /^sbatch: there is no such program on the PATH; run diag where .* login node$/,
    );
    expect(slurmFault(nowhere)).toEqual(line);
    expect(await slurmScheduler(nowhere).submit(request)).toEqual({ kind: "refused", why: line });
    for (const answer of [
      await slurmScheduler(nowhere).limits(),
      await slurmScheduler(nowhere).look(new Set(["a"])),
      await slurmScheduler(nowhere).cancel(1),
      await slurmScheduler(nowhere).release(1, 0),
    ]) {
      expect(answer).toEqual({ kind: "could not ask", why: expect.stringContaining("login node") });
    }
    for (const program of ["sbatch", "squeue", "scancel", "scontrol"]) {
      commands.says(program, "");
    }
    expect(slurmFault(nowhere)).toBeUndefined();
  });

  test("looks for commands in absolute folders only", () => {
    expect(slurmFault({ environment: { PATH: "." } })).toContain("sbatch");
  });

  test("submits by words, and hears the number", async () => {
    commands.says("sbatch", "12\n");
    expect(await scheduler().submit(request)).toEqual({ kind: "submitted", array: 12, cluster: undefined });
    expect(commands.calls("sbatch")).toEqual([
      "--parsable --job-name=run-1 --comment=run-1 --array=0-2 --chdir=/shared/it's a run --output=/shared/it's a run/logs/%A_%a.log " +
        "--export=NONE --open-mode=append --requeue --cpus-per-task=2 --exclude=node3 /shared/it's a run/script /shared/it's a run run-1",
    ]);
  });

  test("does not hand on what a job says of itself that it runs in", async () => {
    commands.set("sbatch", `[ -z "$SLURM_JOB_ID" ] && echo 5`);
    expect(await scheduler().submit(request)).toMatchObject({ kind: "submitted", array: 5 });
  });

  test.each([
    [
      "refused",
      "echo 'sbatch: error: Batch job submission failed: Invalid account' >&2; exit 1",
      "Invalid account",
    ],
    ["unknown", "echo 'sbatch: error: Unable to contact slurm controller' >&2; exit 1", "Unable to contact"],
    ["unknown", "kill -9 $$", "SIGKILL"],
    ["unknown", "exit 0", "without saying a job's number"],
  ])("knows that what it submitted is %s: %s", async (kind, script, why) => {
    commands.set("sbatch", script);
    expect(await scheduler().submit(request)).toEqual({ kind, why: expect.stringContaining(why) });
  });

  test("does not know what became of a submission that a signal has stopped", async () => {
    commands.set("sbatch", `touch "$self/begun"; exec sleep 600`);
    const stop = new AbortController();
    const submission = scheduler().submit(request, stop.signal);
    await expect.poll(() => commands.calls("sbatch")).toHaveLength(1);
    stop.abort();
    expect(await submission).toEqual({ kind: "unknown", why: "sbatch: was stopped" });
    expect(await scheduler().submit(request, stop.signal)).toMatchObject({ kind: "unknown" });
    expect(commands.calls("sbatch")).toHaveLength(1);
  });

  test("throws what is wrong with a request, and asks nobody", async () => {
    commands.says("sbatch", "12\n");
    await expect(scheduler().submit({ ...request, exclude: ["a b"] })).rejects.toThrow(RangeError);
    expect(commands.calls("sbatch")).toEqual([]);
  });

  test("reads limits", async () => {
    const said = (age: number) =>
      commands.says("scontrol", `MaxArraySize            = 1001\nMinJobAge               = ${age} sec\n`);
    said(300);
    expect(await scheduler().limits()).toEqual({ kind: "seen", maxArraySize: 1001, remembers: 300 });
    // 0 is for ever.
    said(0);
    expect(await scheduler().limits()).toEqual({ kind: "seen", maxArraySize: 1001, remembers: undefined });
    commands.says("scontrol", "", 1, "slurm_load_ctl_conf error: Unable to contact slurm controller\n");
    expect(await scheduler().limits()).toMatchObject({ kind: "could not ask" });
  });

  test("sees its tasks among everybody's, and finds arrays by their exact names", async () => {
    commands.says(
      "squeue",
      queueText(
        queuedTask("run-1", 12, 0, "RUNNING", { nodes: "node1" }),
        queuedTask("run-1", 12, "1-2", "PENDING", { state_reason: "Resources" }),
        queuedTask("run-11", 13, 0, "RUNNING"),
        queuedTask("other", 14, 5, "RUNNING"),
        // A job that is no array, of a name that is ours by chance.
        { job_id: 15, array_job_id: 0, name: "run-2", job_state: "RUNNING" },
        queuedTask("run-3", 18, 0, "FAILED", { exit_code: 768 }),
        queuedTask("run-3", 17, 0, "COMPLETED", { exit_code: 0 }),
      ),
    );
    const queue = await seen("run-1", "run-2", "run-3");
    expect(["run-1", "run-2", "run-3", "run"].map((token) => queue.arrayOf(token))).toEqual([
      12,
      undefined,
      17,
      undefined,
    ]);
    expect(queue.task(12, 0)).toMatchObject({ kind: "seen", meaning: { phase: "running" }, nodes: "node1" });
    expect(queue.task(12, 2)).toMatchObject({ kind: "seen", meaning: { phase: "waiting" }, nodes: "" });
    expect(queue.task(12, 3)).toEqual({ kind: "not there" });
    expect(queue.task(18, 0)).toMatchObject({ meaning: { phase: "ended", outcome: "failed" } });
    expect(queue.task(99, 0)).toEqual({ kind: "not there" });
    expect(commands.calls("squeue")).toEqual(["--json --array --states=all"]);
  });

  test.each([
    ["fails", "echo 'slurm_load_jobs error: Unable to contact' >&2; exit 1"],
    ["says that there was an error", `echo '{"jobs": [], "errors": [{"error": "Zero Bytes"}]}'`],
    ["is no JSON", "echo slurm"],
    ["says nothing", "exit 0"],
    ["is ended", "kill -9 $$"],
  ])("could not ask where squeue %s", async (_, script) => {
    commands.set("squeue", script);
    const queue = await look("run-1");
    expect(queue).toEqual({ kind: "could not ask", why: expect.stringMatching(/^squeue: [^\n]+$/) });
  });

  test("could not ask where the answer is longer than it reads, and reads more than a mebibyte", async () => {
    const others = Array.from({ length: 900 }, (_, index) =>
      queuedTask("other", index + 1, 0, "RUNNING", { state_description: "x".repeat(2000) }),
    );
    commands.says("squeue", queueText(...others, queuedTask("run-1", 9000, 0, "RUNNING")));
    expect((await seen("run-1")).arrayOf("run-1")).toBe(9000);
    const short = scheduler({ mostOutput: 2 ** 20 });
    expect(await short.look(new Set(["run-1"]))).toEqual({
      kind: "could not ask",
      why: "squeue: its answer is longer than 1048576 characters",
    });
  });

  test("does not say that a task is not there where it may be behind what cannot be read", async () => {
    const own = queuedTask("run-1", 12, 0, "RUNNING");
    for (const strange of [
      { name: "run-2", job_id: "twelve" },
      queuedTask("run-2", 13, 0, "RUNNING", { name: ["run-2"] }),
    ]) {
      commands.says("squeue", queueText(own, strange));
      expect((await look("run-1", "run-2")).kind).toBe("could not ask");
      expect((await seen("run-1")).arrayOf("run-1")).toBe(12);
    }
    commands.says("squeue", queueText(own, queuedTask("run-1", 12, "1-3,...", "PENDING")));
    const queue = await seen("run-1");
    expect(queue.task(12, 0).kind).toBe("seen");
    expect(queue.task(12, 9).kind).toBe("could not ask");
  });

  test("cancels and releases, and a job that is over was asked about all the same", async () => {
    commands.says("scancel", "");
    commands.says("scontrol", "");
    expect(await scheduler().cancel(12)).toBeUndefined();
    expect(await scheduler().cancel(12, [1, 2, 3, 7])).toBeUndefined();
    expect(await scheduler().release(12, 4)).toBeUndefined();
    expect(commands.calls("scancel")).toEqual(["12", "12_[1-3,7]"]);
    expect(commands.calls("scontrol")).toEqual(["release 12_4"]);
    commands.says(
      "scancel",
      "",
      1,
      "scancel: error: Kill job error on job id 12: Invalid job id specified\n",
    );
    expect(await scheduler().cancel(12)).toBeUndefined();
    commands.says("scancel", "", 8, "scancel: error: Unable to contact slurm controller (connect failure)\n");
    expect(await scheduler().cancel(12)).toEqual({
      kind: "could not ask",
      why: "scancel: Unable to contact slurm controller (connect failure)",
    });
  });

  describe("of which several look", () => {
    /** Says of its `n`th question that there are `n` arrays. */
    const counting = (more = "") =>
      commands.set(
        "squeue",
        `n=$(wc -l < "$self/calls.squeue")\n${more}\nprintf '{"errors": [], "jobs": ['
        i=1; while [ $i -le $n ]; do [ $i -gt 1 ] && printf ,
        printf '{"job_id": %d, "array_job_id": %d, "array_task_id": 0, "name": "run-%d", "job_state": "RUNNING"}' $i $i $i
        i=$((i + 1)); done; printf ']}'`,
      );
    const arrayOf = async (token: string, patience: number, signal?: AbortSignal) => {
      const queue = await scheduler({ patience }).look(new Set([token]), signal);
      return queue.kind === "seen" ? queue.arrayOf(token) : queue.kind;
    };

    test("asks one question for those who come within its patience, each with tokens of its own", async () => {
      counting();
      const first = arrayOf("run-1", 400);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await Promise.all([first, arrayOf("run-2", 400), arrayOf("run-1", 400)])).toEqual([
        1,
        undefined,
        1,
      ]);
      expect(commands.calls("squeue")).toHaveLength(1);
    });

    test("does not answer by a question that was asked before", async () => {
      counting(`[ $n = 1 ] && while ! [ -e "$self/go" ]; do sleep 0.02; done`);
      const early = arrayOf("run-2", 0);
      await expect.poll(() => commands.calls("squeue")).toHaveLength(1);
      const late = arrayOf("run-2", 0);
      commands.says("go", "");
      expect(await early).toBeUndefined();
      expect(await late).toBe(2);
    });

    test("goes on for the others when one of them stops, and ends when all do", async () => {
      counting(`while ! [ -e "$self/go" ]; do sleep 0.02; done`);
      const stop = new AbortController();
      const [stopped, stays] = [arrayOf("run-1", 0, stop.signal), arrayOf("run-1", 0)];
      await expect.poll(() => commands.calls("squeue")).toHaveLength(1);
      stop.abort();
      expect(await stopped).toBe("could not ask");
      commands.says("go", "");
      expect(await stays).toBe(1);
      counting("exec sleep 600");
      const last = new AbortController();
      const ended = arrayOf("run-1", 0, last.signal);
      await expect.poll(() => commands.calls("squeue")).toHaveLength(2);
      last.abort();
      expect(await ended).toBe("could not ask");
      counting();
      expect(await arrayOf("run-3", 0)).toBe(3);
    });
  });
});
