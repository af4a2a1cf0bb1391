import { divide, isNumber, negate, number, product, sum, symbolsOf } from "./build.js";
import { evaluateExpression } from "./evaluation.js";
import type { Expression } from "./expression.js";

/** An expression as a number and the rest: `constant + rest`. */
export interface ConstantApart {
  readonly constant: number;
  readonly rest: Expression;
}

/**
 * Takes off an expression what neither weights nor data change, as far as it is added: a term of a sum, also of one that is
 * negated, multiplied by numbers or divided by one. What is evaluated often need not be rounded against it.
 * @returns the expression itself as the rest when there is nothing to take off.
 */
export function constantApart(expression: Expression): ConstantApart {
  const apart = split(expression);
  return apart.constant !== 0 && Number.isFinite(apart.constant) ? apart : { constant: 0, rest: expression };
}

function split(expression: Expression): ConstantApart {
  const whole = { constant: 0, rest: expression };
  if (symbolsOf(expression).size === 0) {
    return { constant: evaluateExpression(expression, {}), rest: number(0) };
  }
  switch (expression.kind) {
    case "sum": {
      const parts = expression.terms.map(split);
      const constant = parts.reduce((total, part) => total + part.constant, 0);
      const rest = parts.map((part) => part.rest).filter((part) => !isNumber(part, 0));
      return constant === 0 ? whole : { constant, rest: sum(rest) };
    }
    case "negate": {
      const { constant, rest } = split(expression.operand);
      return constant === 0 ? whole : { constant: -constant, rest: negate(rest) };
    }
    case "product": {
      const fixed = expression.factors.filter((factor) => symbolsOf(factor).size === 0);
      const [own, ...others] = expression.factors.filter((factor) => symbolsOf(factor).size > 0);
      if (own === undefined || others.length > 0) {
        return whole;
      }
      const { constant, rest } = split(own);
      const scale = fixed.reduce((total, factor) => total * evaluateExpression(factor, {}), 1);
      return constant === 0 ? whole : { constant: constant * scale, rest: product([...fixed, rest]) };
    }
    case "divide": {
      if (symbolsOf(expression.denominator).size > 0) {
        return whole;
      }
      const { constant, rest } = split(expression.numerator);
      if (constant === 0) {
        return whole;
      }
      return {
        constant: constant / evaluateExpression(expression.denominator, {}),
        rest: divide(rest, expression.denominator),
      };
    }
    default:
      return whole;
  }
}

/**
 * The sum of the magnitudes of what is added up to an expression's value: a few units in the last place of it are what
 * evaluating in doubles may be off by.
 */
export function magnitudeAt(expression: Expression, values: ReadonlyMap<string, number>): number {
  const of = (operand: Expression): number => magnitudeAt(operand, values);
  switch (expression.kind) {
    case "sum":
      return expression.terms.reduce((total, term) => total + of(term), 0);
    case "product":
      return expression.factors.reduce((total, factor) => total * of(factor), 1);
    case "negate":
      return of(expression.operand);
    case "divide":
      return of(expression.numerator) / Math.abs(evaluateExpression(expression.denominator, values));
    case "power": {
      const { exponent } = expression;
      if (exponent.kind === "number" && exponent.value >= 1) {
        return of(expression.base) ** exponent.value;
      }
      return Math.abs(evaluateExpression(expression, values));
    }
    default:
      return Math.abs(evaluateExpression(expression, values));
  }
}
