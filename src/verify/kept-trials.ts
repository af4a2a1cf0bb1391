import { createHash } from "node:crypto";
import { isFields } from "../shape/index.js";
import {
  deserializeStatistics,
  type SimulationResult,
  serializeStatistics,
  statisticsOf,
} from "../simulate/index.js";
import { isPositive, kindOfRow, problemOf, type SavedTrials, type TrialsKind } from "./kept-record.js";
import type { Floors, Rounding } from "./rounding.js";

/** Trials done at a learning rate: all numbers from the first, none left out. */
export interface KnownTrials {
  readonly result: SimulationResult;
  /** What simulated them, one after the other; trials of the same engines have the same bits. */
  readonly engines: readonly string[];
  /** What single precision did to them. */
  readonly floors: Floors;
  /** A digest of their controls; absent where they have none. */
  readonly controls?: string;
}

/** Trials as they are kept. */
export interface KeptTrials extends KnownTrials {
  readonly eta: number;
  /** The most trials that a run which kept them was to have: when as many are done, nobody waits for them. */
  readonly wanted: number;
}

/** What trials of one learning rate by the same engines and controls share: of two lots the longer has the shorter in it. */
export function keyOf({ eta, engines, controls }: Pick<KeptTrials, "eta" | "engines" | "controls">): string {
  return JSON.stringify([eta, controls ?? "", ...engines]);
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
export const keptFormat = 6;

/** What became of a text that was kept. */
export type ReadTrials =
  | {
      readonly kind: "sound";
      readonly trials: readonly KeptTrials[];
      /** What is wrong with rows that are not among them, in words for people; none when the text is whole. */
      readonly refused: readonly string[];
    }
  /** Of another version, which may still want it. */
  | { readonly kind: "foreign" }
  /** Cut, or changed by somebody else: nothing of it is sound. */
  | { readonly kind: "damaged"; readonly refused: readonly string[] };

/**
 * Kept trials as a text. It has a digest of all, and each row one of its own, so that one that was changed is known from the
 * others.
 * @param identity a digest of what they depend on.
 */
export function writeTrials(identity: string, kept: readonly KeptTrials[]): string {
  const results = kept.map((one) => {
    const saved = savedOf(one);
    return { ...saved, digest: digestOfRow(identity, saved) };
  });
  return JSON.stringify({ format: keptFormat, identity, digest: digestOf(results), results });
}

/**
 * Reads what {@link writeTrials} wrote of the same identity: all rows that are as they were written. Earlier versions wrote rows
 * without digests of their own.
 * @param kind what the trials must be of; absent: they are judged by themselves only.
 */
export function readTrials(identity: string, text: string, kind?: TrialsKind): ReadTrials {
  try {
    const saved: unknown = JSON.parse(text);
    if (!isFields(saved)) {
      return damaged;
    }
    const { format, results } = saved;
    if (Number.isSafeInteger(format) && format !== keptFormat) {
      return { kind: "foreign" };
    }
    if (format !== keptFormat || saved.identity !== identity || !Array.isArray(results)) {
      return damaged;
    }
    const isWhole = saved.digest === digestOf(results);
    const rows = results.map((row: unknown) => readRow(row, identity, isWhole, kind));
    const trials = rows.flatMap((row) => (typeof row === "string" ? [] : [row]));
    const refused = rows.flatMap((row) => (typeof row === "string" ? [row] : []));
    // None of two that say the same thing differently is to be believed.
    const keys = trials.map(keyOf);
    const once = trials.filter((_, at) => keys.indexOf(keys[at]!) === keys.lastIndexOf(keys[at]!));
    if (once.length < trials.length) {
      refused.push("the same trials are there twice");
    }
    if (!isWhole && refused.length === 0) {
      refused.push("rows are missing");
    }
    if (once.length === 0 && refused.length > 0) {
      return { kind: "damaged", refused };
    }
    return { kind: "sound", trials: once, refused };
  } catch {
    return damaged;
  }
}

const damaged: ReadTrials = { kind: "damaged", refused: [] };

/** A row, or what is wrong with it. */
function readRow(
  row: unknown,
  identity: string,
  isWhole: boolean,
  kind: TrialsKind | undefined,
): KeptTrials | string {
  if (!isFields(row)) {
    return "there is something that is no row of trials";
  }
  const { digest, ...saved } = row;
  const isOwn = digest === undefined ? isWhole : digest === digestOfRow(identity, saved);
  const problem = isOwn ? problemOf(saved, kind) : "it is not as it was written";
  if (problem === undefined) {
    return restored(saved as unknown as SavedTrials, kind);
  }
  return isPositive(saved.eta) ? `eta = ${saved.eta}: ${problem}` : problem;
}

function digestOfRow(identity: string, row: object): string {
  return digestOf([identity, row]);
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function savedOf({ eta, wanted, result, engines, floors, controls }: KeptTrials): SavedTrials {
  const { trials, diverged, unfound, steps, seconds, backend, statistics } = result;
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    ...{ eta, wanted, trials, diverged, steps, seconds, backend, engines },
    ...(unfound === undefined ? {} : { unfound }),
    ...(controls === undefined ? {} : { controls }),
    floors: [...floors].map(([label, { floor, deviation, diverges }]) => ({
      label,
      floor: known(floor),
      deviation: known(deviation),
      diverges,
    })),
    statistics: statistics.map(serializeStatistics),
  };
}

function restored(saved: SavedTrials, kind: TrialsKind | undefined): KeptTrials {
  const { eta, wanted, trials, diverged, unfound, steps, seconds, backend, engines, floors, controls } =
    saved;
  const columns = kind && kindOfRow(saved, kind).columns;
  const statistics = saved.statistics.map((one, at) => {
    const read = deserializeStatistics(one);
    // This machine's own, so that numbers of a file have no part in where the mean is.
    const origin = columns?.[at]?.origin ?? read.origin;
    return statisticsOf(read.label, read.moments, origin);
  });
  return {
    eta,
    wanted,
    result: {
      ...{ trials, diverged, steps, seconds, backend, statistics },
      ...(unfound === undefined ? {} : { unfound }),
    },
    engines,
    ...(controls === undefined ? {} : { controls }),
    floors: new Map(
      floors.map(({ label, floor, deviation, diverges }): [string, Rounding] => [
        label,
        { floor: floor ?? Number.POSITIVE_INFINITY, deviation: deviation ?? Number.NaN, diverges },
      ]),
    ),
  };
}
