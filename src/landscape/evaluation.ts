import { erf } from "./error-function.js";
import type { ElementaryFunction, Expression } from "./expression.js";
import { sharedBelow } from "./walk.js";

const values: Readonly<Record<ElementaryFunction, (x: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  abs: Math.abs,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sigmoid,
  logcosh,
  erf,
};

/** Where log(cosh(x)) is written in the one form or in the other; each is as good as double precision on its side. */
const logcoshJoint = 1;

function sigmoid(x: number): number {
  // e^x where it is small: its relative accuracy is kept
  if (x < 0) {
    const small = Math.exp(x);
    return small / (1 + small);
  }
  return 1 / (1 + Math.exp(-x));
}

function logcosh(x: number): number {
  const size = Math.abs(x);
  // cosh² = 1 + sinh²
  if (size <= logcoshJoint) {
    return Math.log1p(Math.sinh(size) ** 2) / 2;
  }
  return size - Math.LN2 + Math.log1p(Math.exp(-2 * size));
}

/** The value of an elementary function; `NaN` outside its real domain. */
export function elementaryValue(name: ElementaryFunction, x: number): number {
  return values[name](x);
}

/** `log(Σ e^value)`; the largest value is taken out, so that none overflows. */
export function logSumExpOf(terms: readonly number[]): number {
  const largest = Math.max(...terms);
  // infinite, or not a number: nothing is to be taken out
  if (!Number.isFinite(largest)) {
    return largest;
  }
  let rest = 0;
  let most = 0;
  for (const term of terms) {
    if (term === largest) {
      most++;
    } else {
      rest += Math.exp(term - largest);
    }
  }
  return largest + Math.log1p(most - 1 + rest);
}

/** An expression as a function of the values of its symbols, given in a fixed order. */
export type CompiledExpression = (values: ArrayLike<number>) => number;

/**
 * Prepares an expression for many evaluations.
 * @param slots where each symbol's value will be found
 * @throws RangeError when a symbol has no slot
 */
export function compileExpression(
  expression: Expression,
  slots: ReadonlyMap<string, number>,
): CompiledExpression {
  const shared = sharedBelow(expression);
  if (shared.size === 0) {
    return new Compiler(slots).compile(expression);
  }
  const compiler = new SharingCompiler(slots, shared);
  const compiled = compiler.compile(expression);
  return (at) => {
    compiler.round++;
    return compiled(at);
  };
}

class Compiler {
  constructor(private readonly slots: ReadonlyMap<string, number>) {}

  compile(expression: Expression): CompiledExpression {
    switch (expression.kind) {
      case "number": {
        const { value } = expression;
        return () => value;
      }
      case "symbol": {
        const slot = this.slots.get(expression.name);
        if (slot === undefined) {
          throw new RangeError(`no value for ${expression.name}; give one`);
        }
        return (at) => at[slot]!;
      }
      case "sum": {
        const terms = expression.terms.map((term) => this.compile(term));
        if (terms.length < 3) {
          return (at) => terms.reduce((total, term) => total + term(at), 0);
        }
        return (at) => {
          let total = 0;
          let lost = 0;
          for (const term of terms) {
            const value = term(at);
            const sum = total + value;
            // what the addition rounds away, so that large terms that cancel leave the small ones whole
            const moved = sum - total;
            lost += total - (sum - moved) + (value - moved);
            total = sum;
          }
          // an infinite sum has lost what is no number
          return Number.isFinite(lost) ? total + lost : total;
        };
      }
      case "product": {
        const factors = expression.factors.map((factor) => this.compile(factor));
        return (at) => {
          let total = 1;
          for (const factor of factors) {
            total *= factor(at);
          }
          return total;
        };
      }
      case "negate": {
        const operand = this.compile(expression.operand);
        return (at) => -operand(at);
      }
      case "divide": {
        const numerator = this.compile(expression.numerator);
        const denominator = this.compile(expression.denominator);
        return (at) => numerator(at) / denominator(at);
      }
      case "power": {
        const base = this.compile(expression.base);
        const exponent = this.compile(expression.exponent);
        return (at) => base(at) ** exponent(at);
      }
      case "call": {
        const value = values[expression.name];
        const argument = this.compile(expression.argument);
        return (at) => value(argument(at));
      }
      case "logsumexp": {
        const terms = expression.terms.map((term) => this.compile(term));
        return (at) => logSumExpOf(terms.map((term) => term(at)));
      }
    }
  }
}

/** Computes what stands in several places once in each round. */
class SharingCompiler extends Compiler {
  round = 0;
  private readonly compiled = new Map<Expression, CompiledExpression>();

  constructor(
    slots: ReadonlyMap<string, number>,
    private readonly shared: ReadonlySet<Expression>,
  ) {
    super(slots);
  }

  override compile(expression: Expression): CompiledExpression {
    if (!this.shared.has(expression)) {
      return super.compile(expression);
    }
    const known = this.compiled.get(expression);
    if (known !== undefined) {
      return known;
    }
    const own = super.compile(expression);
    let done = -1;
    let value = 0;
    const once: CompiledExpression = (at) => {
      if (done !== this.round) {
        value = own(at);
        done = this.round;
      }
      return value;
    };
    this.compiled.set(expression, once);
    return once;
  }
}

/**
 * The value of an expression.
 * @throws RangeError when a symbol has no value
 */
export function evaluateExpression(
  expression: Expression,
  values: ReadonlyMap<string, number> | Readonly<Record<string, number>>,
): number {
  const entries = values instanceof Map ? [...values.entries()] : Object.entries(values);
  const slots = new Map(entries.map(([name], slot) => [name, slot] as const));
  return compileExpression(expression, slots)(entries.map(([, value]) => value as number));
}
