import type { ExpansionForm, RequestedNumber } from "../simulate/index.js";
import { measurableOrder } from "../simulate/index.js";
import { orderNumbers } from "./order-numbers.js";
import { predictionOrder } from "./predict.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";

/** What the trials of a specification measure. */
export interface MeasuredNumbers {
  readonly numbers: readonly RequestedNumber[];
  /** The same and the observed numbers less their controls, for learning rates that have any; absent where none may have. */
  readonly controlled?: readonly RequestedNumber[];
  /** Absent where no order is measured. */
  readonly expansion?: ExpansionForm;
}

/** The same for all learning rates. It takes as long as making programs does, so it is asked for once. */
export function measuredNumbersOf(specification: VerifySpecification): MeasuredNumbers {
  const observed = observedNumbers(specification);
  if (specification.measure === "total") {
    return { numbers: observed };
  }
  const { landscape, spacetime, prediction } = specification;
  if (prediction === undefined) {
    return { numbers: orderNumbers(observed, -1), controlled: orderNumbers(observed, -1, true) };
  }
  const form = { order: predictionOrder(specification), keepsCurvature: prediction.kind !== "series" };
  const order = measurableOrder({ landscape, spacetime, numbers: observed }, form);
  return {
    numbers: orderNumbers(observed, order),
    controlled: orderNumbers(observed, order, true),
    ...(order < 0 ? {} : { expansion: { ...form, order } }),
  };
}
