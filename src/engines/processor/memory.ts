import { SimulationError } from "../../compile/error.js";
import { layoutOf } from "../../simulate/kernel.js";
import type { SimulationPlan } from "../../simulate/plan.js";
import type { LocalBackend } from "../../simulate/request.js";

/** Training data that all workers together may hold, in bytes. */
const mostBytes = 2 ** 30;

const lanesOf = { wasm: 16, js: 64 } as const;
const fewestLanes = 4;

/**
 * How many trials a worker simulates side by side: as many as a back end likes and memory allows.
 * Throws one line, with the size and what would fit, when not even the fewest fit.
 */
export function memoryOf(plan: SimulationPlan, backend: LocalBackend, workers: number): { lanes: number } {
  const bytesALane = layoutOf(plan).places * Math.max(1, plan.data) * 8;
  const bytes = (lanes: number) => lanes * bytesALane * workers;
  let lanes: number = lanesOf[backend];
  while (lanes > fewestLanes && bytes(lanes) > mostBytes) {
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
