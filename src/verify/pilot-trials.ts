import { trialInstructions } from "../simulate/cost.js";
import { planTrials } from "../simulate/difference.js";
import type { AnyRequest } from "../simulate/index.js";

/** Instructions that a pilot on a large landscape should take: some seconds. They are counted, so that it is the same on every machine. */
const instructionsOfPilot = 2 ** 31;

/** How many trials of a request on a large landscape a pilot can have. */
export function trialsOfPilot(request: AnyRequest): number {
  const { plan, other } = planTrials(request);
  const instructions =
    trialInstructions(plan) + (other === undefined || "flow" in other.of ? 0 : trialInstructions(other.of));
  return Math.floor(instructionsOfPilot / instructions);
}
