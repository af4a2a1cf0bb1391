import { fuseProducts } from "../compile/fused.js";
import type { DescentPrograms, OrderPrograms, SimulationPlan } from "./simulation-plan.js";

/** A plan with all its programs fused. */
export function fusePlan(plan: SimulationPlan): SimulationPlan {
  return {
    ...plan,
    sources: plan.sources.map((source) =>
      source.transform.kind === "program"
        ? { ...source, transform: { ...source.transform, program: fuseProducts(source.transform.program) } }
        : source,
    ),
    ...fusePrograms(plan),
    ...(plan.later === undefined ? {} : { later: fusePrograms(plan.later) }),
    ...(plan.orders === undefined ? {} : { orders: fuseOrders(plan.orders) }),
    ...(plan.ofState && { ofState: { ...plan.ofState, program: fuseProducts(plan.ofState.program) } }),
    loss: plan.loss && fuseProducts(plan.loss),
    closed: plan.closed && fuseProducts(plan.closed),
    sampled: plan.sampled.map((part) => ({ ...part, program: fuseProducts(part.program) })),
  };
}

function fusePrograms({ descent, update }: DescentPrograms): DescentPrograms {
  return {
    descent: fuseProducts(descent),
    ...(update === undefined ? {} : { update: fuseProducts(update) }),
  };
}

function fuseOrders({ displacements, training }: OrderPrograms): OrderPrograms {
  return {
    displacements,
    ...(training === undefined ? {} : { training: fuseProducts(training) }),
  };
}
