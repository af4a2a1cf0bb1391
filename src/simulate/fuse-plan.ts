import { fuseProducts } from "../compile/fused.js";
import type { SimulationPlan } from "./plan.js";

/** A plan with all its programs fused. */
export function fusePlan(plan: SimulationPlan): SimulationPlan {
  return {
    ...plan,
    sources: plan.sources.map((source) =>
      source.transform.kind === "program"
        ? { ...source, transform: { ...source.transform, program: fuseProducts(source.transform.program) } }
        : source,
    ),
    descent: fuseProducts(plan.descent),
    loss: plan.loss && fuseProducts(plan.loss),
    closed: plan.closed && fuseProducts(plan.closed),
    sampled: plan.sampled.map((part) => ({ ...part, program: fuseProducts(part.program) })),
  };
}
