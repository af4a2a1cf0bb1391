import type { Expression } from "../../src/landscape/index.js";
import { exactValue } from "../unit/landscape/exact-values.js";

/** A value in double precision, and how far one that is computed in single precision may be from it. */
export interface Rounded {
  readonly value: number;
  readonly error: number;
}

/** Half a unit in the last place of single precision, relative. */
const half = 2 ** -24;

/** What elementary functions may err by themselves, in such halves: two of their units in the last place and some. */
const ofFunctions = 6;

/**
 * What becomes of rounding errors on the way through an expression, every operation of which is rounded to single
 * precision, in any order of a sum's terms and a product's factors.
 */
export function roundingOf(expression: Expression, symbols: Readonly<Record<string, number>>): Rounded {
  const of = (operand: Expression) => roundingOf(operand, symbols);
  switch (expression.kind) {
    case "number":
      return { value: expression.value, error: half * Math.abs(expression.value) };
    case "symbol":
      return { value: symbols[expression.name]!, error: 0 };
    case "negate": {
      const { value, error } = of(expression.operand);
      return { value: -value, error };
    }
    case "sum": {
      const terms = expression.terms.map(of);
      const sizes = terms.reduce((sum, { value, error }) => sum + Math.abs(value) + error, 0);
      return {
        value: terms.reduce((sum, { value }) => sum + value, 0),
        error: terms.reduce((sum, { error }) => sum + error, half * terms.length * sizes),
      };
    }
    case "product":
      return expression.factors.map(of).reduce(times, { value: 1, error: 0 });
    case "divide": {
      const [over, under] = [of(expression.numerator), of(expression.denominator)];
      const size = Math.abs(under.value) - under.error;
      if (size <= 0) {
        return { value: over.value / under.value, error: Number.POSITIVE_INFINITY };
      }
      const value = over.value / under.value;
      // Devices may divide to two and a half units.
      const error = (over.error + Math.abs(value) * under.error) / size;
      return { value, error: error + 6 * half * (Math.abs(value) + error) };
    }
    case "power": {
      const exponent = of(expression.exponent).value;
      return through(
        (x) => x ** exponent,
        of(expression.base),
        half * (2 * Math.abs(exponent) + ofFunctions),
      );
    }
    case "call": {
      const { name } = expression;
      const { value, error } = through(
        (x) => exactValue(name, x),
        of(expression.argument),
        half * ofFunctions,
      );
      // An angle with a constant is expanded by the addition theorem.
      return { value, error: error + (name === "sin" || name === "cos" ? 6 * half : 0) };
    }
    case "logsumexp":
      throw new Error("rounding through logsumexp is not estimated");
  }
}

function times(first: Rounded, second: Rounded): Rounded {
  const value = first.value * second.value;
  const error =
    Math.abs(first.value) * second.error + Math.abs(second.value) * first.error + first.error * second.error;
  return { value, error: error + half * (Math.abs(value) + error) };
}

/** What a function makes of all that its argument may be, and its own error, relative. */
function through(apply: (x: number) => number, { value: at, error }: Rounded, own: number): Rounded {
  const value = apply(at);
  const spread = [-1, -0.5, 0.5, 1].map((part) => Math.abs(apply(at + part * error) - value));
  const known = Math.max(...spread);
  if (!Number.isFinite(known)) {
    return { value, error: Number.POSITIVE_INFINITY };
  }
  return { value, error: 1.1 * known + own * (Math.abs(value) + known) };
}
