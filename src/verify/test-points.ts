import {
  type AnyLandscape,
  isWritten,
  type LargeLandscape,
  largeLandscape,
} from "../evaluate/any-landscape.js";
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

/**
 * What the trials of a block are of: with test points of its own they are carried out on tensors, also where the landscape is written with
 * scalars. Both have the same training points, weights and numbers.
 */
export function trialsOn<Any extends Pick<VerifySpecification, "landscape" | "testPoints">>(
  specification: Any,
): Any {
  const { landscape, testPoints } = specification;
  const large = testPoints === undefined ? undefined : onTensors(landscape);
  return large === undefined ? specification : { ...specification, landscape: large };
}

/** A landscape of tensors as what is not written with scalars, whether it could be or not; undefined of others. */
export function onTensors(landscape: AnyLandscape): LargeLandscape | undefined {
  const { whole } = landscape;
  if (!isWritten(landscape) || whole === undefined) {
    return isWritten(landscape) ? undefined : landscape;
  }
  const large = largeLandscape(whole, "what is measured of its trials is of tensors");
  const { metric } = landscape;
  let first = 0;
  const factors = whole.weights.map(({ name, start }) => {
    // Metrics of landscapes of tensors have one number a name.
    const factor = metric?.[first]?.[first] ?? 1;
    first += start.length;
    return { weight: name, factor };
  });
  return metric === undefined ? large : { ...large, metric: factors };
}
