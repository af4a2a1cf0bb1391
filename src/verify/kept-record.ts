import { backendNamed, backends, processor } from "../runs/index.js";
import {
  hasFields,
  isAbsentOr,
  isBoolean,
  isCount,
  isListOf,
  isNumber,
  isOneOf,
  isTextUpTo,
} from "../shape/index.js";
import {
  type Backend,
  type Column,
  hexadecimalInteger,
  isExpectation,
  type SerializedStatistics,
} from "../simulate/index.js";

/** A row of a file of kept trials: what {@link KeptTrials} are as JSON. */
export interface SavedTrials {
  readonly eta: number;
  readonly wanted: number;
  readonly trials: number;
  readonly diverged: number;
  readonly unfound?: { readonly trials: number; readonly first: number; readonly reason: string };
  readonly steps: number;
  readonly seconds: number;
  readonly backend: Backend;
  readonly engines: readonly string[];
  readonly floors: readonly SavedFloor[];
  readonly statistics: readonly SerializedStatistics[];
}

/** JSON has no infinity: `null` stands for a floor that is not known. */
export interface SavedFloor {
  readonly label: string;
  readonly floor: number | null;
  readonly deviation: number | null;
  readonly diverges: boolean;
}

/** What all trials of a verification have in common, whatever the learning rate. */
export interface TrialsKind {
  readonly columns: readonly Column[];
  /** Of each trial. */
  readonly updates: number;
}

/** What carried trials out: the processor's kernels, and devices by the names of their engines. */
const kernels = ["wasm", "js", ...backends.filter((one) => one !== processor).map(({ name }) => name)];

const mostLetters = 2000;
const mostEngines = 100;
/** More columns than any landscape has weights. */
const mostColumns = 1e6;

/** Any sum of squares has fewer digits: 2^4196 for each of 2^53 trials. */
const mostDigits = 1100;

export const isPositive = (value: unknown): value is number => isNumber(value) && value > 0;
const isMagnitude = (value: unknown) => isNumber(value) && value >= 0;
const isText = isTextUpTo(mostLetters);

/** Digits as they are written here: none too many, no negative zero. */
const isInteger = (value: unknown) =>
  isTextUpTo(mostDigits)(value) && /^(?:0|-?[1-9a-f][0-9a-f]*)$/.test(value);

const isSaved = hasFields({
  eta: isPositive,
  wanted: isCount,
  trials: isCount,
  diverged: isCount,
  unfound: isAbsentOr(hasFields({ trials: isCount, first: isCount, reason: isText })),
  steps: isCount,
  seconds: isMagnitude,
  backend: isOneOf(...kernels),
  engines: isListOf(isText, mostEngines),
  floors: isListOf(
    hasFields({
      label: isText,
      floor: (value) => value === null || isMagnitude(value),
      deviation: (value) => value === null || isMagnitude(value),
      diverges: isBoolean,
    }),
    mostColumns,
  ),
  statistics: isListOf(
    hasFields({
      label: isText,
      center: isNumber,
      count: isCount,
      sum: isInteger,
      squares: isInteger,
      offset: isNumber,
      start: isNumber,
      resolution: isMagnitude,
    }),
    mostColumns,
  ),
});

/**
 * What of a row of a file cannot be, in words for people; `undefined` when trials may have left it. A row that passes is
 * a {@link SavedTrials}.
 * @param kind what the trials must be of; absent: they are judged by themselves only.
 */
export function problemOf(row: unknown, kind?: TrialsKind): string | undefined {
  if (!isSaved(row)) {
    return "it lacks something, or holds what is no number of trials";
  }
  const saved = row as unknown as SavedTrials;
  return (
    problemOfCounts(saved) ??
    problemOfEngines(saved) ??
    saved.statistics.map(problemOfSums).find((problem) => problem !== undefined) ??
    (kind === undefined ? undefined : problemOfKind(saved, kind))
  );
}

function problemOfCounts({ trials, wanted, diverged, unfound, steps, statistics }: SavedTrials) {
  const measured = trials - diverged;
  if (trials < 1 || wanted < trials) {
    return `it cannot have ${trials} of ${wanted} trials`;
  }
  if (measured < 0) {
    return `of ${trials} trials ${diverged} cannot have diverged`;
  }
  if (steps % trials !== 0) {
    return `${trials} trials cannot have ${steps} updates`;
  }
  const missing = unfound?.trials ?? 0;
  if (unfound !== undefined && (missing < 1 || missing > measured || unfound.first > trials - missing)) {
    return `of ${measured} trials ${missing} cannot have test losses that were not found`;
  }
  if (statistics.length === 0) {
    return "it measures nothing";
  }
  for (const { label, count } of statistics) {
    const wantedCount = isExpectation({ kind: label }) ? measured - missing : measured;
    if (count !== wantedCount) {
      return `a sum of ${count} contradicts its ${wantedCount} trials`;
    }
  }
  return undefined;
}

function problemOfEngines({ engines, floors, statistics }: SavedTrials) {
  const known = engines.map((key) => backendNamed(key.split(" ")[0]!));
  if (known.length === 0 || known.includes(undefined)) {
    return "it does not say what simulated";
  }
  const labels = new Set(floors.map(({ label }) => label));
  const isFloored = labels.size === floors.length && statistics.every(({ label }) => labels.has(label));
  // Double precision has none; single precision has one for each number.
  return (known[0]!.precision === "double" ? floors.length === 0 : isFloored)
    ? undefined
    : "its rounding floors are not its own";
}

/** The largest double, and so the largest term of a sum, in units of 2^-1074. */
const largestTerm = (1n << 2098n) - 1n;

/** Terms are whole numbers in their units, of which these are necessary for any such sums. */
function problemOfSums(statistics: SerializedStatistics) {
  const count = BigInt(statistics.count);
  const sum = hexadecimalInteger(statistics.sum);
  const squares = hexadecimalInteger(statistics.squares);
  const isPossible =
    squares >= 0n &&
    sum * sum <= count * squares &&
    squares <= count * largestTerm * largestTerm &&
    (squares - sum) % 2n === 0n &&
    (count > 1n || squares === sum * sum);
  return isPossible ? undefined : `its sums cannot be those of ${statistics.count} trials`;
}

/** Whether two numbers are one, though another machine may evaluate it otherwise. */
const nearly = (one: number, other: number, resolution: number) =>
  Math.abs(one - other) <= 1e-9 * (Math.abs(one) + Math.abs(other)) + 8 * resolution;

function problemOfKind({ trials, steps, statistics, floors }: SavedTrials, { columns, updates }: TrialsKind) {
  if (steps !== trials * updates) {
    return `${trials} trials cannot have ${steps} updates`;
  }
  if (
    columns.length !== statistics.length ||
    columns.some(({ label }, at) => statistics[at]!.label !== label)
  ) {
    return "it measures something else";
  }
  if (floors.length > columns.length) {
    return "its rounding floors are not its own";
  }
  for (const [at, { center, origin }] of columns.entries()) {
    const own = statistics[at]!;
    const isAlike =
      nearly(own.offset, origin.offset, origin.resolution) &&
      nearly(own.start, origin.start, origin.resolution) &&
      nearly(own.resolution, origin.resolution, 0);
    if (!Object.is(own.center, center) || !isAlike) {
      return "its numbers are counted from somewhere else";
    }
  }
  return undefined;
}
