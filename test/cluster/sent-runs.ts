/** Runs that are sent to a Slurm for tests, as `diag verify --executor slurm` sends them, so that something can be done to them. */
import { readFile } from "node:fs/promises";
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
  async make(shards: number, options: Partial<ClusterOptions> = {}, directory = "runs"): Promise<RunFolder> {
    const made = await makeRun(this.work, {
      directory: join(this.slurm.shared, directory),
      file: "gauss.diag",
      release: "0.0.0",
      shards,
      options: { processors: 1, ...options },
      node: process.execPath,
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

/** Waits until a task's worker runs, and gives its processes. */
export function workersOf(slurm: Slurm, array: number, task: number): Promise<number[]> {
  return until(`${array}_${task} has a worker`, () => {
    const found = slurm.processes(array, task);
    return found.length > 0 && found;
  });
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
