import { printExpression } from "../landscape/print.js";
import { type Observable, type ObservedLandscape, titleOf } from "./observable.js";

/** The observable as a `.diag` file writes it. */
export function formatObservable(observable: Observable, landscape: ObservedLandscape): string {
  const { value } = observable;
  const title = titleOf(observable, landscape);
  return value === undefined ? title : `${title} = ${printExpression(value)}`;
}
