import type { Expression } from "../landscape/index.js";
import { entryNames } from "./entries.js";
import type { TensorExpression } from "./expression.js";
import { stridesOf } from "./functions/arrangement.js";
import type { TensorLandscape } from "./landscape.js";

/**
 * A function of a landscape's weights that is written with the symbols of the unfolded landscape (`A[0, 1]`), as one of tensors.
 * @throws RangeError when a symbol is no weight's entry.
 */
export function functionOfTensors(
  { weights }: Pick<TensorLandscape, "weights">,
  expression: Expression,
): TensorExpression {
  const entries = new Map<string, TensorExpression>();
  for (const { name, shape } of weights) {
    const whole: TensorExpression = { kind: "weight", name, shape };
    const strides = stridesOf(shape);
    entryNames(name, shape).forEach((entry, place) => {
      const indices = shape.map((length, axis) => Math.floor(place / strides[axis]!) % length);
      entries.set(entry, shape.length === 0 ? whole : { kind: "index", operand: whole, indices, shape: [] });
    });
  }
  const done = new Map<Expression, TensorExpression>();
  const of = (node: Expression): TensorExpression => {
    let own = done.get(node);
    if (own === undefined) {
      own = made(node);
      done.set(node, own);
    }
    return own;
  };
  const made = (node: Expression): TensorExpression => {
    const shape: readonly number[] = [];
    switch (node.kind) {
      case "number":
        return { kind: "number", value: node.value, shape };
      case "symbol": {
        const entry = entries.get(node.name);
        if (entry === undefined) {
          throw new RangeError(`${node.name} is no entry of a weight`);
        }
        return entry;
      }
      case "sum":
        return node.terms.length === 0
          ? { kind: "number", value: 0, shape }
          : { kind: "sum", terms: node.terms.map(of), shape };
      case "product":
        return node.factors.length === 0
          ? { kind: "number", value: 1, shape }
          : { kind: "product", factors: node.factors.map(of), shape };
      case "negate":
        return { kind: "negate", operand: of(node.operand), shape };
      case "divide":
        return { kind: "divide", numerator: of(node.numerator), denominator: of(node.denominator), shape };
      case "power":
        return { kind: "power", base: of(node.base), exponent: of(node.exponent), shape };
      case "call":
        return { kind: "elementwise", name: node.name, argument: of(node.argument), shape };
      case "logsumexp":
        return { kind: "call", name: "logsumexp", arguments: node.terms.map(of), constants: [], shape };
    }
  };
  return of(expression);
}
