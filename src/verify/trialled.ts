import {
  type AnyLandscape,
  isWritten,
  type LargeLandscape,
  largeLandscape,
} from "../evaluate/any-landscape.js";
import { untriedOnTensors } from "../evaluate/untried.js";
import { isExpectation } from "../observables/index.js";
import { instructionsOfStep, mostInstructions } from "../simulate/index.js";
import { rowsOf } from "../simulate/tensors/index.js";
import { type MeasuredNumbers, measuredNumbersOf } from "./measured-numbers.js";
import { predictionOrder } from "./predict.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";

/** A block as what is carried out in its trials, and what they measure. */
export interface Trialled {
  readonly specification: VerifySpecification;
  readonly numbers: MeasuredNumbers;
}

/**
 * What the trials of a block are of. With test points of its own they are carried out on tensors, also where the landscape is written with
 * scalars; and so they are where programs of scalars would be too long, or for orders that are to be measured. Both have the same training
 * points, weights and numbers.
 */
export function trialledOf(specification: VerifySpecification): Trialled {
  const large = onTensors(specification.landscape);
  const ofTensors = large && { ...specification, landscape: large };
  if (ofTensors === undefined || !isWritten(specification.landscape)) {
    return { specification, numbers: measuredNumbersOf(specification) };
  }
  const whole = () => ({ specification: ofTensors, numbers: measuredNumbersOf(ofTensors) });
  if (specification.testPoints !== undefined) {
    return whole();
  }
  const { landscape, spacetime, measure } = specification;
  const mayGo = mayGoOnTensors(ofTensors);
  // Before the orders of what is too long: they would be longer.
  if (mayGo && instructionsOfStep({ landscape, spacetime }) > mostInstructions) {
    return whole();
  }
  const numbers = measuredNumbersOf(specification);
  if (!mayGo) {
    return { specification, numbers };
  }
  const wanted = measure === "total" ? -1 : predictionOrder(specification);
  if (specification.prediction === undefined || orderIn(numbers) >= wanted) {
    return { specification, numbers };
  }
  const other = whole();
  return orderIn(other.numbers) > orderIn(numbers) ? other : { specification, numbers };
}

/** The last order that is measured. */
function orderIn({ expansion }: MeasuredNumbers): number {
  return expansion?.order ?? -1;
}

/** Whether all that a block observes can be measured on tensors: expected losses are means over rows there. */
function mayGoOnTensors(
  specification: VerifySpecification & { readonly landscape: LargeLandscape },
): boolean {
  const { landscape, spacetime } = specification;
  return (
    untriedOnTensors(landscape, spacetime) === undefined &&
    (Number.isFinite(rowsOf(landscape)) || !observedNumbers(specification).some(isExpectation))
  );
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
