/** Runs on a cluster, made for tests: their folders, and their tasks done without a scheduler. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClusterPoint,
  type ClusterRun,
  claimSubmission,
  type FoundShard,
  layWorker,
  pointsOfWork,
  RunFolder,
  readCheckpoint,
  readResult,
  type ShardTerms,
  shardOf,
} from "../../src/cluster-runs/index.js";
import { analyzeFile, diskReader } from "../../src/language/index.js";
import { mergeResults, type SimulationResult } from "../../src/simulate/index.js";
import {
  type PreparedVerification,
  prepareVerification,
  type VerifySpecification,
  variantsOf,
} from "../../src/verify/index.js";

const examples = join(import.meta.dirname, "../../examples");

export async function specificationsOf(file: string): Promise<VerifySpecification[]> {
  const { verifies } = await analyzeFile(join(examples, file), diskReader);
  return [...verifies.values()].flatMap(variantsOf);
}

export async function preparedOf(
  specification: VerifySpecification,
  trials: number,
): Promise<PreparedVerification> {
  return (await prepareVerification(specification, { trials, workers: 0 }))!;
}

/** A directory for runs, with what removes it. */
export class RunsDirectory {
  readonly path = mkdtempSync(join(tmpdir(), "diag runs "));

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** @param shards of each point. */
  async runOf(
    work: readonly PreparedVerification[],
    shards: number,
    {
      lay = layWorker,
      ...other
    }: Partial<ClusterRun> & { readonly lay?: (folder: string) => Promise<void> } = {},
  ): Promise<RunFolder> {
    const run = {
      ...{ format: 1 as const, executor: "slurm" as const, release: "0.0.0", shardsOfTask: 1, seed: 1 },
      ...{ id: `run-${randomBytes(6).toString("hex")}`, created: "2026-01-01T00:00:00Z", file: "a.diag" },
      points: work.flatMap(({ specification, points }) =>
        points.map(
          ({ eta, request, arithmetic }): ClusterPoint => ({
            ...{ verify: specification.name, eta, trials: request.trials, arithmetic },
            shards: Math.min(shards, request.trials),
          }),
        ),
      ),
      options: { processors: 2 },
      ...other,
    };
    return await RunFolder.create(this.path, run, work, lay);
  }
}

export const nothing = async (): Promise<void> => undefined;

export async function termsOf(folder: RunFolder, number: number): Promise<ShardTerms> {
  const shard = shardOf(folder.run, number);
  const { eta, arithmetic, kind } = pointsOfWork(await folder.work())[shard.point]!.point;
  return { shard, eta, arithmetic, kind };
}

export async function resultOf(folder: RunFolder, number: number): Promise<FoundShard> {
  return await readResult(folder, await termsOf(folder, number));
}

export async function checkpointOf(folder: RunFolder, number: number): Promise<FoundShard> {
  return await readCheckpoint(folder, await termsOf(folder, number));
}

export function trialsIn(found: FoundShard): SimulationResult {
  if (found.kind !== "trials") {
    throw new Error(`no trials, but ${JSON.stringify(found)}`);
  }
  return found.known.result;
}

/** What all shards of a run's only point add up to, merged in an order of their own. */
export async function mergedOf(folder: RunFolder): Promise<SimulationResult> {
  const numbers = Array.from({ length: folder.run.points[0]!.shards }, (_, number) => number);
  const results = await Promise.all(
    numbers.reverse().map(async (number) => trialsIn(await resultOf(folder, number))),
  );
  return results.reduce(mergeResults);
}

/** All that a verdict depends on. */
export const known = ({ statistics, trials, diverged, unfound, steps }: SimulationResult) => ({
  statistics: statistics.map(({ label, moments, origin }) => ({ label, ...moments, origin })),
  ...{ trials, diverged, unfound, steps },
});

/** Writes a submission of these tasks down, with a token of its own. */
export async function submitted(folder: RunFolder, tasks: readonly (readonly number[])[]): Promise<string> {
  for (let number = 1; ; number++) {
    const token = `${folder.run.id}-${number}`;
    if (await claimSubmission(folder, number, { token, tasks, before: tasks.map(() => 0) })) {
      return token;
    }
  }
}

/** A task as a process that the run's script starts, as a scheduler would start it. */
export class TaskProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  log = "";

  /** @param before what a shell does first, such as a limit. */
  constructor(
    folder: RunFolder,
    token: string,
    index: number,
    environment: Record<string, string> = {},
    before = "",
  ) {
    const words = [folder.at("script"), folder.path, token];
    const { PATH = "", HOME = "", XDG_CACHE_HOME = "" } = process.env;
    this.child = spawn("sh", ["-c", `${before} exec "$@"`, "sh", ...words], {
      cwd: tmpdir(),
      env: { PATH, HOME, XDG_CACHE_HOME, SLURM_ARRAY_TASK_ID: `${index}`, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.on("close", (status, signal) => resolve({ status, signal }));
    });
  }

  /** Waits until the log has something, or the process is over. */
  async logged(pattern: RegExp): Promise<void> {
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
    });
    while (!pattern.test(this.log)) {
      if (isOver) {
        throw new Error(`the task ended without ${pattern}: ${this.log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** The text of a run's file. */
export function textOf(folder: RunFolder, ...names: readonly string[]): string {
  return readFileSync(folder.at(...names), "utf8");
}
