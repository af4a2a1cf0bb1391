import type { Expression } from "./expression.js";

/** The sub-expressions directly below an expression. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "number":
    case "symbol":
      return [];
    case "sum":
    case "logsumexp":
      return expression.terms;
    case "product":
      return expression.factors;
    case "negate":
      return [expression.operand];
    case "divide":
      return [expression.numerator, expression.denominator];
    case "power":
      return [expression.base, expression.exponent];
    case "call":
      return [expression.argument];
  }
}

/** What stands in several places below an expression; numbers and symbols are left out. */
export function sharedBelow(expression: Expression): ReadonlySet<Expression> {
  const seen = new Set<Expression>();
  const shared = new Set<Expression>();
  const stack: Expression[] = [expression];
  while (stack.length > 0) {
    const next = stack.pop()!;
    if (seen.has(next)) {
      if (next.kind !== "number" && next.kind !== "symbol") {
        shared.add(next);
      }
      continue;
    }
    seen.add(next);
    stack.push(...children(next));
  }
  return shared;
}
