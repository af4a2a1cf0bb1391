import type { ExpansionForm, RequestedNumber } from "../simulate/index.js";
import { measurableOrder } from "../simulate/index.js";
import { expectationsIn } from "./covariances.js";
import { orderNumbers } from "./order-numbers.js";
import { predictionOrder } from "./predict.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";

/** What the trials of a specification measure. */
export interface MeasuredNumbers {
  readonly numbers: readonly RequestedNumber[];
  /**
   * The same and what is observed less its controls, for learning rates that have any; absent where none may have.
   */
  readonly controlled?: readonly RequestedNumber[];
  /** Absent where no order is measured. */
  readonly expansion?: ExpansionForm;
}

/** The same for all learning rates. It takes as long as making programs does, so it is asked for once. */
export function measuredNumbersOf(specification: VerifySpecification): MeasuredNumbers {
  const observed = observedNumbers(specification);
  if (specification.measure === "total") {
    return { numbers: orderNumbers(observed, -1) };
  }
  const { landscape, spacetime, prediction } = specification;
  const controlled = (order: number) => ({ controlled: orderNumbers(observed, order, true) });
  if (prediction === undefined) {
    return { numbers: orderNumbers(observed, -1), ...controlled(-1) };
  }
  const form = { order: predictionOrder(specification), keepsCurvature: prediction.kind !== "series" };
  const order = measurableOrder({ landscape, spacetime, numbers: expectationsIn(observed) }, form);
  return {
    numbers: orderNumbers(observed, order),
    ...controlled(order),
    ...(order < 0 ? {} : { expansion: { ...form, order } }),
  };
}
