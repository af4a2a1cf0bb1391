import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  batchScript,
  type Command,
  type CommandAnswer,
  cancelCommand,
  configurationCommand,
  meaningOf,
  nodesCommand,
  nodesInService,
  queueCommand,
  readConfiguration,
  readNodes,
  readQueue,
  readRelease,
  readSubmission,
  releaseCommand,
  type SubmissionRequest,
  scriptExits,
  sighting,
  submissionCommand,
  variablesForCommands,
  versionCommand,
} from "../../src/cluster/index.js";
import { type Slurm, startSlurm, until } from "./slurm/index.js";

const isMissing = inject("slurmLacks") !== "";

describe.skipIf(isMissing)("what is said to Slurm", () => {
  let slurm: Slurm;
  beforeAll(async () => {
    slurm = await startSlurm({ maxArraySize: 21, gpus: 1, minJobAge: 300 });
  });
  afterAll(() => slurm?.stop());

  /** Whatever a user's shell sets. */
  const strange = {
    SBATCH_ARRAY_INX: "0-3",
    SBATCH_JOB_NAME: "other",
    SBATCH_EXPORT: "ALL",
    SBATCH_WAIT: "1",
    SQUEUE_STATES: "FAILED",
    SQUEUE_FORMAT: "%i",
    SLURM_JOB_ID: "1",
  };

  const say = ({ program, words, variables, seconds }: Command): Promise<CommandAnswer> =>
    slurm.run(program, words, {
      environment: {
        ...without(strange),
        ...variablesForCommands({ ...slurm.environment, ...strange }),
        ...variables,
      },
      seconds,
    });

  /** `undefined` for each, so that they are not in the environment at all. */
  const without = (variables: object): NodeJS.ProcessEnv =>
    Object.fromEntries(Object.keys(variables).map((name) => [name, undefined]));

  async function arrayOf(request: SubmissionRequest): Promise<number> {
    const submission = readSubmission(await say(submissionCommand(request)));
    if (submission.kind !== "submitted") {
      throw new Error(submission.why);
    }
    return submission.array;
  }

  /** What a task means, as soon as it is over. */
  const endOf = (array: number, task: number) =>
    until(`${array}_${task} is over`, async () => {
      const seen = sighting(readQueue(await say(queueCommand)), array, task);
      const meaning = seen.kind === "seen" ? meaningOf(seen.job) : undefined;
      return meaning?.phase === "ended" && meaning;
    });

  /** A run's folder with a worker that says what it was started with; as awkward a name as is allowed. */
  async function runFolder(name: string, node = process.execPath): Promise<string> {
    const folder = join(slurm.shared, name);
    for (const path of [folder, join(folder, "logs"), join(folder, "worker")]) {
      await mkdir(path);
    }
    const program = join(folder, "worker", "it's a 'program'.cjs");
    await writeFile(
      program,
      `require("node:fs").writeFileSync("said." + process.argv[4], JSON.stringify([process.cwd(), ...process.argv.slice(2)]));
      console.log("log of " + process.argv[4]);
      process.exit(Number(process.argv[4]) === 2 ? 3 : 0);`,
    );
    await writeFile(join(folder, "worker", "node"), `${node}\n`);
    await writeFile(join(folder, "worker", "program"), `${program}\n`);
    await writeFile(join(folder, "script"), batchScript);
    await chmod(join(folder, "script"), 0o755);
    return folder;
  }

  const request = (folder: string, token: string, indices: readonly number[]): SubmissionRequest => ({
    token,
    indices,
    maxArraySize: 21,
    folder,
    script: join(folder, "script"),
  });

  test("asks for its version and its configuration", async () => {
    const release = readRelease(await say(versionCommand));
    expect(release).toEqual({ kind: "seen", release: expect.stringMatching(/^\d\d\.\d\d/) });
    expect(readConfiguration(await say(configurationCommand))).toMatchObject({
      kind: "seen",
      release: release.kind === "seen" && release.release,
      cluster: "diag",
      maxArraySize: 21,
      minJobAge: 300,
      killWait: 2,
      slurmdTimeout: 10,
      requeueWait: 5,
    });
  });

  test("runs a worker for each task, in a folder with any name, whatever the user's shell sets", async () => {
    const folder = await runFolder("50% of 'all' \"ü\" $HOME; %a %A");
    const array = await arrayOf({
      ...request(folder, "diag-run-1", [2, 0, 1, 20]),
      atOnce: 2,
      partition: "main",
      time: "1:00",
      gres: "gpu:1",
      account: "physics",
    });
    for (const task of [0, 1, 20]) {
      expect(await endOf(array, task)).toMatchObject({ outcome: "completed" });
      const said = JSON.parse(await readFile(join(folder, `said.${task}`), "utf8"));
      expect(said).toEqual([folder, folder, "diag-run-1", String(task)]);
      expect(await readFile(join(folder, "logs", `${array}_${task}.log`), "utf8")).toBe(`log of ${task}\n`);
    }
    expect(await endOf(array, 2)).toMatchObject({ outcome: "failed", line: "ended with exit code 3" });
    const queue = readQueue(await say(queueCommand), (_, name) => name === "diag-run-1");
    expect(queue.kind === "seen" && [...queue.arrays.keys()]).toEqual([array]);
  });

  test("tells what is wrong on a node by the script's exit code and a line in the log", async () => {
    const folder = await runFolder("no-node", "/nowhere/node");
    const array = await arrayOf(request(folder, "no-node", [5]));
    expect(await endOf(array, 5)).toMatchObject({ line: expect.stringContaining("did not find Node") });
    expect(await readFile(join(folder, "logs", `${array}_5.log`), "utf8")).toMatch(
      /^there is no Node on node1: \/nowhere\/node\n$/,
    );
    const alone = await slurm.submit(batchScript.replaceAll('"$#" -eq 2', '"$#" -eq 0'));
    await slurm.whenTasks(alone, "FAILED", "");
    const seen = sighting(readQueue(await say(queueCommand)), alone);
    expect(seen.kind === "seen" && seen.job.exit).toEqual({ code: scriptExits.usage, signal: 0 });
  });

  test("does not run anywhere else when the run's folder is gone", async () => {
    const folder = await runFolder("gone");
    const array = await arrayOf(request(folder, "gone", [0, 1]));
    await until("both are over", async () => {
      const states = await slurm.states(array);
      return ["0", "1"].every((task) => states.get(task) === "COMPLETED");
    });
    await slurm.run("mv", [folder, `${folder}-elsewhere`]);
    await mkdir(folder);
    await mkdir(join(folder, "logs"));
    await slurm.requeue(`${array}_0`);
    const end = await until("the second run is over", async () => {
      const seen = sighting(readQueue(await say(queueCommand)), array, 0);
      const meaning = seen.kind === "seen" && seen.job.restarts === 1 ? meaningOf(seen.job) : undefined;
      return meaning?.phase === "ended" && meaning;
    });
    expect(end).toMatchObject({
      outcome: "failed",
      line: expect.stringContaining("did not find the run's folder"),
    });
  });

  test("is refused, and hears why", async () => {
    const folder = await runFolder("refused");
    const told = await say(submissionCommand({ ...request(folder, "refused", [0, 30]), maxArraySize: 40 }));
    expect(readSubmission(told)).toEqual({
      kind: "refused",
      why: expect.stringContaining("Invalid job array specification"),
    });
    const partition = await say(submissionCommand({ ...request(folder, "refused", [0]), partition: "none" }));
    expect(readSubmission(partition)).toEqual({ kind: "refused", why: expect.stringContaining("artition") });
  });

  test("cancels and releases what it names", async () => {
    const folder = await runFolder("named");
    const command = submissionCommand(request(folder, "named", [0, 1, 2, 3, 4, 5, 9]));
    const held = { ...command, words: ["--hold", ...command.words] };
    const submission = readSubmission(await say(held));
    const array = submission.kind === "submitted" ? submission.array : 0;
    expect((await say(releaseCommand(array, 4))).status).toBe(0);
    expect(await endOf(array, 4)).toMatchObject({ outcome: "completed" });
    expect((await say(cancelCommand(array, [1, 2, 9]))).status).toBe(0);
    await until("they are not there", async () => {
      const queue = readQueue(await say(queueCommand));
      return [1, 2, 9].every(
        (task) => sighting(queue, array, task).kind !== "seen" || isCancelled(queue, array, task),
      );
    });
    const queue = readQueue(await say(queueCommand));
    for (const task of [0, 3, 5]) {
      const seen = sighting(queue, array, task);
      expect(seen.kind === "seen" && meaningOf(seen.job)).toMatchObject({
        phase: "stuck",
        canBeReleased: true,
      });
    }
    expect((await say(cancelCommand(array))).status).toBe(0);
    await until("none is alive", async () => {
      const now = readQueue(await say(queueCommand));
      return [0, 3, 5].every(
        (task) => sighting(now, array, task).kind !== "seen" || isCancelled(now, array, task),
      );
    });
  });

  const isCancelled = (queue: ReturnType<typeof readQueue>, array: number, task: number): boolean => {
    const seen = sighting(queue, array, task);
    const meaning = seen.kind === "seen" ? meaningOf(seen.job) : undefined;
    return meaning?.phase === "ended" && meaning.outcome === "cancelled";
  };

  test("asks which nodes are in service", async () => {
    const count = async (partition?: string) => {
      const answer = readNodes(await say(nodesCommand));
      return answer.kind === "seen" ? nodesInService(answer, partition) : answer;
    };
    expect(await count()).toEqual({ all: 1, inService: 1 });
    await slurm.drain();
    await slurm.whenNode("node1", "drained");
    expect(await count("main")).toEqual({ all: 1, inService: 0 });
    await slurm.resume();
    await slurm.whenNode("node1", "idle");
    expect(await count("short")).toEqual({ all: 1, inService: 1 });
  });

  test("does not know whether it was heard when the controller is down", async () => {
    const folder = await runFolder("unheard");
    await slurm.controller.stop();
    expect(readSubmission(await say(submissionCommand(request(folder, "unheard", [0]))))).toEqual({
      kind: "unknown",
      why: expect.stringContaining("Unable to contact slurm controller"),
    });
    expect(readConfiguration(await say(configurationCommand)).kind).toBe("could not ask");
    expect(readQueue(await say(queueCommand)).kind).toBe("could not ask");
    expect(readNodes(await say(nodesCommand)).kind).toBe("could not ask");
    await slurm.startController();
  });
});
