import { printExpression } from "../landscape/print.js";
import { type Observable, type ObservedLandscape, titleOf } from "./observable.js";

/** A function of tensors that is written with scalars may be as long as a book. */
const longest = 160;

/** The observable as a `.diag` file writes it, but a long function cut short. */
export function formatObservable(observable: Observable, landscape: ObservedLandscape): string {
  const { value } = observable;
  const title = titleOf(observable, landscape);
  if (value === undefined) {
    return title;
  }
  const text = printExpression(value);
  return `${title} = ${text.length > longest ? `${text.slice(0, longest)}…` : text}`;
}
