import type { Body, BodyValue } from "./body.js";
import { logOfOnePlus, logOfOnePlusPositive } from "./logarithms.js";
import { noNumberWhere, polynomial, signBit, withSignOf } from "./polynomial.js";

/** Inverses of functions of angles and of hyperbolic ones, in single precision; see `exponentials.ts` for how polynomials were found. */

/** (atan t − t) / t³ in z = t², for |t| ≤ 1. */
const tangentPolynomial = [
  -0.333333, 0.1999853, -0.14264016, 0.10950881, -0.08399314, 0.057881653, -0.031097416, 0.010869011,
  -0.0017829136,
];

/** (asin t − t) / t³ in z = t², for |t| ≤ ½. */
const sinePolynomial = [0.16666752, 0.074953094, 0.045469154, 0.024184743, 0.042158388];

/** π/2 in two numbers of single precision. */
const quarterHigh = Math.fround(Math.PI / 2);
const quarterLow = Math.PI / 2 - quarterHigh;

export function inverseTangent(body: Body, x: BodyValue): BodyValue {
  const one = body.constant(1);
  const size = body.unary("absolute", x);
  const t = body.divide(body.binary("smaller", size, one), body.binary("larger", size, one));
  const z = body.multiply(t, t);
  const value = body.fused(body.multiply(t, z), polynomial(body, z, tangentPolynomial), t);
  const left = body.subtract(value, body.constant(quarterLow));
  const far = body.subtract(body.constant(quarterHigh), left);
  return withSignOf(body, body.select(body.less(one, size), far, value), x);
}

/** asin |x| up to ½, and beyond the half of acos |x|, which is asin of √((1 − |x|)/2); and which it is. */
function ofSize(body: Body, x: BodyValue): { readonly value: BodyValue; readonly small: BodyValue } {
  const size = body.unary("absolute", x);
  const small = body.atMost(size, body.constant(0.5));
  const half = body.fused(size, body.constant(-0.5), body.constant(0.5));
  const z = body.select(small, body.multiply(size, size), half);
  const t = body.select(small, size, body.unary("root", half));
  return { value: body.fused(body.multiply(t, z), polynomial(body, z, sinePolynomial), t), small };
}

export function inverseSine(body: Body, x: BodyValue): BodyValue {
  const { value, small } = ofSize(body, x);
  const left = body.fused(value, body.constant(2), body.constant(-quarterLow));
  const far = body.subtract(body.constant(quarterHigh), left);
  return withSignOf(body, body.select(small, value, far), x);
}

/** π/2 less the sine's inverse up to ½; beyond, twice the value, or that less than π. */
export function inverseCosine(body: Body, x: BodyValue): BodyValue {
  const { value, small } = ofSize(body, x);
  const zero = body.constant(0);
  const below = body.less(x, zero);
  const pick = (quarter: number) =>
    body.select(small, body.constant(quarter), body.select(below, body.constant(2 * quarter), zero));
  // The sign of x for large ones, the other for small ones.
  const sign = body.binary("and", body.binary("xor", x, small), body.word(signBit));
  const size = body.select(small, value, body.add(value, value));
  return body.add(pick(quarterHigh), body.add(body.binary("xor", size, sign), pick(quarterLow)));
}

/** From here on a root of 1 + x² is x. */
const far = 2 ** 30;

/** log(1 + near), or log(2 size) far out; what is not finite stays. */
function inverseHyperbolic(body: Body, size: BodyValue, near: BodyValue): BodyValue {
  const isFar = body.less(body.constant(far), size);
  const value = logOfOnePlusPositive(body, body.select(isFar, size, near));
  const more = body.add(value, body.binary("and", isFar, body.constant(Math.LN2)));
  return body.select(body.less(size, body.constant(Number.POSITIVE_INFINITY)), more, size);
}

/** log(1 + |x| + x² / (1 + √(1 + x²))). */
export function inverseHyperbolicSine(body: Body, x: BodyValue): BodyValue {
  const one = body.constant(1);
  const size = body.unary("absolute", x);
  const inside = body.binary("smaller", size, body.constant(far));
  const square = body.multiply(inside, inside);
  const root = body.unary("root", body.add(square, one));
  const near = body.add(inside, body.divide(square, body.add(root, one)));
  return withSignOf(body, inverseHyperbolic(body, size, near), x);
}

/** log(1 + t + √(t² + 2t)) with t = x − 1. */
export function inverseHyperbolicCosine(body: Body, x: BodyValue): BodyValue {
  const one = body.constant(1);
  const t = body.subtract(x, one);
  const near = body.add(t, body.unary("root", body.fused(t, t, body.add(t, t))));
  return noNumberWhere(body, body.less(x, one), inverseHyperbolic(body, x, near));
}

/** log(1 + 2|x| / (1 − |x|)) / 2. */
export function inverseHyperbolicTangent(body: Body, x: BodyValue): BodyValue {
  const size = body.unary("absolute", x);
  const ratio = body.divide(body.add(size, size), body.subtract(body.constant(1), size));
  return withSignOf(body, body.multiply(logOfOnePlus(body, ratio), body.constant(0.5)), x);
}
