import { counted } from "../../printable/index.js";
import type { SimulationResult } from "../../simulate/index.js";
import { simulateInSegments } from "../../verify/segments.js";
import type { RunFolder } from "../folder.js";
import { readCheckpoint, readResult, writeShard } from "../results.js";
import type { NodeEngines } from "./node-engines.js";
import type { TaskShard } from "./task-shards.js";

/** Least time between two checkpoints: what the end of a node may cost, in milliseconds. */
const checkpointEvery = 20_000;

/** Least time between two lines of the log on how far it has come, in milliseconds. */
const tellEvery = 60_000;

export interface ShardOptions {
  readonly engines: NodeEngines;
  readonly threads: number;
  /** Trials that the task has yet to do of requests like this one. */
  readonly trialsLeft: () => number;
  readonly signal: AbortSignal;
  /** Takes a line for the log. */
  readonly say: (line: string) => void;
  /** A clock of milliseconds. */
  readonly now: () => number;
  /** What was told last, on that clock: shards have one clock together. */
  readonly told: { at: number };
}

/**
 * Does a shard, from its checkpoint on where that is valid.
 * @returns whether it is done; else the signal has stopped it, and what is done is in its checkpoint.
 * @throws UnwritableFile, SimulationError of one line.
 */
export async function doShard(
  folder: RunFolder,
  { shard, of: { verification, point }, terms }: TaskShard,
  options: ShardOptions,
): Promise<boolean> {
  const { engines, threads, signal, say, now } = options;
  const { number, first: firstTrial, trials } = shard;
  const checkpoint = await readCheckpoint(folder, terms);
  if (checkpoint.kind === "invalid") {
    say(`shard ${number}: its checkpoint ${checkpoint.why}, and is not used`);
  }
  const done = checkpoint.kind === "trials" ? checkpoint.known.result : undefined;
  const request = { ...point.request, firstTrial, trials };
  const before = engines.told;
  const { engine, why } = await engines.choose(verification, request, options.trialsLeft, signal);
  if (signal.aborted) {
    return false;
  }
  if (before !== engine) {
    engines.told = engine;
    say(`${engine.name} carries them out (${engine.device}): ${why}`);
  }
  const from = done === undefined ? "" : `, of which ${numberText(done.trials)} are done`;
  say(
    `shard ${number}: ${counted(trials, "trial")} at eta = ${point.eta} of "${verification.specification.name}"${from}`,
  );
  let written = { at: now(), trials: done?.trials ?? 0 };
  const write = async (result: SimulationResult): Promise<void> => {
    await writeShard(folder, terms, result, point.facts.floors);
    written = { at: now(), trials: result.trials };
  };
  const began = now();
  const result = await simulateInSegments(engine, request, {
    ...(done === undefined ? {} : { done }),
    ...{ threads, signal },
    onProgress: (progress) => {
      if (now() - options.told.at < tellEvery) {
        return;
      }
      options.told.at = now();
      const share = (progress.trials - (done?.trials ?? 0)) / (now() - began);
      const minutes = Math.ceil((trials - progress.trials) / share / 60_000);
      const left = Number.isFinite(minutes) ? `, about ${numberText(minutes)} min left` : "";
      say(`shard ${number}: ${numberText(progress.trials)} of ${counted(trials, "trial")}${left}`);
    },
    keep: async (known) => {
      if (known.trials < trials && now() - written.at >= checkpointEvery) {
        await write(known);
      }
    },
    fallback: async (reason) => {
      const next = (await engines.fallBack(reason)).engine;
      engines.told = next;
      say(`${next.name} goes on (${next.device}): ${reason}`);
      return next;
    },
  });
  if (result.trials < trials) {
    if (result.trials > written.trials) {
      await write(result);
    }
    return false;
  }
  await write(result);
  await checkWritten(folder, terms);
  return true;
}

/** What is written must be valid, or it would be done again for ever. */
async function checkWritten(folder: RunFolder, terms: TaskShard["terms"]): Promise<void> {
  const found = await readResult(folder, terms);
  if (found.kind !== "trials") {
    throw new Error(
      `the result of shard ${terms.shard.number} is not valid as it was written: ${found.kind === "invalid" ? `it ${found.why}` : "it is not there"}`,
    );
  }
}

function numberText(count: number): string {
  return count.toLocaleString("en-US");
}
