import type { Observable } from "../observables/index.js";
import type { SpaceTime } from "../optimisers/index.js";
import { EvaluationError, type Selection } from "./evaluation.js";
import { orderProblem } from "./limits.js";
import { trainingProblem } from "./training.js";
import { type Unfit, unpredictedProblem } from "./unpredicted.js";

/** @throws EvaluationError of one line for what no diagrams tell: of the descent, of these orders, of this observable. */
export function refuseUnknown(
  landscape: Unfit,
  spacetime: SpaceTime,
  selection?: Selection,
  observable?: Observable,
): void {
  const problem =
    unpredictedProblem(landscape, spacetime) ??
    (selection && orderProblem(selection, spacetime)) ??
    (observable && trainingProblem(observable, spacetime));
  if (problem !== undefined) {
    throw new EvaluationError(problem);
  }
}
