import { createHash } from "node:crypto";
import {
  deserializeStatistics,
  type SerializedStatistics,
  type SimulationResult,
  serializeStatistics,
  type UnfoundLosses,
} from "../simulate/index.js";
import type { Rounding } from "./rounding.js";
import type { Floors } from "./run-engines.js";

/** Trials done at a learning rate: all numbers from the first, none left out. */
export interface KnownTrials {
  readonly result: SimulationResult;
  /** What simulated them, one after the other; trials of the same engines have the same bits. */
  readonly engines: readonly string[];
  /** What single precision did to them. */
  readonly floors: Floors;
}

/** Trials as they are kept. */
export interface KeptTrials extends KnownTrials {
  readonly eta: number;
  /** The most trials that a run which kept them was to have: when as many are done, nobody waits for them. */
  readonly wanted: number;
}

/** What trials of one learning rate by the same engines share: of two lots the longer has the shorter in it. */
export function keyOf({ eta, engines }: Pick<KeptTrials, "eta" | "engines">): string {
  return JSON.stringify([eta, ...engines]);
}

/**
 * Several lots together: the longest for each learning rate and each row of engines. Nothing is lost by it, and it does not
 * matter in which order or how often lots are joined.
 */
export function joinedTrials(...lots: readonly (readonly KeptTrials[])[]): KeptTrials[] {
  const joined = new Map<string, KeptTrials>();
  for (const one of lots.flat()) {
    const key = keyOf(one);
    const other = joined.get(key);
    const longer = other === undefined || one.result.trials > other.result.trials ? one : other;
    joined.set(key, { ...longer, wanted: Math.max(one.wanted, other?.wanted ?? 0) });
  }
  return [...joined.values()];
}

/** Raised when what is kept is not what was written here, or trials have other bits. */
export const keptFormat = 4;

/** What became of a text that was kept. */
export type ReadTrials =
  | { readonly kind: "sound"; readonly trials: readonly KeptTrials[] }
  /** Of another version, which may still want it. */
  | { readonly kind: "foreign" }
  /** Cut, or changed by somebody else. */
  | { readonly kind: "damaged" };

interface SavedTrials {
  readonly eta: number;
  readonly wanted: number;
  readonly trials: number;
  readonly diverged: number;
  readonly unfound?: UnfoundLosses;
  readonly steps: number;
  readonly seconds: number;
  readonly backend: SimulationResult["backend"];
  readonly engines: readonly string[];
  readonly floors: readonly SavedFloor[];
  readonly statistics: readonly SerializedStatistics[];
}

/** JSON has no infinity: `null` stands for a floor that is not known. */
interface SavedFloor {
  readonly label: string;
  readonly floor: number | null;
  readonly deviation: number | null;
  readonly diverges: boolean;
}

/** Kept trials as a text. @param identity a digest of what they depend on. */
export function writeTrials(identity: string, kept: readonly KeptTrials[]): string {
  const results = kept.map(({ eta, wanted, result, engines, floors }): SavedTrials => {
    const { trials, diverged, unfound, steps, seconds, backend, statistics } = result;
    return {
      ...{ eta, wanted, trials, diverged, steps, seconds, backend, engines },
      ...(unfound === undefined ? {} : { unfound }),
      floors: [...floors].map(([label, { floor, deviation, diverges }]) => ({
        label,
        floor: Number.isFinite(floor) ? floor : null,
        deviation: Number.isFinite(deviation) ? deviation : null,
        diverges,
      })),
      statistics: statistics.map(serializeStatistics),
    };
  });
  return JSON.stringify({ format: keptFormat, identity, digest: digestOf(results), results });
}

/** Reads what {@link writeTrials} wrote of the same identity. */
export function readTrials(identity: string, text: string): ReadTrials {
  try {
    const saved = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (Number.isSafeInteger(saved.format) && saved.format !== keptFormat) return { kind: "foreign" };
    const isOurs = saved.format === keptFormat && saved.identity === identity;
    if (!isOurs || !Array.isArray(saved.results) || saved.digest !== digestOf(saved.results))
      return { kind: "damaged" };
    return { kind: "sound", trials: saved.results.map((one) => restored(one as SavedTrials)) };
  } catch {
    return { kind: "damaged" };
  }
}

function digestOf(results: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(results)).digest("hex");
}

function restored(saved: SavedTrials): KeptTrials {
  const { eta, wanted, trials, diverged, unfound, steps, seconds, backend, engines, floors } = saved;
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const statistics = saved.statistics.map(deserializeStatistics);
  const isSound =
    [wanted, trials, diverged, steps].every(isCount) &&
    [eta, seconds].every(Number.isFinite) &&
    statistics.every(({ count }) => count <= trials - diverged) &&
    (unfound === undefined || isUnfound(unfound, trials - diverged)) &&
    engines.length > 0;
  if (!isSound) throw new RangeError("the kept trials are damaged");
  return {
    eta,
    wanted,
    result: {
      ...{ trials, diverged, steps, seconds, backend, statistics },
      ...(unfound === undefined ? {} : { unfound }),
    },
    engines: engines.map(String),
    floors: new Map(floors.map(restoredFloor)),
  };
}

function isUnfound({ trials, first, reason }: UnfoundLosses, most: number): boolean {
  const isSound = Number.isSafeInteger(trials) && trials > 0 && trials <= most;
  return isSound && Number.isSafeInteger(first) && first >= 0 && typeof reason === "string";
}

function restoredFloor({ label, floor, deviation, diverges }: SavedFloor): [string, Rounding] {
  const numberOf = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);
  return [
    String(label),
    {
      floor: numberOf(floor, Number.POSITIVE_INFINITY),
      deviation: numberOf(deviation, Number.NaN),
      diverges: diverges === true,
    },
  ];
}
