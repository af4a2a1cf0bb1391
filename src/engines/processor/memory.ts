import { SimulationError } from "../../compile/error.js";
import { type AnyPlan, isOfTensors } from "../../simulate/any-plan.js";
import { layoutOf } from "../../simulate/kernel.js";
import type { LocalBackend } from "../../simulate/request.js";
import type { TensorPlan } from "../../simulate/tensors/index.js";

/** Training data that all workers together may hold, in bytes. */
const mostBytes = 2 ** 30;

const lanesOf = { wasm: 16, js: 64 } as const;
const fewestLanes = 4;

/** Operations between two looks at a stop that kernels of tensors may take, about: some tenths of a second. */
const operationsOfUpdate = 2 ** 28;

/**
 * How many trials a worker simulates side by side: as many as a back end likes and memory allows.
 * Throws one line, with the size and what would fit, when not even the fewest fit.
 */
export function memoryOf(plan: AnyPlan, backend: LocalBackend, workers: number): { lanes: number } {
  const bytesALane = layoutOf(plan).places * Math.max(1, plan.data) * 8;
  const bytes = (lanes: number) => lanes * bytesALane * workers;
  const fewest = isOfTensors(plan) ? 1 : fewestLanes;
  let lanes: number = isOfTensors(plan) ? lanesOfTensors(plan) : lanesOf[backend];
  while (lanes > fewest && bytes(lanes) > mostBytes) {
    lanes /= 2;
  }
  if (bytes(lanes) <= mostBytes) {
    return { lanes };
  }
  const mebibytes = Math.ceil(bytes(lanes) / 2 ** 20);
  const fitting = Math.floor(plan.points * (mostBytes / bytes(lanes)));
  const what = plan.stored ? `N = ${plan.points}` : `B = ${plan.batch}`;
  const would = plan.stored ? `N = ${fitting}` : `B = ${Math.floor(plan.batch * (mostBytes / bytes(lanes)))}`;
  throw new SimulationError(
    `${what} needs ${mebibytes} MiB for the trials' training data on ${workers} threads, of which ` +
      `${mostBytes / 2 ** 20} MiB may be used; ${would} would fit, or fewer threads`,
  );
}

/** A power of two: fewer, the more an update takes. */
function lanesOfTensors({ batch, visitOperations }: TensorPlan): number {
  let lanes: number = lanesOf.wasm;
  while (lanes > 1 && lanes * batch * visitOperations > operationsOfUpdate) {
    lanes /= 2;
  }
  return lanes;
}
