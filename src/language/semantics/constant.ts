import {
  constants,
  type ElementaryFunction,
  type Expression,
  elementaryFunctions,
} from "../../landscape/expression.js";
import { elementaryValue } from "../../landscape/index.js";

export function isElementaryFunction(name: string): name is ElementaryFunction {
  return (elementaryFunctions as readonly string[]).includes(name);
}

export function constantNamed(name: string): number | undefined {
  return Object.hasOwn(constants, name) ? constants[name] : undefined;
}

export const constantNames: readonly string[] = Object.keys(constants);

/** Functions of an author that are rewritten: the numbers of arguments each takes. */
export const rewrittenFunctions: Readonly<Record<string, readonly number[]>> = {
  pow: [2],
  square: [1],
  cube: [1],
  log: [1, 2],
};

/** Functions of any number of arguments, at least one. */
const functionsOfSeveral: readonly string[] = ["logsumexp"];

/** How many arguments a function takes; nothing for what is no function. */
export function argumentCounts(name: string): readonly number[] | "several" | undefined {
  if (Object.hasOwn(rewrittenFunctions, name)) {
    return rewrittenFunctions[name];
  }
  if (functionsOfSeveral.includes(name)) {
    return "several";
  }
  return isElementaryFunction(name) ? [1] : undefined;
}

/** Every function an expression may call. */
export const functionNames: readonly string[] = [
  ...new Set([...elementaryFunctions, ...Object.keys(rewrittenFunctions), ...functionsOfSeveral]),
];

export function isNumber(expression: Expression): expression is Extract<Expression, { kind: "number" }> {
  return expression.kind === "number";
}

export function numberOf(value: number): Expression {
  return { kind: "number", value };
}

export function negated(operand: Expression): Expression {
  if (isNumber(operand)) {
    return numberOf(-operand.value);
  }
  return operand.kind === "negate" ? operand.operand : { kind: "negate", operand };
}

export function powerOf(base: Expression, exponent: Expression): Expression {
  return isNumber(base) && isNumber(exponent)
    ? numberOf(base.value ** exponent.value)
    : { kind: "power", base, exponent };
}

export function callOf(name: ElementaryFunction, argument: Expression): Expression {
  return isNumber(argument)
    ? numberOf(elementaryValue(name, argument.value))
    : { kind: "call", name, argument };
}

/** Longer sums and products stay as they are inside others, so that lets of lets do not grow with each. */
const longestFlattened = 100;

function isShort(parts: readonly Expression[]): boolean {
  return parts.length <= longestFlattened;
}

/** A flat sum; nested sums become part of it, and constants at its beginning are added up. */
export function sumOf(terms: readonly Expression[]): Expression {
  const flat: Expression[] = [];
  for (const term of terms) {
    for (const part of term.kind === "sum" && isShort(term.terms) ? term.terms : [term]) {
      const first = flat[0];
      if (flat.length === 1 && first && isNumber(first) && isNumber(part)) {
        flat[0] = numberOf(first.value + part.value);
      } else {
        flat.push(part);
      }
    }
  }
  return flat.length === 1 ? flat[0]! : { kind: "sum", terms: flat };
}

/** A flat product; nested products become part of it, and constants at its beginning are multiplied. */
export function productOf(factors: readonly Expression[]): Expression {
  const flat: Expression[] = [];
  for (const factor of factors) {
    for (const part of factor.kind === "product" && isShort(factor.factors) ? factor.factors : [factor]) {
      const first = flat[0];
      if (flat.length === 1 && first && isNumber(first) && isNumber(part)) {
        flat[0] = numberOf(first.value * part.value);
      } else {
        flat.push(part);
      }
    }
  }
  if (flat.length > 1 && isNumber(flat[0]!) && flat[0].value === 1) {
    flat.shift();
  }
  return flat.length === 1 ? flat[0]! : { kind: "product", factors: flat };
}

/** A product over a product; both constant gives a number. */
export function quotientOf(numerator: Expression, denominator: Expression): Expression {
  return isNumber(numerator) && isNumber(denominator)
    ? numberOf(numerator.value / denominator.value)
    : { kind: "divide", numerator, denominator };
}
