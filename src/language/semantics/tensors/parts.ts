import type { TensorExpression } from "../../../tensors/index.js";

/** The expressions that an expression is made of. */
export function partsOf(expression: TensorExpression): readonly TensorExpression[] {
  switch (expression.kind) {
    case "number":
    case "weight":
    case "datum":
      return [];
    case "let":
      return [expression.value];
    case "sum":
      return expression.terms;
    case "product":
      return expression.factors;
    case "negate":
    case "index":
      return [expression.operand];
    case "divide":
      return [expression.numerator, expression.denominator];
    case "power":
      return [expression.base, expression.exponent];
    case "matmul":
      return [expression.left, expression.right];
    case "elementwise":
      return [expression.argument];
    case "call":
      return expression.arguments;
  }
}
