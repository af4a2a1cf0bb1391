import { type AnyPlan, isOfTensors } from "./any-plan.js";
import type { DescentPrograms } from "./simulation-plan.js";

/** What a random word of Philox costs, about: ten rounds of a block of four. */
const wordInstructions = 40;

/** An instruction is one for some trials side by side; an operation on tensors is of one. */
const lanesOfInstruction = 1 / 4;

/** How many of them a visit of a training point takes, about. */
export function visitInstructions(plan: AnyPlan): number {
  return isOfTensors(plan) ? plan.visitOperations / lanesOfInstruction : plan.descent.instructions.length;
}

/** Of a small landscape. */
const instructionsOfVisit = 2 ** 7;

/** How many visits of a datum a trial's work is, of which a large landscape's take longer. */
export function workOf(plan: AnyPlan): number {
  return isOfTensors(plan)
    ? Math.max(plan.points * plan.epochs, trialInstructions(plan) / instructionsOfVisit)
    : plan.points * plan.epochs;
}

/**
 * How many instructions a trial of a plan takes, about: what trials cost is counted and never timed, so that what is decided by
 * it is the same on every machine.
 */
export function trialInstructions(plan: AnyPlan): number {
  if (isOfTensors(plan)) {
    return plan.trialOperations / lanesOfInstruction;
  }
  const { points, batchesPerEpoch, epochs, later = plan } = plan;
  const drawn = plan.sources.reduce(
    (sum, { transform }) =>
      sum + wordInstructions + (transform.kind === "program" ? transform.program.instructions.length : 0),
    0,
  );
  const pass = ({ descent, update }: DescentPrograms) =>
    points * descent.instructions.length + batchesPerEpoch * (update?.instructions.length ?? 0);
  const sampled = plan.sampled.reduce(
    (sum, { count, program }) => sum + count * program.instructions.length,
    0,
  );
  const measured = (plan.closed?.instructions.length ?? 0) + points * (plan.loss?.instructions.length ?? 0);
  return points * drawn + pass(plan) + (epochs - 1) * pass(later) + measured + sampled;
}
