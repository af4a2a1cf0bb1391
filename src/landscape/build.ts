import { elementaryValue, logSumExpOf } from "./evaluation.js";
import type { ElementaryFunction, Expression } from "./expression.js";
import { children } from "./walk.js";

export { children } from "./walk.js";

export const zero: Expression = { kind: "number", value: 0 };
export const one: Expression = { kind: "number", value: 1 };

export function number(value: number): Expression {
  return { kind: "number", value };
}

export function symbol(name: string): Expression {
  return { kind: "symbol", name };
}

/**
 * Longer sums and products stay as they are inside others: what stands in several places would otherwise grow with each.
 */
export const longestFlattened = 1000;

/** The sum of terms, flat, its numbers added into one (which comes last) and zeros left out. */
export function sum(terms: readonly Expression[]): Expression {
  const kept: Expression[] = [];
  let constant = 0;
  const add = (term: Expression, sign: number): void => {
    switch (term.kind) {
      case "sum":
        if (term.terms.length > longestFlattened) {
          kept.push(sign > 0 ? term : negate(term));
        } else {
          for (const inner of term.terms) {
            add(inner, sign);
          }
        }
        break;
      case "negate":
        add(term.operand, -sign);
        break;
      case "number":
        constant += sign * term.value;
        break;
      default:
        kept.push(sign > 0 ? term : negate(term));
    }
  };
  for (const term of terms) {
    add(term, 1);
  }
  if (constant !== 0 || kept.length === 0) {
    kept.push(number(constant));
  }
  return kept.length === 1 ? kept[0]! : { kind: "sum", terms: kept };
}

/** The product of factors, flat, its numbers multiplied into one (which comes first) and ones left out. */
export function product(factors: readonly Expression[]): Expression {
  const kept: Expression[] = [];
  const below: Expression[] = [];
  let constant = 1;
  const multiply = (factor: Expression): void => {
    switch (factor.kind) {
      case "product":
        if (factor.factors.length > longestFlattened) {
          kept.push(factor);
        } else {
          for (const inner of factor.factors) {
            multiply(inner);
          }
        }
        break;
      case "negate":
        constant = -constant;
        multiply(factor.operand);
        break;
      case "number":
        constant *= factor.value;
        break;
      case "divide":
        // only to pull signs, numbers and units out of fractions
        multiply(factor.numerator);
        below.push(factor.denominator);
        break;
      default:
        kept.push(factor);
    }
  };
  for (const factor of factors) {
    multiply(factor);
  }
  if (constant === 0) {
    return zero;
  }
  const negative = constant < 0;
  const size = Math.abs(constant);
  let result: Expression;
  if (kept.length === 0) {
    result = number(size);
  } else if (size === 1) {
    result = kept.length === 1 ? kept[0]! : { kind: "product", factors: kept };
  } else {
    result = { kind: "product", factors: [number(size), ...kept] };
  }
  if (below.length > 0) {
    result = divide(result, product(below));
  }
  return negative ? negate(result) : result;
}

export function negate(operand: Expression): Expression {
  if (operand.kind === "number") {
    return number(0 - operand.value);
  }
  if (operand.kind === "negate") {
    return operand.operand;
  }
  return { kind: "negate", operand };
}

export function divide(numerator: Expression, denominator: Expression): Expression {
  if (numerator.kind === "number" && numerator.value === 0 && !isNumber(denominator, 0)) {
    return zero;
  }
  if (numerator.kind === "negate") {
    return negate(divide(numerator.operand, denominator));
  }
  if (denominator.kind === "negate") {
    return negate(divide(numerator, denominator.operand));
  }
  if (denominator.kind === "number") {
    if (denominator.value === 1) {
      return numerator;
    }
    if (denominator.value < 0) {
      return negate(divide(numerator, number(-denominator.value)));
    }
    if (numerator.kind === "number" && numerator.value < 0) {
      return negate(divide(number(-numerator.value), denominator));
    }
    if (numerator.kind === "number" && denominator.value !== 0) {
      return number(numerator.value / denominator.value);
    }
    const first = numerator.kind === "product" ? numerator.factors[0] : undefined;
    if (numerator.kind === "product" && first?.kind === "number") {
      const ratio = first.value / denominator.value;
      // only where nothing is rounded
      if (Number.isFinite(ratio) && ratio * denominator.value === first.value) {
        return product([number(ratio), ...numerator.factors.slice(1)]);
      }
    }
  }
  if (numerator.kind === "divide") {
    return divide(numerator.numerator, product([numerator.denominator, denominator]));
  }
  return { kind: "divide", numerator, denominator };
}

export function power(base: Expression, exponent: Expression): Expression {
  if (exponent.kind === "number") {
    if (exponent.value === 0) {
      return one;
    }
    if (exponent.value === 1) {
      return base;
    }
    if (base.kind === "number") {
      const value = base.value ** exponent.value;
      if (Number.isFinite(value)) {
        return number(value);
      }
    }
    if (base.kind === "negate" && Number.isInteger(exponent.value)) {
      const positive = power(base.operand, exponent);
      return exponent.value % 2 === 0 ? positive : negate(positive);
    }
  }
  return { kind: "power", base, exponent };
}

export function call(name: ElementaryFunction, argument: Expression): Expression {
  if (argument.kind === "number") {
    const value = elementaryValue(name, argument.value);
    if (Number.isFinite(value)) {
      return number(value);
    }
  }
  return { kind: "call", name, argument };
}

/** `log(Σ e^term)`, flat; of one number and another term it is made of `softplus`, whose derivatives are simpler. */
export function logSumExp(terms: readonly Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === "logsumexp" ? term.terms : [term]));
  const numbers = flat.flatMap((term) => (term.kind === "number" ? [term.value] : []));
  const others = flat.filter((term) => term.kind !== "number");
  const constant = numbers.length === 0 ? undefined : logSumExpOf(numbers);
  if (others.length === 0) {
    return number(constant ?? Number.NEGATIVE_INFINITY);
  }
  if (constant === undefined || constant === Number.NEGATIVE_INFINITY) {
    return others.length === 1 ? others[0]! : { kind: "logsumexp", terms: others };
  }
  if (others.length > 1) {
    return { kind: "logsumexp", terms: [...others, number(constant)] };
  }
  return sum([call("softplus", sum([others[0]!, number(-constant)])), number(constant)]);
}

export function isNumber(expression: Expression, value?: number): boolean {
  return expression.kind === "number" && (value === undefined || expression.value === value);
}

/** The same expression with other sub-expressions directly below it, in the order of {@link children}. */
export function withChildren(expression: Expression, own: readonly Expression[]): Expression {
  switch (expression.kind) {
    case "number":
    case "symbol":
      return expression;
    case "sum":
      return sum(own);
    case "product":
      return product(own);
    case "negate":
      return negate(own[0]!);
    case "divide":
      return divide(own[0]!, own[1]!);
    case "power":
      return power(own[0]!, own[1]!);
    case "call":
      return { kind: "call", name: expression.name, argument: own[0]! };
    case "logsumexp":
      return logSumExp(own);
  }
}

/** The same expression with every node rebuilt bottom-up, so that numbers are folded and units dropped. */
export function simplify(expression: Expression): Expression {
  return replaceSymbols(expression, () => undefined);
}

/**
 * Puts expressions in place of symbols (where `replacement` gives one) and simplifies lightly. What stands in several
 * places is done once, and stands in several places of the result.
 * @param done what was done already, with the same replacement
 */
export function replaceSymbols(
  expression: Expression,
  replacement: (name: string) => Expression | undefined,
  done = new Map<Expression, Expression>(),
): Expression {
  const visit = (node: Expression): Expression => {
    let result = done.get(node);
    if (result === undefined) {
      result = rebuilt(node);
      done.set(node, result);
    }
    return result;
  };
  const rebuilt = (node: Expression): Expression => {
    switch (node.kind) {
      case "number":
        return node;
      case "symbol":
        return replacement(node.name) ?? node;
      case "sum":
        return sum(node.terms.map(visit));
      case "product":
        return product(node.factors.map(visit));
      case "negate":
        return negate(visit(node.operand));
      case "divide":
        return divide(visit(node.numerator), visit(node.denominator));
      case "power":
        return power(visit(node.base), visit(node.exponent));
      case "call":
        return call(node.name, visit(node.argument));
      case "logsumexp":
        return logSumExp(node.terms.map(visit));
    }
  };
  return visit(expression);
}

/** How many nodes an expression has; what stands in several places counts once. */
export function nodeCount(expression: Expression): number {
  const seen = new Set<Expression>();
  const visit = (node: Expression): void => {
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    children(node).forEach(visit);
  };
  visit(expression);
  return seen.size;
}

/** The names of the symbols of an expression. */
export function symbolsOf(expression: Expression): Set<string> {
  const names = new Set<string>();
  const seen = new Set<Expression>();
  const visit = (node: Expression): void => {
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    if (node.kind === "symbol") {
      names.add(node.name);
    } else {
      for (const child of children(node)) {
        visit(child);
      }
    }
  };
  visit(expression);
  return names;
}

/**
 * The degree of an expression as a polynomial in the named symbols together; `Infinity` when it is
 * none. A bound: terms that cancel are counted.
 */
export function polynomialDegree(expression: Expression, names: ReadonlySet<string>): number {
  const known = new Map<Expression, number>();
  const degree = (node: Expression): number => {
    let result = known.get(node);
    if (result === undefined) {
      result = degreeOf(node);
      known.set(node, result);
    }
    return result;
  };
  const degreeOf = (node: Expression): number => {
    switch (node.kind) {
      case "number":
        return 0;
      case "symbol":
        return names.has(node.name) ? 1 : 0;
      case "sum":
        return node.terms.reduce((most, term) => Math.max(most, degree(term)), 0);
      case "product":
        return node.factors.reduce((total, factor) => total + degree(factor), 0);
      case "negate":
        return degree(node.operand);
      case "divide":
        return degree(node.denominator) === 0 ? degree(node.numerator) : Infinity;
      case "power": {
        const base = degree(node.base);
        const { exponent } = node;
        if (exponent.kind === "number" && Number.isInteger(exponent.value) && exponent.value >= 0) {
          return exponent.value === 0 ? 0 : base * exponent.value;
        }
        return base === 0 && degree(exponent) === 0 ? 0 : Infinity;
      }
      case "call":
        return degree(node.argument) === 0 ? 0 : Infinity;
      case "logsumexp":
        return node.terms.every((term) => degree(term) === 0) ? 0 : Infinity;
    }
  };
  return degree(expression);
}
