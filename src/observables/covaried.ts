import type { ChosenOperand, ObservedNumber } from "./record.js";

/** Which diagrams add to covariances, as Markdown. */
export const diagramsOfCovariances =
  "Diagrams with two roots, one for each factor, add to it where a part has nodes below both: the others are the product of the expectations. The lowest order is 2. They are listed as `(partition)(edges)(a|b)` with their roots, and not predicted by name.";

/** The covariance of two operands under the name of its record, which has either of them once in its label. */
export function covarianceOf(
  name: string,
  [one, other]: readonly [ChosenOperand, ChosenOperand],
): ObservedNumber {
  const texts = one === other ? [one.text] : [one.text, other.text];
  return {
    label: `${name}(${texts.join(", ")})`,
    combination: one.combination,
    covariedWith: other.combination,
  };
}
