import * as v from "valibot";
import { counted } from "../printable/index.js";
import { backendNamed, backends, processor } from "../runs/index.js";
import { count, listUpTo, maybe, number, type Shape, textUpTo } from "../shape/index.js";
import {
  type Backend,
  type Column,
  hexadecimalInteger,
  mayOverflow,
  type SerializedStatistics,
} from "../simulate/index.js";
import { isSingle, nameIn } from "./engine-keys.js";

/** What carried trials out: the processor's kernels, and devices by the names of their engines. */
const kernels: readonly Backend[] = [
  "wasm",
  "js",
  ...backends.flatMap(({ name }) => (name === processor.name ? [] : [name])),
];

const mostEngines = 100;
/** More columns than any landscape has weights. */
const mostColumns = 1e6;

/** Any sum of squares has fewer digits: 2^4196 for each of 2^53 trials. */
const digitsSchema = textUpTo(1100);

const textSchema = textUpTo(2000);
const magnitude = v.custom<number>((value) => v.is(number, value) && value >= 0);

/** Digits as they are written here: none too many, no negative zero. */
const integer = v.custom<string>(
  (value) => v.is(digitsSchema, value) && /^(?:0|-?[1-9a-f][0-9a-f]*)$/.test(value),
);

const floorSchema = v.object({
  label: textSchema,
  /** JSON has no infinity: `null` stands for a floor that is not known. */
  floor: v.nullable(magnitude),
  deviation: v.nullable(magnitude),
  diverges: v.boolean(),
});

const statisticsSchema = v.object({
  label: textSchema,
  center: number,
  count,
  sum: integer,
  squares: integer,
  overflowed: maybe(v.custom<number>((value) => v.is(count, value) && value > 0)),
  offset: number,
  start: number,
  resolution: magnitude,
}) satisfies v.GenericSchema<unknown, SerializedStatistics>;

const savedSchema = v.object({
  eta: v.custom<number>(isPositive),
  wanted: count,
  trials: count,
  diverged: count,
  unfound: maybe(v.object({ trials: count, first: count, reason: textSchema })),
  steps: count,
  seconds: magnitude,
  backend: v.picklist(kernels),
  /** A digest of the controls that are fitted to such trials. */
  controls: maybe(textSchema),
  engines: listUpTo(textSchema, mostEngines),
  floors: listUpTo(floorSchema, mostColumns),
  statistics: listUpTo(statisticsSchema, mostColumns),
});
/** A row of a file of kept trials: what {@link KeptTrials} are as JSON. */
export type SavedTrials = Shape<typeof savedSchema>;

/** What all trials of a verification have in common, whatever the learning rate. */
export interface TrialsKind {
  readonly columns: readonly Column[];
  /** Of trials with controls; absent where none have any. */
  readonly controlled?: readonly Column[];
  /** Of each trial. */
  readonly updates: number;
}

/** What a row's own trials are of. */
export function kindOfRow({ controls }: Pick<SavedTrials, "controls">, kind: TrialsKind): TrialsKind {
  return controls === undefined ? kind : { ...kind, columns: kind.controlled ?? [] };
}

export function isPositive(value: unknown): value is number {
  return v.is(number, value) && value > 0;
}

/**
 * What of a row of a file cannot be, in words for people; `undefined` when trials may have left it. A row that passes is
 * a {@link SavedTrials}.
 * @param known what the trials must be of; absent: they are judged by themselves only.
 */
export function problemOf(row: unknown, known?: TrialsKind): string | undefined {
  if (!v.is(savedSchema, row)) {
    return "it lacks something, or holds what is no number of trials";
  }
  const saved: SavedTrials = row;
  const kind = known && kindOfRow(saved, known);
  return (
    problemOfCounts(saved, kind) ??
    problemOfEngines(saved) ??
    saved.statistics.map(problemOfSums).find((problem) => problem !== undefined) ??
    (kind === undefined ? undefined : problemOfKind(saved, kind))
  );
}

function problemOfCounts(
  { trials, wanted, diverged, unfound, steps, statistics }: SavedTrials,
  kind: TrialsKind | undefined,
) {
  const measured = trials - diverged;
  if (trials < 1 || wanted < trials) {
    return `it cannot have ${trials} of ${wanted} trials`;
  }
  if (measured < 0) {
    return `of ${counted(trials, "trial")} ${diverged} cannot have diverged`;
  }
  if (steps % trials !== 0) {
    return `${counted(trials, "trial")} cannot have ${counted(steps, "update")}`;
  }
  const missing = unfound?.trials ?? 0;
  if (unfound !== undefined && (missing < 1 || missing > measured || unfound.first > trials - missing)) {
    return `of ${measured} trials ${missing} cannot have test losses that were not found`;
  }
  if (statistics.length === 0) {
    return "it measures nothing";
  }
  for (const [at, { count, overflowed = 0 }] of statistics.entries()) {
    const own = count + overflowed;
    const column = kind?.columns[at];
    const isOfFewer = kind === undefined ? own < measured : column?.isExpectation;
    const wantedCount = isOfFewer ? measured - missing : measured;
    // What is measured and not finite has diverged; only products and orders overflow.
    if (own !== wantedCount || (overflowed > 0 && column !== undefined && !mayOverflow(column))) {
      return `a sum of ${own} contradicts its ${wantedCount} trials`;
    }
  }
  return undefined;
}

function problemOfEngines({ engines, floors, statistics }: SavedTrials) {
  const known = engines.map((key) => backendNamed(nameIn(key)));
  if (known.length === 0 || known.includes(undefined)) {
    return "it does not say what simulated";
  }
  const labels = new Set(floors.map(({ label }) => label));
  const isFloored = labels.size === floors.length && statistics.every(({ label }) => labels.has(label));
  // Double precision has none; single precision has one for each number.
  return (engines.some(isSingle) ? isFloored : floors.length === 0)
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
    return `${counted(trials, "trial")} cannot have ${counted(steps, "update")}`;
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
  // Those of what covaries are found at each learning rate; whether they are a run's own is asked where it goes on.
  const isFound = new Set(columns.flatMap((column) => ("pairs" in column ? column.pairs.flat() : [])));
  for (const [at, { center, origin }] of columns.entries()) {
    const own = statistics[at]!;
    const isAlike =
      nearly(own.offset, origin.offset, origin.resolution) &&
      nearly(own.start, origin.start, origin.resolution) &&
      nearly(own.resolution, origin.resolution, 0);
    if (!(isFound.has(at) || Object.is(own.center, center)) || !isAlike) {
      return "its numbers are counted from somewhere else";
    }
  }
  return undefined;
}
