import type { ExpansionForm, RequestedNumber } from "../simulate/index.js";
import { measurableOrder } from "../simulate/index.js";
import { orderNumbers } from "./order-numbers.js";
import { predictionOrder } from "./predict.js";
import { observedNumbers, type VerifySpecification } from "./specification.js";

/** What the trials of a specification measure. */
export interface MeasuredNumbers {
  readonly numbers: readonly RequestedNumber[];
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
  const form = { order: predictionOrder(specification), keepsCurvature: prediction.kind !== "series" };
  const order = measurableOrder({ landscape, spacetime, numbers: observed }, form);
  return order < 0
    ? { numbers: observed }
    : { numbers: orderNumbers(observed, order), expansion: { ...form, order } };
}
