import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { timeLimit } from "../cluster/index.js";
import { type PreparedVerification, wordsOfWith } from "../verify/index.js";
import { ClusterFault } from "./fault.js";
import { pointsOfWork, RunFolder } from "./folder.js";
import { layWorker } from "./lay-worker.js";
import { type ClusterOptions, type ClusterRun, mostPoints, mostShards, runFormat } from "./record.js";
import { sharesOf } from "./shares.js";
import { secondsOfTrial } from "./speed.js";

/** How a run is to be made. */
export interface RunRequest {
  /** Shared with the nodes, absolute. */
  readonly directory: string;
  /** The file that it is of, for people. */
  readonly file: string;
  /** Of this program. */
  readonly release: string;
  /** Into how many shards the trials of each learning rate are cut; so that a task runs for minutes where absent. */
  readonly shards?: number | undefined;
  readonly options: ClusterOptions;
  /** The only engine that nodes may take; any of the processor's bits where absent. */
  readonly engine?: string;
  /** The Node of the nodes, absolute; this process's own where absent. */
  readonly node?: string;
  readonly signal?: AbortSignal;
}

/**
 * Makes the folder of a run, from which it can be submitted.
 * @param work not empty.
 * @returns nothing when the signal has stopped it; then there is no folder.
 * @throws ClusterFault, UnwritableFile in one line.
 */
export async function makeRun(
  work: readonly PreparedVerification[],
  request: RunRequest,
): Promise<RunFolder | undefined> {
  const { directory, file, release, options, engine, node, signal } = request;
  const points = pointsOfWork(work);
  if (points.length > mostPoints) {
    throw new ClusterFault(
      `a run has at most ${mostPoints} learning rates, and this one ${points.length}; send fewer`,
    );
  }
  const toCut = [];
  for (const { point } of points) {
    const seconds = request.shards === undefined ? await secondsOfTrial(point.request, signal) : 0;
    if (signal?.aborted) {
      return undefined;
    }
    toCut.push({ trials: point.request.trials, secondsOfTrial: seconds });
  }
  const { shards, shardsOfTask } = sharesOf(toCut, {
    shards: request.shards,
    processors: options.processors,
    limit: options.time === undefined ? undefined : timeLimit(options.time),
  });
  const all = shards.reduce((sum, one) => sum + one, 0);
  if (all > mostShards) {
    throw new ClusterFault(
      `a run has at most ${mostShards} shards, and this one ${all}; ask for fewer by --shards`,
    );
  }
  const run: Omit<ClusterRun, "digest"> = {
    format: runFormat,
    id: freshId(file),
    executor: "slurm",
    release,
    created: new Date().toISOString(),
    file,
    seed: work[0]!.seed,
    points: points.map(({ verification, point }, at) => ({
      verify: `${verification.specification.name}${wordsOfWith(verification.specification.with)}`,
      eta: point.eta,
      trials: point.request.trials,
      shards: shards[at]!,
      arithmetic: point.arithmetic,
    })),
    shardsOfTask,
    ...(engine === undefined ? {} : { engine }),
    options,
  };
  return RunFolder.create(directory, run, work, (folder) => layWorker(folder, node));
}

/** A name that no other run has, by which people know it again: `gauss-20261130-1f9c2a70`. */
function freshId(file: string): string {
  const name = basename(file, ".diag")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 24);
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  return [...(name === "" ? [] : [name]), day, randomBytes(4).toString("hex")].join("-");
}
