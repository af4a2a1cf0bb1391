import type { SimulationResult } from "../../src/simulate/index.js";
import { statisticsOf } from "../../src/simulate/request.js";
import { Checkpoint, type CheckpointStore } from "../../src/verify/checkpoint.js";
import type { KnownTrials } from "../../src/verify/kept-trials.js";

/** The first trials of an imagined engine: their sums say how many they are and whose. */
export function imaginedTrials(eta: number, engine: string, trials: number): KnownTrials {
  const of = BigInt(engine.length) * 1000n + BigInt(Math.round(eta * 100));
  const moments = {
    center: 0,
    count: trials,
    sum: of * BigInt(trials),
    squares: of * of * BigInt(trials),
  };
  const isDouble = engine.startsWith("cpu");
  const result: SimulationResult = {
    ...{ trials, diverged: 0, steps: 10 * trials, seconds: 1, backend: isDouble ? "wasm" : "webgpu" },
    statistics: [statisticsOf("test_loss", moments)],
  };
  const floor = { floor: 1e-9, deviation: 1, diverges: false };
  return { result, engines: [engine], floors: new Map(isDouble ? [] : [["test_loss", floor]]) };
}

/** What is kept at a learning rate by an engine, once it is seen to be whole; 0 for nothing. */
export async function keptTrials(store: CheckpointStore, eta: number, engine: string): Promise<number> {
  const checkpoint = await Checkpoint.open(store, "kept", (line) => {
    throw new Error(line);
  });
  const known = checkpoint.at(eta).find(({ engines }) => engines[0] === engine);
  if (known === undefined) {
    return 0;
  }
  const { trials, statistics } = known.result;
  const { moments } = imaginedTrials(eta, engine, trials).result.statistics[0]!;
  if (statistics[0]!.moments.sum !== moments.sum || statistics[0]!.moments.squares !== moments.squares) {
    throw new Error(`${trials} trials are kept with the sums of others`);
  }
  return trials;
}
