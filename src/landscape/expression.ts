/**
 * Expressions of losses, as data: the tree a checked `.diag` file becomes. Names are resolved and
 * params are replaced by their values, so that a symbol is always a weight or a datum.
 * Sums and products are flat, so that a long loss is not a deep tree.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "sum"; readonly terms: readonly Expression[] }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  | { readonly kind: "negate"; readonly operand: Expression }
  | { readonly kind: "divide"; readonly numerator: Expression; readonly denominator: Expression }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: Expression }
  | {
      readonly kind: "call";
      readonly name: ElementaryFunction;
      readonly argument: Expression;
    }
  /** `log(Σ e^term)`, of at least two terms; finite where one of them is. */
  | { readonly kind: "logsumexp"; readonly terms: readonly Expression[] };

/**
 * The elementary functions of one argument a loss may use. Those that mathjs has are named and defined as there;
 * `softplus(u) = log(1 + e^u)`, `sigmoid(u) = 1/(1 + e^(−u))` and `logcosh(u) = log(cosh(u))` are finite at every
 * finite `u`, and `erf` is the error function.
 * Functions of several arguments are rewritten when an expression is made: `pow(a, b)` is a power,
 * `log(a, b)` is `log(a) / log(b)`, `square` and `cube` are powers.
 */
export const elementaryFunctions = [
  "exp",
  "expm1",
  "log",
  "log1p",
  "log2",
  "log10",
  "sqrt",
  "cbrt",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "abs",
  "softplus",
  "sigmoid",
  "logcosh",
  "erf",
] as const;

export type ElementaryFunction = (typeof elementaryFunctions)[number];

/** The constants an expression may name, as in mathjs. */
export const constants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  PI: Math.PI,
  tau: 2 * Math.PI,
  e: Math.E,
  E: Math.E,
  phi: (1 + Math.sqrt(5)) / 2,
  LN2: Math.LN2,
  LN10: Math.LN10,
  LOG2E: Math.LOG2E,
  LOG10E: Math.LOG10E,
  SQRT2: Math.SQRT2,
  SQRT1_2: Math.SQRT1_2,
};
