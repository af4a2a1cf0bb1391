import type { ElementaryFunction } from "../../../src/landscape/expression.js";
import type { EntrywiseFunction } from "../../../src/tensors/index.js";
import {
  arctangent,
  direction,
  errorFunction,
  exponential,
  exponentialLessOne,
  exponentOf,
  isLess,
  ln2,
  logarithm,
  logarithmOfOneAnd,
  minus,
  negative,
  numberOf,
  one,
  over,
  plus,
  type Real,
  realOf,
  root,
  scaled,
  sizeOf,
  times,
} from "./many-digits.js";

/**
 * Elementary functions in double precision, independent of the product's: Math's own, and for those that Math lacks
 * their definitions in numbers of many digits.
 */
export function exactValue(name: ElementaryFunction, x: number): number {
  switch (name) {
    case "softplus":
    case "sigmoid":
    case "logcosh":
    case "erf": {
      const value = exactly(name, x);
      return typeof value === "number" ? value : numberOf(value);
    }
    default:
      return Math[name](x);
  }
}

export type Precision = "double" | "single";

/** By how many units in the last place a value misses a function's, as {@link missFrom} says. */
export const missOf = (name: EntrywiseFunction, x: number, value: number, precision: Precision): number =>
  missFrom(exactly(name, x), value, precision);

/**
 * By how many units in the last place a value misses another: infinitely many where it is infinite or no number and should not
 * be, or the other way round.
 */
export function missFrom(exact: Real | number, value: number, precision: Precision): number {
  const { bits, least, most } = precisions[precision];
  if (typeof exact === "number") {
    return value === exact || (Number.isNaN(value) && Number.isNaN(exact)) ? 0 : Number.POSITIVE_INFINITY;
  }
  if (Number.isNaN(value)) {
    return Number.POSITIVE_INFINITY;
  }
  if (!Number.isFinite(value)) {
    // the largest number and half a unit of it, or more
    const isOver = numberOf(scaled(sizeOf(exact), -most)) >= 1 - 2 ** -(bits + 2);
    return isOver && value > 0 === exact.m > 0n ? 0 : Number.POSITIVE_INFINITY;
  }
  const unit = Math.max(least, Math.min(exponentOf(exact), most - 1)) - bits;
  return Math.abs(numberOf(scaled(minus(realOf(value), exact), -unit)));
}

/** Binary digits after the first, the exponent of the smallest normal number, and that of what is too large. */
const precisions = {
  double: { bits: 52, least: -1022, most: 1024 },
  single: { bits: 23, least: -126, most: 128 },
} as const;

/** A function's value to some 200 bits, or as a number where that is exact, infinite or none. */
export function exactly(name: EntrywiseFunction, x: number): Real | number {
  if (!Number.isFinite(x) || x === 0) {
    return atEnd(name, x);
  }
  const r = realOf(x);
  const size = sizeOf(r);
  const withSign = (value: Real): Real => (x < 0 ? negative(value) : value);
  switch (name) {
    case "abs":
      return size;
    case "sqrt":
      return x < 0 ? Number.NaN : root(r);
    case "cbrt":
      return withSign(root(size, 3));
    case "exp":
      return Math.abs(x) > 1e5 ? (x < 0 ? tiny : huge) : exponential(r);
    case "expm1":
      return x > 1e5 ? huge : x < -1e5 ? -1 : exponentialLessOne(r);
    case "log":
      return x < 0 ? Number.NaN : x === 1 ? 0 : logarithm(r);
    case "log2":
      return x < 0 ? Number.NaN : x === 1 ? 0 : over(logarithm(r), ln2);
    case "log10":
      return x < 0 ? Number.NaN : x === 1 ? 0 : over(logarithm(r), logarithm(realOf(10)));
    case "log1p":
      return x < -1 ? Number.NaN : x === -1 ? Number.NEGATIVE_INFINITY : logarithmOfOneAnd(r);
    case "sin":
      return direction(x).sine;
    case "cos":
      return direction(x).cosine;
    case "tan": {
      const { sine, cosine } = direction(x);
      return over(sine, cosine);
    }
    case "atan":
      return withSign(arctangent(size));
    case "asin":
      return Math.abs(x) > 1 ? Number.NaN : withSign(arcsine(size));
    case "acos": {
      if (Math.abs(x) >= 1) {
        return Math.abs(x) > 1 ? Number.NaN : x > 0 ? 0 : scaled(arctangent(one), 2);
      }
      return scaled(arctangent(root(over(minus(one, r), plus(one, r)))), 1);
    }
    case "sinh":
      return Math.abs(x) > 1e5 ? withSign(huge) : withSign(hyperbolicSine(size));
    case "cosh": {
      if (Math.abs(x) > 1e5) {
        return huge;
      }
      const e = exponential(size);
      return scaled(plus(e, over(one, e)), -1);
    }
    case "tanh": {
      if (Math.abs(x) > 400) {
        return withSign(one);
      }
      const e = exponentialLessOne(scaled(size, 1));
      return withSign(over(e, plus(e, realOf(2))));
    }
    case "tanhSlope": {
      const e = Math.abs(x) > 1e5 ? tiny : exponential(negative(scaled(size, 1)));
      const sum = plus(one, e);
      return over(scaled(e, 2), times(sum, sum));
    }
    case "asinh": {
      const square = times(r, r);
      const rest = over(square, plus(one, root(plus(one, square))));
      return withSign(logarithmOfOneAnd(plus(size, rest)));
    }
    case "acosh": {
      if (x <= 1) {
        return x < 1 ? Number.NaN : 0;
      }
      const t = minus(r, one);
      return logarithmOfOneAnd(plus(t, root(times(t, plus(t, realOf(2))))));
    }
    case "atanh":
      if (Math.abs(x) >= 1) {
        return Math.abs(x) > 1 ? Number.NaN : x / 0;
      }
      return withSign(scaled(logarithmOfOneAnd(over(scaled(size, 1), minus(one, size))), -1));
    case "softplus":
      return Math.abs(x) > 1e5 ? (x < 0 ? tiny : r) : softplusOf(r, x);
    case "sigmoid":
      return Math.abs(x) > 1e5 ? (x < 0 ? tiny : one) : over(one, plus(one, exponential(negative(r))));
    case "logcosh":
      return logHyperbolicCosine(size, x);
    case "erf":
      return Math.abs(x) > 7 ? withSign(one) : errorFunction(r);
  }
}

/** What is larger than all doubles, and what is smaller. */
const huge = scaled(one, 5000);
const tiny = scaled(one, -5000);

function softplusOf(r: Real, x: number): Real {
  return x > 0 ? plus(r, logarithmOfOneAnd(exponential(negative(r)))) : logarithmOfOneAnd(exponential(r));
}

function hyperbolicSine(size: Real): Real {
  const e = exponentialLessOne(size);
  return scaled(plus(e, over(e, plus(e, one))), -1);
}

function logHyperbolicCosine(size: Real, x: number): Real {
  if (Math.abs(x) < 1) {
    const sine = hyperbolicSine(size);
    return scaled(logarithmOfOneAnd(times(sine, sine)), -1);
  }
  const e = Math.abs(x) > 1e5 ? tiny : exponential(negative(scaled(size, 1)));
  return plus(minus(size, ln2), logarithmOfOneAnd(e));
}

function arcsine(size: Real): Real {
  return isLess(size, one)
    ? arctangent(over(size, root(times(minus(one, size), plus(one, size)))))
    : scaled(arctangent(one), 1);
}

/** At 0, at ±∞ and of what is no number. */
function atEnd(name: EntrywiseFunction, x: number): Real | number {
  if (Number.isNaN(x)) {
    return x;
  }
  switch (name) {
    case "tanhSlope":
      return x === 0 ? 1 : 0;
    case "softplus":
      return x === 0 ? ln2 : Math.max(x, 0);
    case "sigmoid":
      return x === 0 ? 0.5 : x > 0 ? 1 : 0;
    case "logcosh":
      return Math.abs(x);
    case "erf":
      return x === 0 ? 0 : Math.sign(x);
    case "acos":
    case "atan":
      return x === 0 && name === "atan" ? 0 : name === "acos" && x !== 0 ? Number.NaN : quarter(x);
    default:
      return Math[name](x);
  }
}

const quarter = (x: number): Real => {
  const value = scaled(arctangent(one), 1);
  return x < 0 ? negative(value) : value;
};
