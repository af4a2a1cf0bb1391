import type { SimulationPlan } from "../../simulate/plan.js";
import { keptQuantities } from "../../simulate/reading.js";

/** Trials whose measurements wait to be added up. */
export const largestChunk = 4096;

/** Digits of 32 bits, each in 64, of a sum of doubles and of a sum of squares. */
export const sumDigits = 72;
export const squareDigits = 140;

/** Where things lie in a kernel's linear memory, in bytes. */
export interface Addresses {
  /** Trials side by side. */
  readonly lanes: number;
  /** eta / B, twice. */
  readonly rate: number;
  /** Twenty words, each four times. */
  readonly roundKeys: number;
  /** Words waiting to be looked up. */
  readonly words: number;
  /** A row of step constants after the other. */
  readonly steps: number;
  /** A register of the state after the other, of all lanes each. */
  readonly states: number;
  /** A column of measurements after the other, then those that `finiteAt`, `settledAt`, `trainAt` and `keptAt` number. */
  readonly results: number;
  readonly columnBytes: number;
  /** For each column its sum's digits, then its squares'. */
  readonly digits: number;
  readonly digitBytes: number;
  readonly quadrature: readonly number[];
  /** By source; undefined for those which look nothing up. */
  readonly tables: readonly (
    | { readonly values: number; readonly thresholds: number; readonly columns: number }
    | undefined
  )[];
  /** Constants come last, for they are found while the text is written. */
  readonly constants: number;
}

/** The column that says which trials are finite. */
export const finiteAt = ({ columns }: SimulationPlan): number => columns.length;

/** The column that says whose test loss holds, when test losses are checked. */
export const settledAt = ({ columns }: SimulationPlan): number => columns.length + 1;

/** The column of train losses, when they are measured and test losses are checked. */
export const trainAt = ({ columns }: SimulationPlan): number => columns.length + 2;

/** The first of the columns of quantities that settling a trial takes. */
export const keptAt = ({ columns }: SimulationPlan): number => columns.length + 3;

export function addressesOf(plan: SimulationPlan, lanes: number): Addresses {
  let next = 0;
  const take = (bytes: number): number => {
    const address = next;
    next += Math.ceil(bytes / 64) * 64;
    return address;
  };
  const columnBytes = (largestChunk + lanes) * 8;
  const digitBytes = (sumDigits + squareDigits) * 8;
  return {
    lanes,
    rate: take(16),
    roundKeys: take(20 * 16),
    words: take(4 * lanes * 4),
    states: take(plan.states.length * lanes * 8),
    steps: take((plan.steps?.rows.length ?? 0) * 8),
    columnBytes,
    results: take((keptAt(plan) + keptQuantities(plan).length) * columnBytes),
    digitBytes,
    digits: take(plan.columns.length * digitBytes),
    quadrature: plan.sampled.map((part) => take(part.points.length * 8)),
    tables: plan.sources.map(({ transform }) => {
      if (transform.kind === "program") {
        return undefined;
      }
      if (transform.kind === "thresholds") {
        const bytes = transform.values.length * 8;
        return { values: take(bytes), thresholds: take(bytes), columns: 1 };
      }
      return { values: take(transform.values.length * 8), thresholds: 0, columns: transform.columns };
    }),
    constants: take(0),
  };
}
