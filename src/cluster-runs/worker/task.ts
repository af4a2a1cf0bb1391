import { workerExits } from "../../cluster/index.js";
import { availableThreads } from "../../engines/index.js";
import { UnwritableFile } from "../../files/index.js";
import { counted, countedPart } from "../../printable/index.js";
import { findStartOfRequest } from "../../verify/start-losses.js";
import { ClusterFault } from "../fault.js";
import { lineOf, RunFolder } from "../folder.js";
import { readResult } from "../results.js";
import { recordUnfitNode } from "../submissions.js";
import { nodeOf, threadsOf } from "./node.js";
import { NodeEngines, UnfitNode } from "./node-engines.js";
import { doShard } from "./shard.js";
import { shardsOfTask, type TaskShard } from "./task-shards.js";
import type { TaskWords } from "./words.js";

export interface TaskOptions {
  /** Has it keep what is done, and end. */
  readonly signal: AbortSignal;
  /** Takes a line for the log. */
  readonly say: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the machine calls itself. */
  readonly host: string;
  /** Has this process round as trials of the run do, as far as it can; it rounds as it does when absent. */
  readonly roundAs?: (arithmetics: readonly string[]) => void;
  /** This node's when absent. */
  readonly engines?: (threads: number, only: string | undefined) => NodeEngines;
  /** A clock of milliseconds that never goes back; this process's when absent. */
  readonly now?: () => number;
  /** Seconds between looks for a submission that is not seen yet; about a minute in all when absent. */
  readonly waits?: readonly number[];
}

/**
 * Does a task: those of its shards that have no valid result, one after the other. Whatever is wrong is told in one line.
 * @returns an exit status of `workerExits`; none where the signal has stopped it before all was done.
 */
export async function doTask(words: TaskWords, options: TaskOptions): Promise<number | undefined> {
  try {
    return (await doAll(words, options)) ? workerExits.done : undefined;
  } catch (error) {
    options.say(isOurs(error) ? lineOf(error) : `unexpected: ${lineOf(error)} (please report it)`);
    const status = statusOf(error);
    // What is broken off in the middle may well complain.
    return options.signal.aborted && status === workerExits.trials ? undefined : status;
  }
}

/** Whether an error was worded for people. */
function isOurs(error: unknown): boolean {
  const faults = [TypeError, RangeError, ReferenceError, SyntaxError];
  return error instanceof Error && !faults.some((fault) => error instanceof fault);
}

function statusOf(error: unknown): number {
  if (error instanceof UnfitNode) {
    return workerExits.arithmetic;
  }
  if (error instanceof ClusterFault) {
    return workerExits.folder;
  }
  return error instanceof UnwritableFile ? workerExits.disk : workerExits.trials;
}

/** @returns whether all is done, and not stopped. */
async function doAll(words: TaskWords, options: TaskOptions): Promise<boolean> {
  const { signal, say, environment, host, now = () => performance.now() } = options;
  const began = now();
  const node = nodeOf(environment, host);
  const threads = threadsOf(environment, availableThreads().threads);
  const restarts = /^[1-9]\d*$/.test(environment.SLURM_RESTART_COUNT ?? "")
    ? `, started again for the ${environment.SLURM_RESTART_COUNT}. time`
    : "";
  const folder = await RunFolder.open(words.folder);
  say(`task ${words.index} of ${words.token} on node ${node}, on ${counted(threads, "thread")}${restarts}`);
  const shards = await shardsOfTask(folder, words, signal, options.waits);
  if (shards === undefined) {
    return false;
  }
  const left = await withoutDone(folder, shards, say);
  if (left.length === 0) {
    return true;
  }
  options.roundAs?.(folder.run.points.map(({ arithmetic }) => arithmetic));
  const make = options.engines ?? ((count, only) => new NodeEngines(count, only));
  const engines = make(threads, folder.run.engine);
  try {
    await checkNode(folder, node, left, engines);
    const told = { at: began };
    for (const [at, one] of left.entries()) {
      if (signal.aborted) {
        return false;
      }
      if (await folder.isCancelled()) {
        say("the run is cancelled");
        return true;
      }
      // Another copy of this task may have done it meanwhile.
      if ((await readResult(folder, one.terms)).kind === "trials") {
        continue;
      }
      await findStartOfRequest(one.of.point.request, signal);
      if (signal.aborted) {
        return false;
      }
      const trialsLeft = () => trialsLike(one, left.slice(at));
      if (!(await doShard(folder, one, { engines, threads, trialsLeft, signal, say, now, told }))) {
        say("it was asked to end, and has kept how far it has come");
        return false;
      }
    }
  } finally {
    await engines.close();
  }
  say(`done after ${Math.round((now() - began) / 1000).toLocaleString("en-US")} s`);
  return true;
}

/** The shards that have no valid result. */
async function withoutDone(
  folder: RunFolder,
  shards: readonly TaskShard[],
  say: (line: string) => void,
): Promise<readonly TaskShard[]> {
  const left: TaskShard[] = [];
  for (const one of shards) {
    const result = await readResult(folder, one.terms);
    if (result.kind === "invalid") {
      say(`shard ${one.shard.number}: its result ${result.why}, and is done again`);
    }
    if (result.kind !== "trials") {
      left.push(one);
    }
  }
  const done = shards.length - left.length;
  if (done > 0) {
    say(`${countedPart(done, shards.length, "shard")} done already`);
  }
  return left;
}

/** Has nobody send tasks of the run to a node that has none of its arithmetic. @throws UnfitNode. */
async function checkNode(
  folder: RunFolder,
  node: string,
  shards: readonly TaskShard[],
  engines: NodeEngines,
): Promise<void> {
  try {
    for (const { point } of new Set(shards.map(({ of }) => of))) {
      await engines.check(point.request, point.arithmetic);
    }
  } catch (error) {
    if (error instanceof UnfitNode) {
      await recordUnfitNode(folder, node, error.message);
    }
    throw error;
  }
}

function trialsLike(one: TaskShard, shards: readonly TaskShard[]): number {
  return shards
    .filter(({ of }) => of.verification === one.of.verification)
    .reduce((sum, { shard }) => sum + shard.trials, 0);
}
