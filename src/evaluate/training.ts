import { isCovariance, numbersOf, type Observable, rootFactors } from "../observables/index.js";
import {
  formatSpaceTime,
  hasTrainingPoints,
  isDifference,
  isFlow,
  optimiserOf,
  type SpaceTime,
  scheduleOf,
  sidesOf,
} from "../optimisers/index.js";

/**
 * Why an observable is not there in a space-time, in one line; `undefined` when it is: some have no training points, two
 * descents need the same ones, in some nothing is random, and covariances are of one descent.
 */
export function trainingProblem(observable: Observable, spacetime: SpaceTime): string | undefined {
  const { name } = observable;
  if (isCovariance(observable)) {
    if (isDifference(spacetime)) {
      return `${name} is of one descent, and its difference is not what trials of both have; verify each descent by itself`;
    }
    return isFlow(spacetime)
      ? `${name} is of what is random, and in ${optimiserOf(spacetime).name} nothing is; observe something else`
      : undefined;
  }
  const without = sidesOf(spacetime).find((side) => !hasTrainingPoints(side));
  const counts = sidesOf(spacetime).map((side) => scheduleOf(side).points);
  if (without === undefined && counts.every((points) => points === counts[0])) {
    return undefined;
  }
  const numbers = numbersOf(observable, { weights: [] });
  if (numbers.every((number) => rootFactors(number).inPart === 0)) {
    return undefined;
  }
  return without === undefined
    ? `${name} needs the same training points on both sides, and N is ${counts.join(" and ")} in ${formatSpaceTime(spacetime)}; give both the same N, or observe something else`
    : `${name} needs training points, and ${optimiserOf(without).name} has none; observe something else`;
}
