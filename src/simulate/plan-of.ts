import type { AnyPlan } from "./any-plan.js";
import { planSimulation } from "./plan.js";
import { type AnyRequest, isWrittenRequest, type LargeRequest } from "./request.js";
import { planTensors } from "./tensors/index.js";

/** Makes a request on any landscape ready for the processor. Throws one line when it is wrong. */
export function planOf(request: AnyRequest): AnyPlan {
  return isWrittenRequest(request) ? planSimulation(request) : planTensors(request as LargeRequest);
}
