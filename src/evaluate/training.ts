import { isCovariance, numbersOf, type Observable, rootFactors } from "../observables/index.js";
import { hasTrainingPoints, isFlow, optimiserOf, type SpaceTime } from "../optimisers/index.js";

/**
 * Why an observable is not there in a space-time, in one line; `undefined` when it is: some have no training points, in some
 * nothing is random.
 */
export function trainingProblem(observable: Observable, spacetime: SpaceTime): string | undefined {
  const { name } = observable;
  if (isCovariance(observable)) {
    return isFlow(spacetime)
      ? `${name} is of what is random, and in ${optimiserOf(spacetime).name} nothing is; observe something else`
      : undefined;
  }
  if (hasTrainingPoints(spacetime)) {
    return undefined;
  }
  const needsPoints = numbersOf(observable, { weights: [] }).some(
    (number) => rootFactors(number).inPart !== 0,
  );
  return needsPoints
    ? `${name} needs training points, and ${optimiserOf(spacetime).name} has none; observe something else`
    : undefined;
}
