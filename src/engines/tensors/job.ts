import { SimulationError } from "../../compile/error.js";
import type { TensorJob } from "../../device/index.js";
import { ruleOf, sidesOf } from "../../optimisers/index.js";
import { processor } from "../../runs/backends.js";
import { onProcessorAlone } from "../../simulate/plan.js";
import { type AnyRequest, isWrittenRequest, type SimulationRequest } from "../../simulate/request.js";
import type { DeviceJobs } from "../linked-engine.js";
import type { LargeTrials } from "./tensor-trials.js";

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
  return { kind: "tensors", work: request };
}

/** What is refused of landscapes that are not written with scalars; others are planned to find out. */
export function tensorRefusal(request: AnyRequest): string | undefined {
  const hasPenalty = sidesOf(request.spacetime).some((side) => ruleOf(side).covariancePenalty !== undefined);
  return !isWrittenRequest(request) && hasPenalty ? onProcessorAlone("descent with a penalty") : undefined;
}

/** Trials of a landscape that is not written with scalars are made ready beforehand: that may take a while, and so is done once. */
export const tensorJobs: DeviceJobs = {
  of: tensorJobOf,
  ofLarge: (trials, seed): TensorJob => {
    const plans = [trials.plan, trials.other?.of];
    if (plans.some((plan) => plan !== undefined && "penalty" in plan)) {
      throw new SimulationError(onProcessorAlone("descent with a penalty"));
    }
    return { kind: "tensors", work: { trials, seed } satisfies LargeTrials };
  },
};

/** What is to be simulated by a job, which this very version made. */
export function workOfJob(job: TensorJob): SimulationRequest | LargeTrials {
  return job.work as SimulationRequest | LargeTrials;
}
