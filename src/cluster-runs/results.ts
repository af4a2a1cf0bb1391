import { rm } from "node:fs/promises";
import { readTextFile, writeWhole } from "../files/index.js";
import type { SimulationResult } from "../simulate/index.js";
import { type Floors, type KnownTrials, readTrials, type TrialsKind, writeTrials } from "../verify/index.js";
import type { RunFolder } from "./folder.js";
import type { Shard } from "./record.js";

/** Larger than any result, in bytes. */
const largestResult = 64 * 2 ** 20;

/** What trials of a shard must be, to be those that were asked for. */
export interface ShardTerms {
  readonly shard: Shard;
  readonly eta: number;
  readonly arithmetic: string;
  readonly kind: TrialsKind;
}

/** What is there of a shard. */
export type FoundShard =
  | { readonly kind: "none" }
  /** Its first trials: all of them in a valid result. */
  | { readonly kind: "trials"; readonly known: KnownTrials }
  /** It is cut, or not what was written for this shard of this run: as good as none. One line. */
  | { readonly kind: "invalid"; readonly why: string };

/** What a shard's files are of: the run's work, and which of its trials. */
function identityOf(folder: RunFolder, { number, first, trials }: Shard): string {
  return `${folder.run.digest} ${number} ${first} ${trials}`;
}

/** Reads a result, all of whose trials must be there. */
export async function readResult(folder: RunFolder, terms: ShardTerms): Promise<FoundShard> {
  const found = await readFile(folder, folder.at("results", `${terms.shard.number}`), terms);
  return found.kind === "trials" && found.known.result.trials !== terms.shard.trials
    ? { kind: "invalid", why: `has ${found.known.result.trials} of ${terms.shard.trials} trials` }
    : found;
}

/** Reads how far a shard has come. */
export function readCheckpoint(folder: RunFolder, terms: ShardTerms): Promise<FoundShard> {
  return readFile(folder, folder.at("checkpoints", `${terms.shard.number}`), terms);
}

async function readFile(folder: RunFolder, path: string, terms: ShardTerms): Promise<FoundShard> {
  const { shard, eta, arithmetic, kind } = terms;
  let text: string;
  try {
    text = await readTextFile(path, largestResult);
  } catch (error) {
    return (error as { code?: string }).code === "ENOENT"
      ? { kind: "none" }
      : { kind: "invalid", why: error instanceof Error ? error.message : String(error) };
  }
  const read = readTrials(identityOf(folder, shard), text, kind);
  if (read.kind === "foreign") {
    return { kind: "invalid", why: "is of another version of diag" };
  }
  const [known] = read.kind === "sound" ? read.trials : [];
  if (known === undefined || read.refused.length > 0 || known.eta !== eta) {
    return { kind: "invalid", why: read.refused[0] ?? "is cut, or is not what was written" };
  }
  if (known.engines.some((key) => key !== arithmetic)) {
    return { kind: "invalid", why: `has trials of other bits: ${known.engines.join(", ")}` };
  }
  return known.result.trials > shard.trials
    ? { kind: "invalid", why: `has ${known.result.trials} of ${shard.trials} trials` }
    : { kind: "trials", known: { ...known, result: moved(known.result, shard.first) } };
}

/** What is kept counts a shard's trials from its first. @param by how many they are numbered later. */
function moved(result: SimulationResult, by: number): SimulationResult {
  const { unfound } = result;
  return unfound === undefined ? result : { ...result, unfound: { ...unfound, first: unfound.first + by } };
}

/** Writes the first trials of a shard: its result where these are all of them, and else a checkpoint. */
export async function writeShard(
  folder: RunFolder,
  terms: ShardTerms,
  result: SimulationResult,
  floors: Floors,
): Promise<void> {
  const { shard, eta, arithmetic } = terms;
  const known = {
    eta,
    wanted: shard.trials,
    result: moved(result, -shard.first),
    engines: [arithmetic],
    floors,
  };
  const text = writeTrials(identityOf(folder, shard), [known]);
  const isWhole = result.trials === shard.trials;
  // Copies of one task may write at the same time: each writes a file of its own, and all are renamed to the same sums.
  await writeWhole(folder.at(isWhole ? "results" : "checkpoints", `${shard.number}`), text);
  if (isWhole) {
    await rm(folder.at("checkpoints", `${shard.number}`), { force: true });
  }
}
