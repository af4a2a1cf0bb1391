import { negate, number, withChildren, zero } from "../landscape/build.js";
import { children, type Expression } from "../landscape/index.js";
import { sharedBelow } from "../landscape/walk.js";

/**
 * The same expressions with a sum inside a sum made one, unless it stands in other places too: that stays one object, so that it is
 * computed once.
 */
export function withFlatSums(expressions: readonly Expression[]): Expression[] {
  const shared = sharedBelow({ kind: "sum", terms: expressions });
  const done = new Map<Expression, Expression>();
  const visit = (expression: Expression): Expression => {
    let result = done.get(expression);
    if (result === undefined) {
      result = expression.kind === "sum" ? flat(expression) : rebuilt(expression);
      done.set(expression, result);
    }
    return result;
  };
  const rebuilt = (expression: Expression): Expression => {
    const parts = children(expression);
    const own = parts.map(visit);
    return own.every((part, i) => part === parts[i]) ? expression : withChildren(expression, own);
  };
  const flat = (expression: Expression): Expression => {
    const terms: Expression[] = [];
    let constant = 0;
    const collect = (term: Expression, sign: number): void => {
      if (term.kind === "number") {
        constant += sign * term.value;
      } else if (shared.has(term) && term !== expression) {
        terms.push(sign > 0 ? visit(term) : negate(visit(term)));
      } else if (term.kind === "negate") {
        collect(term.operand, -sign);
      } else if (term.kind === "sum") {
        for (const inner of term.terms) {
          collect(inner, sign);
        }
      } else {
        terms.push(sign > 0 ? visit(term) : negate(visit(term)));
      }
    };
    collect(expression, 1);
    if (constant !== 0) {
      terms.push(number(constant));
    }
    return terms.length === 0 ? zero : terms.length === 1 ? terms[0]! : { kind: "sum", terms };
  };
  return expressions.map(visit);
}
