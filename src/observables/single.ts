import type { Quantity } from "./combination.js";
import { observableRecords } from "./list.js";
import { numbersOf, type Observable, sampleOf } from "./observable.js";

/** The observable that is one loss alone; `undefined` for a quantity that hangs on weights. */
export function observableOfLoss({ kind }: Quantity): Observable | undefined {
  return observableRecords.map(sampleOf).find((observable) => {
    const numbers = numbersOf(observable, { weights: [] });
    const [term, ...others] = numbers[0]?.combination ?? [];
    return (
      others.length === 0 &&
      term?.quantity.kind === kind &&
      (kind === "expected_loss" || kind === "training_loss")
    );
  });
}
