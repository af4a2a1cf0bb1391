import type { SimulationResult } from "../simulate/index.js";
import type { StatisticsByLabel } from "./orders.js";
import type { Floors } from "./run-engines.js";

/** The trials at one learning rate. */
export interface Measured {
  readonly result: SimulationResult;
  /** Keys of what simulated, one after the other, and the last one's device. */
  readonly engines: readonly string[];
  readonly device: string;
  readonly floors: Floors;
  /** Trials on streams of their own; absent where none were run. */
  readonly pilot?: StatisticsByLabel | undefined;
}

/** A number, or `null` for what is not finite. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
