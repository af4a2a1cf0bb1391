import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  deviceConfiguration,
  nodeNames,
  placesIn,
  type SlurmSettings,
  slurmConfiguration,
} from "./configuration.js";
import { Daemon } from "./daemon.js";
import { freePorts } from "./ports.js";
import { processesWith } from "./processes.js";
import { findProgram, missingPrograms, programPath } from "./programs.js";
import { until } from "./until.js";

/** What a command said, and how it ended. */
export interface Answer {
  /** `null` when it was ended after its time. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const guardProgram = join(dirname(fileURLToPath(import.meta.url)), "guard.mjs");

/**
 * Starts a Slurm and waits until its nodes take jobs. `stop` ends it, and a process of its own does where whoever has
 * started it ends without that, be it killed.
 */
export async function startSlurm(settings: SlurmSettings = {}): Promise<Slurm> {
  const missing = missingPrograms();
  if (missing !== undefined) {
    throw new Error(missing);
  }
  // The path of a socket has at most 107 characters.
  const folder = await mkdtemp(join(tmpdir().length < 50 ? tmpdir() : "/tmp", "diag-slurm-"));
  const slurm = new Slurm(folder, settings);
  try {
    await slurm.begin(await freePorts(1 + nodeNames(settings).length));
    return slurm;
  } catch (error) {
    await slurm.stop();
    throw error;
  }
}

/** A Slurm that runs on this machine for a test. */
export class Slurm {
  /** Where files are that its jobs and who submits them share. */
  readonly shared: string;
  /** Variables with which commands find it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly controller: Daemon;
  /** What commands, the controller and nodes know each other by. */
  readonly authentication: Daemon;
  private readonly places: ReturnType<typeof placesIn>;
  private readonly daemons: ReadonlyMap<string, Daemon>;
  private readonly guard: ChildProcess;

  constructor(
    /** Its own; removed when it ends. */
    readonly folder: string,
    private readonly settings: SlurmSettings,
  ) {
    this.places = placesIn(folder);
    this.shared = this.places.shared;
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:SLURM|SBATCH|SQUEUE|SCANCEL|SINFO)_/.test(name),
    );
    this.environment = {
      ...Object.fromEntries(inherited),
      PATH: programPath,
      SLURM_CONF: this.places.configuration,
    };
    const parent = process.env.VITEST_POOL_ID === undefined ? [] : [String(process.ppid)];
    this.guard = spawn(process.execPath, [guardProgram, folder, ...parent], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      env: {},
    });
    this.guard.unref();
    const daemon = (name: string, program: string, words: readonly string[]): Daemon =>
      new Daemon(name, findProgram(program)!, words, this.environment, this.places);
    const { key, socket, run, logs } = this.places;
    this.authentication = daemon("munged", "munged", [
      "--foreground",
      `--key-file=${key}`,
      `--socket=${socket}`,
      `--pid-file=${join(run, "munged.pid")}`,
      `--seed-file=${join(run, "munged.seed")}`,
      `--log-file=${join(logs, "munged.own.log")}`,
    ]);
    this.controller = daemon("slurmctld", "slurmctld", ["-D"]);
    this.daemons = new Map(
      nodeNames(settings).map((name) => [name, daemon(`slurmd-${name}`, "slurmd", ["-D", "-N", name])]),
    );
  }

  /** Writes what it needs, starts it, and waits until its nodes take jobs. For `startSlurm`. */
  async begin(ports: readonly number[]): Promise<void> {
    const { configuration, devices, key, run, spool, state, logs } = this.places;
    for (const folder of [run, spool, state, logs, this.shared]) {
      await mkdir(folder);
    }
    // The authentication refuses to listen where others could not speak to it.
    await chmod(this.folder, 0o711);
    await chmod(run, 0o711);
    await writeFile(key, randomBytes(128), { mode: 0o600 });
    await writeFile(configuration, slurmConfiguration(this.folder, this.settings, ports));
    await writeFile(devices, deviceConfiguration(this.settings));
    await this.startAuthentication();
    this.controller.start();
    for (const node of this.daemons.values()) {
      node.start();
    }
    await this.whenIdle();
  }

  /** Ends all that belongs to it, jobs too, and removes its folder. */
  async stop(): Promise<void> {
    // None of them has anything to save; what they have started is the guard's to end.
    await Promise.all([...this.daemons.values()].map((node) => node.kill()));
    await this.controller.kill();
    await this.authentication.stop();
    if (this.guard.exitCode === null && this.guard.signalCode === null) {
      this.guard.ref();
      const hasExited = once(this.guard, "exit");
      this.guard.stdin!.end();
      await hasExited;
    }
  }

  /** Runs a command to its end. */
  run(
    program: string,
    words: readonly string[],
    options: { environment?: NodeJS.ProcessEnv; input?: string; seconds?: number } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        findProgram(program) ?? program,
        words,
        {
          env: { ...this.environment, ...options.environment },
          cwd: this.shared,
          timeout: (options.seconds ?? 60) * 1000,
          maxBuffer: 1 << 28,
        },
        (error, stdout, stderr) => {
          if (error !== null && typeof error.code === "string") {
            reject(error);
          } else {
            resolve({
              status: error === null ? 0 : ((error.code as number | undefined) ?? null),
              stdout,
              stderr,
            });
          }
        },
      );
      child.stdin!.on("error", () => undefined).end(options.input ?? "");
    });
  }

  /** What a command that succeeds prints, without the line feed at its end. */
  async ask(program: string, ...words: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(program, words);
    if (status !== 0) {
      throw new Error(`${program} ${words.join(" ")} ended with ${status}: ${stderr.trim()}`);
    }
    return stdout.trimEnd();
  }

  /** Submits a script; returns its job's id. Logs are `%A_%a.log` in `shared`. */
  async submit(script: string, ...words: readonly string[]): Promise<number> {
    const output = `--output=${join(this.shared, "%A_%a.log")}`;
    const options = ["--parsable", "--export=NONE", "--open-mode=append", output, ...words];
    const { status, stdout, stderr } = await this.run("sbatch", options, { input: script });
    if (status !== 0) {
      throw new Error(`sbatch ${words.join(" ")} ended with ${status}: ${stderr.trim()}`);
    }
    return Number(stdout.split(";")[0]);
  }

  /** The states of a job's tasks by their index (`""` for a job that is no array), as Slurm's words; of what is remembered. */
  async states(job: number): Promise<Map<string, string>> {
    const list = await this.ask("squeue", "--noheader", "--array", "--states=all", "--format=%F|%K|%T");
    return new Map(
      list
        .split("\n")
        .map((line) => line.split("|"))
        .filter(([array]) => Number(array) === job)
        .map(([, task, state]) => [task === "N/A" ? "" : task!, state!]),
    );
  }

  /** Waits until some task of a job (all that are named, or else all that are known) is in a state. */
  whenTasks(job: number, state: string, ...tasks: readonly (number | string)[]): Promise<true> {
    return until(`${job} ${tasks.join(",")} ${state}`, async () => {
      const states = await this.states(job);
      const wanted = tasks.length > 0 ? tasks.map((task) => states.get(String(task))) : [...states.values()];
      return wanted.length > 0 && wanted.every((one) => one === state);
    });
  }

  /** The node that a task runs on. */
  nodeOf(job: number, task: number): Promise<string> {
    return this.ask("squeue", "--noheader", `--jobs=${job}_${task}`, "--format=%N");
  }

  /** The ids of the processes of a job, or of one of an array's tasks, whatever Slurm knows of them. */
  processes(job: number, task?: number): number[] {
    const mark = { SLURM_CONF: this.places.configuration };
    return task === undefined
      ? [
          ...new Set([
            ...processesWith({ ...mark, SLURM_JOB_ID: String(job) }),
            ...processesWith({ ...mark, SLURM_ARRAY_JOB_ID: String(job) }),
          ]),
        ]
      : processesWith({ ...mark, SLURM_ARRAY_JOB_ID: String(job), SLURM_ARRAY_TASK_ID: String(task) });
  }

  /** Starts what commands and daemons know each other by, and waits until it listens. */
  async startAuthentication(): Promise<void> {
    this.authentication.start();
    await until(
      "munged answers",
      async () => (await this.run("munge", ["--no-input", `--socket=${this.places.socket}`])).status === 0,
    );
  }

  /** Starts the controller after it was stopped or killed, and waits until it has heard of its nodes. */
  async startController(): Promise<void> {
    this.controller.start();
    const running = [...this.daemons].filter(([, daemon]) => daemon.pid !== undefined).map(([name]) => name);
    await until("the controller knows its nodes", async () => {
      const states = await this.nodeStates();
      // What it is told of a node before the node has spoken is forgotten.
      return running.every((name) => /^(?!unk)\w+$/.test(states.get(name) ?? ""));
    });
  }

  /** The daemon of a node. */
  node(name = "node1"): Daemon {
    const daemon = this.daemons.get(name);
    if (daemon === undefined) {
      throw new Error(`there is no node ${name}`);
    }
    return daemon;
  }

  /** A node's state in Slurm's words, such as `idle`, `mixed`, `draining`, `down*`. */
  async nodeState(name = "node1"): Promise<string | undefined> {
    return (await this.nodeStates()).get(name);
  }

  /** The states of all nodes; none while the controller does not answer. */
  private async nodeStates(): Promise<Map<string, string>> {
    const { stdout } = await this.run("sinfo", [
      "--noheader",
      "--Node",
      "--partition=main",
      "--format=%N %T",
    ]);
    const words = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.trim().split(" "));
    return new Map(words.map(([name, state]) => [name!, state!]));
  }

  /** Waits until a node's state is one of those. */
  whenNode(name: string, ...states: readonly string[]): Promise<true> {
    return until(`${name} is ${states.join(" or ")}`, async () =>
      states.includes((await this.nodeState(name)) ?? ""),
    );
  }

  /** Lets a node finish what it runs and take nothing else. */
  async drain(name = "node1"): Promise<void> {
    await this.ask("scontrol", "update", `nodename=${name}`, "state=drain", "reason=test");
  }

  /** Takes a node out of service at once: what runs on it is requeued. */
  async down(name = "node1"): Promise<void> {
    await this.ask("scontrol", "update", `nodename=${name}`, "state=down", "reason=test");
  }

  /** Puts a node into service again. */
  async resume(name = "node1"): Promise<void> {
    await this.ask("scontrol", "update", `nodename=${name}`, "state=resume");
  }

  /** Holds a job, or a task of an array as `12_3`: it does not start before it is released. */
  async hold(job: number | string): Promise<void> {
    await this.ask("scontrol", "hold", String(job));
  }

  async release(job: number | string): Promise<void> {
    await this.ask("scontrol", "release", String(job));
  }

  /** Lets a job run again from its beginning, after the wait that a requeue has. */
  async requeue(job: number | string): Promise<void> {
    await this.ask("scontrol", "requeue", String(job));
  }

  async cancel(job: number | string): Promise<void> {
    await this.ask("scancel", String(job));
  }

  /** Makes a task's time end now, which Slurm finds out within half a minute: no limit is shorter than a minute. */
  async endTime(job: number | string): Promise<void> {
    await this.ask("scontrol", "update", `jobid=${job}`, "endtime=now+1");
  }

  private async whenIdle(): Promise<void> {
    const names = [...this.daemons.keys()];
    await until(`${names.join(", ")} idle`, async () => {
      const states = await this.nodeStates();
      return names.every((name) => states.get(name) === "idle");
    }).catch((error: unknown) => {
      const said = [this.controller, ...this.daemons.values()]
        .map((daemon) => daemon.lastLines(4))
        .join("\n");
      throw new Error(`${error instanceof Error ? error.message : error}\n${said}`);
    });
  }
}
