import { keyOfSeed, roundKeys } from "../../compile/philox.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import type { Addresses } from "./addresses.js";

/**
 * Writes into a kernel's memory all that stays the same during a run.
 * @param constants what lies from `addresses.constants` on.
 */
export function fillMemory(
  buffer: ArrayBuffer,
  addresses: Addresses,
  constants: Uint32Array,
  { rate, sampled, sources, steps }: SimulationPlan,
  seed: bigint | number,
): void {
  new Uint32Array(buffer, addresses.constants, constants.length).set(constants);
  new Float64Array(buffer, addresses.rate, 2).fill(rate);
  if (steps !== undefined) {
    new Float64Array(buffer, addresses.steps, steps.rows.length).set(steps.rows);
  }
  roundKeys(keyOfSeed(seed)).forEach((key, index) => {
    new Uint32Array(buffer, addresses.roundKeys + 16 * index, 4).fill(key);
  });
  sampled.forEach((part, index) => {
    new Float64Array(buffer, addresses.quadrature[index]!, part.points.length).set(part.points);
  });
  sources.forEach(({ transform }, index) => {
    const table = addresses.tables[index];
    if (table === undefined || transform.kind === "program") {
      return;
    }
    if (transform.kind === "thresholds") {
      new Float64Array(buffer, table.thresholds, transform.thresholds.length).set(transform.thresholds);
    }
    new Float64Array(buffer, table.values, transform.values.length).set(transform.values);
  });
}
