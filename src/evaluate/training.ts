import { numbersOf, type Observable, rootFactors } from "../observables/index.js";
import { hasTrainingPoints, optimiserOf, type SpaceTime } from "../optimisers/index.js";

/** Why an observable is not there in a space-time, in one line; `undefined` when it is: some have no training points. */
export function trainingProblem(observable: Observable, spacetime: SpaceTime): string | undefined {
  if (hasTrainingPoints(spacetime)) {
    return undefined;
  }
  const numbers = numbersOf(observable, { weights: [] });
  const needsPoints = numbers.some(({ combination }) => rootFactors(combination).inPart !== 0);
  return needsPoints
    ? `${observable.name} needs training points, and ${optimiserOf(spacetime).name} has none; observe something else`
    : undefined;
}
