import type { SimulationPlan } from "./simulation-plan.js";
import type { TensorPlan } from "./tensors/tensor-plan.js";

/** A request made ready: on landscapes that are written with scalars by programs of these, on others by programs of tensors. */
export type AnyPlan = SimulationPlan | TensorPlan;

export function isOfTensors(plan: AnyPlan): plan is TensorPlan {
  return "kind" in plan;
}
