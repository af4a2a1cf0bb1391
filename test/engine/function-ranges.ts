import type { ElementaryFunction } from "../../src/landscape/expression.js";
import type { Expression } from "../../src/landscape/index.js";
import { call, number, power, product, sum } from "./simulate-landscapes.js";

/** Something of a function's range, whatever `inner` is. */
export function within(name: ElementaryFunction, inner: Expression): Expression {
  switch (name) {
    case "exp":
    case "expm1":
    case "sinh":
    case "cosh":
      return product(number(5), call("sin", inner));
    case "log":
    case "log2":
    case "log10":
    case "sqrt":
      return sum(number(0.1), power(inner, 2));
    case "log1p":
      return sum(number(-0.7), power(inner, 2));
    case "asin":
    case "acos":
    case "atanh":
      return product(number(0.95), call("sin", inner));
    case "acosh":
      return sum(number(1.05), power(inner, 2));
    case "tan":
      return product(number(1.3), call("cos", inner));
    default:
      return inner;
  }
}
