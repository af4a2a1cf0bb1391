import { SimulationError } from "../../compile/error.js";
import type { TensorJob } from "../../device/index.js";
import { processor } from "../../runs/backends.js";
import type { SimulationRequest } from "../../simulate/request.js";

/**
 * A request as a device for tensors loads it: as it is, tables in the arrays that hold them.
 * @throws SimulationError of one line when its loss nests deeper than messages can.
 */
export function tensorJobOf(request: SimulationRequest): TensorJob {
  try {
    structuredClone(request.landscape.loss);
  } catch {
    const { name } = request.landscape;
    throw new SimulationError(
      `the loss of landscape "${name}" nests too deeply for tensors; use the ${processor.name} engine`,
    );
  }
  return { kind: "tensors", request };
}

/** The request of a job, which this very version made. */
export function requestOfJob(job: TensorJob): SimulationRequest {
  return job.request as SimulationRequest;
}
