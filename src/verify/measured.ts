import { isWritten } from "../evaluate/index.js";
import type { ErrorRate } from "../runs/index.js";
import type { SimulationResult } from "../simulate/index.js";
import { isAsProcessor, isSingle, nameIn } from "./engine-keys.js";
import type { StatisticsByLabel } from "./orders.js";
import type { Floors } from "./rounding.js";
import type { VerifySpecification } from "./specification.js";

/** The trials at one learning rate. */
export interface Measured {
  readonly result: SimulationResult;
  /** Keys of what simulated, one after the other, and the last one's device. */
  readonly engines: readonly string[];
  readonly device: string;
  readonly floors: Floors;
  /** How many test points stood for the expected loss of each; absent where all rows did. */
  readonly testPoints?: number;
  /** Of losses of cross entropy. */
  readonly errorRate?: ErrorRate;
  /** Trials on streams of their own; absent where none were run. */
  readonly pilot?: StatisticsByLabel | undefined;
  /** Present where nothing is random, so that one trial tells all. */
  readonly isExact?: true;
  /** Present of a difference in which one descent or both are followed, not stepped. */
  readonly isOfFlow?: true;
}

/** Whether the processor too would have these trials in single precision: of tensors. */
export function isSingleOnly(
  { engines, testPoints }: Pick<Measured, "engines" | "testPoints">,
  { landscape }: Pick<VerifySpecification, "landscape">,
): boolean {
  return (
    !isWritten(landscape) ||
    testPoints !== undefined ||
    engines.some((key) => isSingle(key) && isAsProcessor(nameIn(key)))
  );
}

/** Of a descent in which nothing is random: what its one trial measures has no error. */
export function withoutError(measured: Measured): Measured {
  const { result } = measured;
  const statistics = result.statistics.map((one) => ({ ...one, standardError: 0 }));
  return { ...measured, result: { ...result, statistics }, isExact: true };
}

/** What a descent in which nothing is random may be off by: a share, and what is rounding beside weights of the size of 1. */
export function exactnessOf(observable: number): number {
  return 1e-9 * Math.abs(observable) + 1e-13;
}

/** A number, or `null` for what is not finite. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
