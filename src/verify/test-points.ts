import { untriedOnTensors } from "../evaluate/untried.js";
import { defaultObservable, factorOf, isExpectation } from "../observables/index.js";
import { classifierOf } from "../tensors/index.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";

/** Why a block may not have test points of its own, in one line; `undefined` where it may. */
export function testPointsProblem(
  specification: Pick<VerifySpecification, "landscape" | "spacetime" | "observables">,
): string | undefined {
  const { landscape, spacetime } = specification;
  if (landscape.whole === undefined) {
    return `test points are of landscapes of tensors; the test loss of ${landscape.name} is found exactly, so leave them out`;
  }
  const observed = observedNumbers(specification);
  if (!observed.some(isExpectation) && classifierOf(landscape.whole) === undefined) {
    return `nothing that is observed has a test loss; leave test points out, or observe ${defaultObservable.name}`;
  }
  const varying = observed.find(({ covariedWith, combination }) =>
    [combination, covariedWith].every((one) => one !== undefined && factorOf(one, "expected_loss") !== 0),
  );
  return varying === undefined
    ? untriedOnTensors(landscape, spacetime)
    : `test points would be in ${varying.label} as training sets are; leave them out`;
}
