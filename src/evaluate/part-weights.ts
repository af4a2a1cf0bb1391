import { type Diagram, nodesOfParts, rootOf } from "../diagram/index.js";
import type { UpdateRule } from "../optimisers/index.js";

/* What an update rule and powers make of a diagram's value. */

/** How many nodes the parts have, but one of the root alone. */
export function partSizes(diagram: Diagram): readonly number[] {
  const root = rootOf(diagram);
  return nodesOfParts(diagram)
    .filter((nodes) => nodes.length > 1 || nodes[0] !== root)
    .map((nodes) => nodes.length);
}

/** What a part of so many nodes weighs by the update rule. */
export function weightOfPart({ weightOfPart: weight }: UpdateRule, size: number): number {
  return weight === undefined ? 1 : weight(size);
}

/** What the update rule makes of a diagram's parts. */
export function weightOfParts(rule: UpdateRule, diagram: Diagram): number {
  return rule.weightOfPart === undefined
    ? 1
    : partSizes(diagram).reduce((weight, size) => weight * weightOfPart(rule, size), 1);
}

/** `value · base^exponent`, also where the power alone leaves the doubles. */
export function timesPower(value: number, base: number, exponent: number): number {
  const power = base ** exponent;
  if (Number.isFinite(power) && power > 1e-290) {
    return value * power;
  }
  let product = value;
  for (let factor = 0; factor < exponent; factor++) {
    product *= base;
  }
  return product;
}
