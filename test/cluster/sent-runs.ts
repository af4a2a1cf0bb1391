/** Runs that are sent to a Slurm for tests, as `diag verify --executor slurm` sends them, so that something can be done to them. */
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scheduler } from "../../src/cluster/index.js";
import {
  type ClusterOptions,
  followRun,
  Gathered,
  makeRun,
  type RunEnd,
  RunFolder,
  readSubmissions,
  slurmScheduler,
} from "../../src/cluster-runs/index.js";
import { simulateLocally } from "../../src/engines/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { SimulationResult } from "../../src/simulate/index.js";
import { type PreparedVerification, prepareVerification } from "../../src/verify/index.js";
import { type Slurm, until } from "./slurm/index.js";

export const gauss = `landscape gauss {
  data z ~ normal(0, 1)
  weights w = 1
  loss (w - z)^2 / 2 + w^4 / 24
}

verify gauss_excess {
  landscape gauss
  sgd(N = 200, E = 1, B = 1)
  eta = 0.001
  observe test_loss
  predict order 2
}
`;

/** Where a run is made, in the folder that all nodes share, the Node that runs its tasks, and their engine. */
export interface Where {
  readonly directory?: string;
  readonly node?: string;
  /** The only one that tasks may take; any of the processor's bits where absent. */
  readonly engine?: "cpu";
}

/** All that a verdict depends on. */
const known = ({ statistics, trials, diverged, unfound, steps }: SimulationResult) => ({
  statistics: statistics.map(({ label, moments, origin }) => ({ label, ...moments, origin })),
  ...{ trials, diverged, unfound, steps },
});

/** A verification that is sent again and again, with what this machine makes of it. */
export class SentWork {
  private constructor(
    private readonly slurm: Slurm,
    readonly work: readonly PreparedVerification[],
    /** What this machine makes of its trials. */
    readonly expected: ReturnType<typeof known>,
    readonly scheduler: Scheduler,
  ) {}

  /** @param trials that take about as long as a task should. */
  static async prepare(slurm: Slurm, trials: number): Promise<SentWork> {
    const { verifies } = await analyzeText(gauss);
    const prepared = (await prepareVerification(verifies.get("gauss_excess")!, { trials, workers: 1 }))!;
    const local = await simulateLocally(prepared.points[0]!.request, { workers: 2 });
    const scheduler = slurmScheduler({ environment: slurm.environment });
    return new SentWork(slurm, [prepared], known(local), scheduler);
  }

  /** Makes a run that nobody has submitted yet. */
  async make(shards: number, options: Partial<ClusterOptions> = {}, where: Where = {}): Promise<RunFolder> {
    const { directory = "runs", node = process.execPath, engine } = where;
    const made = await makeRun(this.work, {
      directory: join(this.slurm.shared, directory),
      file: "gauss.diag",
      release: "0.0.0",
      shards,
      options: { processors: 1, ...options },
      node,
      ...(engine && { engine }),
    });
    return RunFolder.open(made!.path);
  }

  /** Waits for a run, from now on. */
  follow(folder: RunFolder): Followed {
    return new Followed(folder, this);
  }
}

/** A run that somebody waits for. */
export class Followed {
  readonly notes: string[] = [];
  /** Arrays that this waiting has submitted. */
  readonly arrays: number[] = [];
  readonly end: Promise<RunEnd>;
  private readonly gathered: Gathered;
  private readonly stop = new AbortController();

  constructor(
    readonly folder: RunFolder,
    sent: SentWork,
  ) {
    this.gathered = new Gathered(folder, sent.work);
    this.end = followRun(this.gathered, {
      scheduler: sent.scheduler,
      signal: this.stop.signal,
      onNote: (line) => this.notes.push(line),
      onSubmitted: (array) => this.arrays.push(array),
    });
    this.end.catch(() => undefined);
  }

  /** The array that it submitted first, or next. */
  array(place = 0): Promise<number> {
    return until(`array ${place} is submitted`, () => this.arrays[place]);
  }

  leave(): void {
    this.stop.abort();
  }

  /** What all trials come to; compare with what is `expected`. */
  async result(): Promise<ReturnType<typeof known>> {
    await this.gathered.refresh();
    return known(this.gathered.resultOf(0)!);
  }

  /** The numbers of shards that were submitted, of each submission. */
  async submitted(): Promise<number[][]> {
    return (await readSubmissions(this.folder)).map(({ intent }) => intent.tasks.flat());
  }
}

/** A Node whose tasks have begun and wait until they are let go: what is done to them meanwhile does not depend on their speed. */
export class HeldNode {
  private constructor(
    readonly path: string,
    private readonly gate: string,
  ) {}

  static async create(slurm: Slurm, name: string): Promise<HeldNode> {
    const path = join(slurm.shared, name);
    const gate = `${path}.open`;
    const lines = [
      "#!/bin/sh",
      'echo "task $SLURM_ARRAY_TASK_ID waits"',
      `while [ ! -e '${gate}' ]; do sleep 0.1; done`,
      `exec '${process.execPath}' "$@"`,
    ];
    await writeFile(path, `${lines.join("\n")}\n`);
    await chmod(path, 0o755);
    return new HeldNode(path, gate);
  }

  /** Lets its tasks go, and all that begin later. */
  async letGo(): Promise<void> {
    await writeFile(this.gate, "");
  }

  /** Lets those wait again that begin from now on. */
  async hold(): Promise<void> {
    await rm(this.gate);
  }
}

/** Waits until a task's worker runs, and gives its processes. */
export function workersOf(slurm: Slurm, array: number, task: number): Promise<number[]> {
  return until(`${array}_${task} has a worker`, () => {
    const found = slurm.processes(array, task);
    return found.length > 0 && found;
  });
}

/** Waits until a process has been carried out for so many seconds more than now, on however busy a machine. */
export async function whenWorked(pid: number, seconds: number): Promise<void> {
  const ticks = async (): Promise<number> => {
    // What stands behind the program's name, which may hold anything: times in hundredths of a second.
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = await ticks();
  await until(`${pid} has worked for ${seconds} s`, async () => (await ticks()) - before >= 100 * seconds);
}

/** Waits until a task's log says something. */
export async function whenLogSays(
  folder: RunFolder,
  array: number,
  task: number,
  words: RegExp,
): Promise<string> {
  return until(`the log of ${array}_${task} says ${words}`, async () => {
    const text = await readFile(folder.at("logs", `${array}_${task}.log`), "utf8").catch(() => "");
    return words.test(text) && text;
  });
}
