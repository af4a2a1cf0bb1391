import { type Engine, engineRecord } from "../engines/index.js";
import { isWritten } from "../evaluate/index.js";
import { visitsOf } from "../optimisers/index.js";
import { errorsWith, threeErrors } from "../runs/index.js";
import type { AnyRequest, RequestedNumber } from "../simulate/index.js";
import { trialsOfPilot } from "./pilot-trials.js";

const mostCompared = 1024;
const fewestCompared = 8;
/** Those of tensors are interpreted to be compared, which takes a part of a pilot's time. */
const shareOfPilot = 0.25;

/** What single precision does to a measured number. */
export interface Rounding {
  /** What a mean may be off by, whatever the number of trials. */
  readonly floor: number;
  /** A trial's standard deviation, to tell before a run what its standard error will be. */
  readonly deviation: number;
  /** Whether some of the trials compared diverged in both precisions. */
  readonly diverges: boolean;
}

/** What single precision does to each number, by label; empty when trials are simulated in double precision. */
export type Floors = ReadonlyMap<string, Rounding>;

/** What two engines' rounding does to trials of which each has some. */
export function widerOf(one: Floors, other: Floors): Floors {
  const joined = new Map(one);
  for (const [label, rounding] of other) {
    const known = joined.get(label) ?? rounding;
    joined.set(label, {
      floor: Math.max(known.floor, rounding.floor),
      deviation: known.deviation,
      diverges: known.diverges || rounding.diverges,
    });
  }
  return joined;
}

/**
 * Measures what rounding does, by the same trials in single and in double precision: both draw the same streams, so that
 * all that differs is rounding. Both may be of one engine, which has some trials in single precision. The floor is the mean difference and what it may itself be off by: three of its standard
 * errors, or as many as are as sure with fewer trials.
 * @returns one for each of the request's columns; `undefined` when the signal has stopped it.
 */
export async function roundingOf(
  single: Engine,
  double: Engine,
  request: AnyRequest,
  signal?: AbortSignal,
): Promise<readonly Rounding[] | undefined> {
  const fitting = Math.max(
    fewestCompared,
    Math.min(
      mostCompared,
      isWritten(request.landscape)
        ? Math.floor(engineRecord(single.name).comparedVisits / visitsOf(request.spacetime))
        : Math.floor(shareOfPilot * trialsOfPilot(request)),
    ),
  );
  const compared = { ...request, firstTrial: 0, trials: Math.min(request.trials, fitting) };
  const rounded = await single.trialValues(compared, signal);
  if (signal?.aborted) {
    return undefined;
  }
  const exact = await preciseValuesOf(double, compared, signal);
  if (signal?.aborted) {
    return undefined;
  }
  return exact.map((values, column) => {
    // Orders are compared by the floor itself, and so have a wider one.
    const times = isOfOrder(request.numbers[column]) ? 2 : 1;
    const both = values.map((value, trial) => [rounded[column]![trial]!, value] as const);
    // Trials that diverge in both are in no mean.
    const pairs = both.filter(([one, other]) => !(Number.isNaN(one) && Number.isNaN(other)));
    const differences = pairs.map(([one, other]) => one - other);
    const { mean, deviation } = spreadOf(differences);
    const errors = errorsWith(differences.length, threeErrors);
    const floor = times * Math.abs(mean) + (errors * deviation) / Math.sqrt(differences.length);
    // One that diverges in one of them only, or less than two that do not, say that nothing is known.
    return {
      floor: Number.isNaN(floor) ? Number.POSITIVE_INFINITY : floor,
      deviation: spreadOf(pairs.map(([, value]) => value)).deviation,
      diverges: pairs.length < both.length,
    };
  });
}

/** What trials measure in double precision, by an engine all of whose trials are in it, or which tells. */
function preciseValuesOf(
  double: Engine,
  request: AnyRequest,
  signal: AbortSignal | undefined,
): ReturnType<Engine["trialValues"]> {
  return double.preciseValues?.(request, signal) ?? double.trialValues(request, signal);
}

function isOfOrder(number: RequestedNumber | undefined): boolean {
  return (
    number !== undefined &&
    ("pairs" in number ||
      ("combination" in number &&
        number.combination.some(({ quantity }) => "order" in quantity && quantity.order !== undefined)))
  );
}

function spreadOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
