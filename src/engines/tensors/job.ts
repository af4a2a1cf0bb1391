import { SimulationError } from "../../compile/error.js";
import type { TensorJob } from "../../device/index.js";
import { plainNumbers } from "../../landscape/index.js";
import { processor } from "../../runs/backends.js";
import type { SimulationRequest } from "../../simulate/request.js";

/**
 * A request as a device for tensors loads it.
 * @throws SimulationError of one line when its loss nests deeper than JSON can.
 */
export function tensorJobOf(request: SimulationRequest): TensorJob {
  try {
    return {
      kind: "tensors",
      request: JSON.stringify({ ...request, seed: `${BigInt(request.seed)}` }, plainNumbers),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    const { name } = request.landscape;
    throw new SimulationError(
      `the loss of landscape "${name}" nests too deeply for tensors; use the ${processor.name} engine`,
    );
  }
}

/** The request of a job, which this very version wrote. */
export function requestOfJob(job: TensorJob): SimulationRequest {
  const { seed, ...request } = JSON.parse(job.request) as Omit<SimulationRequest, "seed"> & { seed: string };
  return { ...request, seed: BigInt(seed) };
}
