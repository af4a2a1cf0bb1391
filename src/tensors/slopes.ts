import type { EntrywiseFunction } from "./instruction.js";
import type { TensorProgramBuilder, TensorValue } from "./program.js";

/**
 * The derivative of an entrywise function at `x`, where its value is `y`. Higher derivatives are the derivatives of these: so each is
 * written such that it, and its own, are finite and small where the function levels off.
 */
export function slopeOf(
  builder: TensorProgramBuilder,
  name: EntrywiseFunction,
  x: TensorValue,
  y: TensorValue,
): TensorValue {
  const one = builder.constant(1);
  const reciprocal = (value: TensorValue): TensorValue => builder.divide(one, value);
  const inverseRoot = (value: TensorValue): TensorValue => builder.power(value, builder.constant(-1 / 2));
  const squared = (value: TensorValue): TensorValue => builder.multiply(value, value);
  /** `(1 − x) (1 + x)`. */
  const oneLessSquare = (): TensorValue =>
    builder.multiply(builder.shift(builder.negate(x), 1), builder.shift(x, 1));
  switch (name) {
    case "exp":
      return y;
    case "expm1":
      return builder.call("exp", x);
    case "log":
      return reciprocal(x);
    case "log1p":
      return reciprocal(builder.shift(x, 1));
    case "log2":
      return builder.scale(1 / Math.LN2, reciprocal(x));
    case "log10":
      return builder.scale(1 / Math.LN10, reciprocal(x));
    case "sqrt":
      return builder.scale(1 / 2, inverseRoot(x));
    case "cbrt":
      return builder.scale(1 / 3, reciprocal(squared(y)));
    case "sin":
      return builder.call("cos", x);
    case "cos":
      return builder.negate(builder.call("sin", x));
    case "tan":
      return builder.shift(squared(y), 1);
    case "asin":
      return inverseRoot(oneLessSquare());
    case "acos":
      return builder.negate(inverseRoot(oneLessSquare()));
    case "atan":
      return reciprocal(builder.shift(squared(x), 1));
    case "sinh":
      return builder.call("cosh", x);
    case "cosh":
      return builder.call("sinh", x);
    case "tanh":
      return builder.call("tanhSlope", x);
    case "tanhSlope":
      return builder.scale(-2, builder.multiply(builder.call("tanh", x), y));
    case "asinh":
      return inverseRoot(builder.shift(squared(x), 1));
    case "acosh":
      return inverseRoot(builder.multiply(builder.shift(x, -1), builder.shift(x, 1)));
    case "atanh":
      return reciprocal(oneLessSquare());
    case "abs":
      return builder.divide(x, y);
    case "softplus":
      return builder.call("sigmoid", x);
    case "sigmoid":
      return builder.multiply(y, builder.call("sigmoid", builder.negate(x)));
    case "logcosh":
      return builder.call("tanh", x);
    case "erf":
      return builder.scale(2 / Math.sqrt(Math.PI), builder.call("exp", builder.negate(squared(x))));
  }
}

/** The derivatives of `base ^ exponent` by the base and by the exponent, where its value is `y`. */
export function slopesOfPower(
  builder: TensorProgramBuilder,
  base: TensorValue,
  exponent: TensorValue,
  y: TensorValue,
): { readonly byBase: () => TensorValue; readonly byExponent: () => TensorValue } {
  return {
    byBase: () => builder.multiply(exponent, builder.power(base, builder.shift(exponent, -1))),
    byExponent: () => builder.multiply(y, builder.call("log", base)),
  };
}
