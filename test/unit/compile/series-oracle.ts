import { elementaryValue } from "../../../src/landscape/evaluation.js";
import type { ElementaryFunction, Expression } from "../../../src/landscape/expression.js";

/**
 * Truncated power series in plain numbers: a function's series is the integral of its derivative's, or solves its
 * differential equation, a coefficient after the other.
 */
export type PlainSeries = readonly number[];

const constant = (value: number, length: number): PlainSeries =>
  Array.from({ length }, (_, k) => (k === 0 ? value : 0));
const add = (a: PlainSeries, b: PlainSeries): PlainSeries => a.map((x, k) => x + b[k]!);
const scale = (c: number, a: PlainSeries): PlainSeries => a.map((x) => c * x);
const multiply = (a: PlainSeries, b: PlainSeries): PlainSeries =>
  a.map((_, n) => a.slice(0, n + 1).reduce((sum, x, k) => sum + x * b[n - k]!, 0));
const derivative = (a: PlainSeries): PlainSeries => [...a.slice(1).map((x, k) => (k + 1) * x), 0];
const integral = (start: number, a: PlainSeries): PlainSeries => [
  start,
  ...a.slice(0, -1).map((x, k) => x / (k + 1)),
];
/** `1 + c·a`. */
const onePlus = (c: number, a: PlainSeries): PlainSeries => add(constant(1, a.length), scale(c, a));

/** `u^p`, from `u y' = p u' y`. */
function power(u: PlainSeries, p: number, start = u[0]! ** p): PlainSeries {
  const y = [start];
  for (let n = 1; n < u.length; n++) {
    let sum = 0;
    for (let k = 1; k <= n; k++) {
      sum += (p * k - (n - k)) * u[k]! * y[n - k]!;
    }
    y.push(sum / (n * u[0]!));
  }
  return y;
}

/** `y' = slope(y) u'`: each round of integrals gains a coefficient. */
function solved(u: PlainSeries, start: number, slope: (y: PlainSeries) => PlainSeries): PlainSeries {
  return u.reduce<PlainSeries>(
    (y) => integral(start, multiply(slope(y), derivative(u))),
    constant(start, u.length),
  );
}

function elementary(name: ElementaryFunction, u: PlainSeries): PlainSeries {
  const start = elementaryValue(name, u[0]!);
  const known = (slope: PlainSeries): PlainSeries => integral(start, multiply(slope, derivative(u)));
  const square = multiply(u, u);
  switch (name) {
    case "exp":
      return solved(u, start, (y) => y);
    case "expm1":
      return solved(u, start, (y) => onePlus(1, y));
    case "log":
      return known(power(u, -1));
    case "log2":
      return known(scale(1 / Math.LN2, power(u, -1)));
    case "log10":
      return known(scale(1 / Math.LN10, power(u, -1)));
    case "log1p":
      return known(power(onePlus(1, u), -1));
    case "sqrt":
      return power(u, 1 / 2);
    case "cbrt":
      return power(u, 1 / 3, start);
    case "sin":
      return known(waves(u).cosine);
    case "cos":
      return known(scale(-1, waves(u).sine));
    case "tan":
      return solved(u, start, (y) => onePlus(1, multiply(y, y)));
    case "tanh":
      return solved(u, start, (y) => onePlus(-1, multiply(y, y)));
    case "sinh":
      return scale(1 / 2, add(elementary("exp", u), scale(-1, elementary("exp", scale(-1, u)))));
    case "cosh":
      return scale(1 / 2, add(elementary("exp", u), elementary("exp", scale(-1, u))));
    case "asin":
      return known(power(onePlus(-1, square), -1 / 2));
    case "acos":
      return known(scale(-1, power(onePlus(-1, square), -1 / 2)));
    case "atan":
      return known(power(onePlus(1, square), -1));
    case "asinh":
      return known(power(onePlus(1, square), -1 / 2));
    case "acosh":
      return known(power(add(square, constant(-1, u.length)), -1 / 2));
    case "atanh":
      return known(power(onePlus(-1, square), -1));
    case "abs":
      return scale(Math.sign(u[0]!), u);
    case "softplus":
      return known(elementary("sigmoid", u));
    case "sigmoid":
      return power(onePlus(1, elementary("exp", scale(-1, u))), -1);
    case "logcosh":
      return known(elementary("tanh", u));
    case "erf":
      return known(scale(2 / Math.sqrt(Math.PI), elementary("exp", scale(-1, square))));
  }
}

function waves(u: PlainSeries): { sine: PlainSeries; cosine: PlainSeries } {
  let sine = constant(Math.sin(u[0]!), u.length);
  let cosine = constant(Math.cos(u[0]!), u.length);
  for (const _ of u) {
    const next = integral(Math.sin(u[0]!), multiply(cosine, derivative(u)));
    cosine = integral(Math.cos(u[0]!), scale(-1, multiply(sine, derivative(u))));
    sine = next;
  }
  return { sine, cosine };
}

/** The series of an expression whose symbols are series of `length` coefficients. */
export function plainSeries(
  expression: Expression,
  symbols: ReadonlyMap<string, PlainSeries>,
  length: number,
): PlainSeries {
  const of = (operand: Expression): PlainSeries => plainSeries(operand, symbols, length);
  switch (expression.kind) {
    case "number":
      return constant(expression.value, length);
    case "symbol":
      return Array.from({ length }, (_, k) => symbols.get(expression.name)![k] ?? 0);
    case "sum":
      return expression.terms.map(of).reduce(add);
    case "product":
      return expression.factors.map(of).reduce(multiply);
    case "negate":
      return scale(-1, of(expression.operand));
    case "divide":
      return multiply(of(expression.numerator), power(of(expression.denominator), -1));
    case "power": {
      const [base, exponent] = [of(expression.base), of(expression.exponent)];
      if (exponent.slice(1).some((x) => x !== 0)) {
        return elementary("exp", multiply(exponent, elementary("log", base)));
      }
      const p = exponent[0]!;
      return Number.isInteger(p) && p >= 0
        ? Array.from({ length: p }, () => base).reduce(multiply, constant(1, length))
        : power(base, p);
    }
    case "call":
      return elementary(expression.name, of(expression.argument));
    case "logsumexp":
      return elementary("log", expression.terms.map((term) => elementary("exp", of(term))).reduce(add));
  }
}
