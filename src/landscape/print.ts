import type { Expression } from "./expression.js";

/** How tightly an expression binds: sums 1, negation 2 (as in `-x^2`), products 3, powers 4, the rest 5. */
function binding(expression: Expression): number {
  switch (expression.kind) {
    case "sum":
      return 1;
    case "negate":
      return 2;
    case "product":
    case "divide":
      return 3;
    case "power":
      return 4;
    case "number":
      return expression.value < 0 || Object.is(expression.value, -0) ? 2 : 5;
    default:
      return 5;
  }
}

/**
 * An expression as a `.diag` file writes it. Reading it back gives the same values: numbers are
 * printed to their last bit.
 */
export function printExpression(expression: Expression): string {
  const wrapped = (inner: Expression, least: number): string =>
    binding(inner) < least ? `(${printExpression(inner)})` : printExpression(inner);
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "symbol":
      return expression.name;
    case "sum":
      return joinTerms(expression.terms, (term) => wrapped(term, 2)) || "0";
    case "product":
      return (
        expression.factors
          .map((factor, i) => wrapped(factor, factor.kind === "divide" && i > 0 ? 4 : 3))
          .join(" * ") || "1"
      );
    case "negate":
      return `-${wrapped(expression.operand, 3)}`;
    case "divide":
      return `${wrapped(expression.numerator, 3)} / ${wrapped(expression.denominator, 4)}`;
    case "power":
      return `${wrapped(expression.base, 5)}^${wrapped(expression.exponent, 5)}`;
    case "call":
      return `${expression.name}(${printExpression(expression.argument)})`;
    case "logsumexp":
      return `logsumexp(${expression.terms.map(printExpression).join(", ")})`;
  }
}

/** Joins printed terms with ` + `, or ` - ` where a term prints with a leading minus. */
function joinTerms(terms: readonly Expression[], print: (term: Expression) => string): string {
  let text = "";
  for (const term of terms) {
    const printed = print(term);
    if (text === "") {
      text = printed;
    } else if (printed.startsWith("-")) {
      text += ` - ${printed.slice(1)}`;
    } else {
      text += ` + ${printed}`;
    }
  }
  return text;
}

const greek = new Set(
  (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega " +
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
  ).split(" "),
);

/** A name as LaTeX: Greek letters by name, what follows `_` or a trailing number as a subscript. */
export function nameToLatex(name: string): string {
  const match = /^([^_]*?\D)_?(\d+)$/u.exec(name) ?? /^([^_]+)_(.+)$/u.exec(name);
  if (match === null) {
    return letters(name);
  }
  const [, base, index] = match;
  return `${letters(base!)}_{${index!.split("_").map(letters).join(",")}}`;
}

function letters(text: string): string {
  if (greek.has(text)) {
    return `\\${text}`;
  }
  if (text.length <= 1 || /^\d+$/.test(text)) {
    return text === "_" ? "\\_" : text;
  }
  return `\\mathrm{${text.replace(/_/g, "\\_").replace(/\$/g, "\\$")}}`;
}

const latexFunctions: Readonly<Record<string, string>> = {
  exp: "\\exp",
  log: "\\log",
  sin: "\\sin",
  cos: "\\cos",
  tan: "\\tan",
  asin: "\\arcsin",
  acos: "\\arccos",
  atan: "\\arctan",
  sinh: "\\sinh",
  cosh: "\\cosh",
  tanh: "\\tanh",
  asinh: "\\operatorname{arsinh}",
  acosh: "\\operatorname{arcosh}",
  atanh: "\\operatorname{artanh}",
  expm1: "\\operatorname{expm1}",
  log1p: "\\operatorname{log1p}",
  log2: "\\log_{2}",
  log10: "\\log_{10}",
  softplus: "\\operatorname{softplus}",
  sigmoid: "\\sigma",
  logcosh: "\\log\\cosh",
  erf: "\\operatorname{erf}",
};

/**
 * An expression as LaTeX in math mode.
 * @param names LaTeX for symbols that should not be made from their names
 */
export function expressionToLatex(
  expression: Expression,
  names: ReadonlyMap<string, string> | Readonly<Record<string, string>> = {},
): string {
  const lookUp = (name: string): string | undefined =>
    names instanceof Map
      ? names.get(name)
      : Object.hasOwn(names, name)
        ? (names as Readonly<Record<string, string>>)[name]
        : undefined;
  const print = (node: Expression): string => {
    const wrapped = (inner: Expression, least: number): string =>
      binding(inner) < least ? `\\left(${print(inner)}\\right)` : print(inner);
    switch (node.kind) {
      case "number":
        return numberToLatex(node.value);
      case "symbol":
        return lookUp(node.name) ?? nameToLatex(node.name);
      case "sum":
        return joinTerms(node.terms, (term) => wrapped(term, 2)) || "0";
      case "product":
        return (
          node.factors.reduce((text, factor, i) => {
            const printed = wrapped(factor, 3);
            // two numbers side by side would read as one
            return i === 0 ? printed : `${text}${/^[\d-]/.test(printed) ? " \\cdot " : " \\, "}${printed}`;
          }, "") || "1"
        );
      case "negate":
        return `-${wrapped(node.operand, 3)}`;
      case "divide":
        return `\\frac{${print(node.numerator)}}{${print(node.denominator)}}`;
      case "power":
        if (
          node.base.kind === "call" &&
          node.base.name in latexFunctions &&
          node.exponent.kind === "number"
        ) {
          return `\\left(${print(node.base)}\\right)^{${print(node.exponent)}}`;
        }
        return `${node.base.kind === "divide" ? `\\left(${print(node.base)}\\right)` : wrapped(node.base, 5)}^{${print(node.exponent)}}`;
      case "call":
        if (node.name === "exp") {
          return `e^{${print(node.argument)}}`;
        }
        if (node.name === "sqrt") {
          return `\\sqrt{${print(node.argument)}}`;
        }
        if (node.name === "cbrt") {
          return `\\sqrt[3]{${print(node.argument)}}`;
        }
        if (node.name === "abs") {
          return `\\left|${print(node.argument)}\\right|`;
        }
        return `${latexFunctions[node.name]}\\left(${print(node.argument)}\\right)`;
      case "logsumexp":
        return `\\operatorname{logsumexp}\\left(${node.terms.map(print).join(",\\, ")}\\right)`;
    }
  };
  return print(expression);
}

function numberToLatex(value: number): string {
  const [mantissa, exponent] = String(value).split("e");
  return exponent === undefined ? mantissa! : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}
