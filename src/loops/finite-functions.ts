import type { Body, BodyValue } from "./body.js";
import { exponentialBelowOne, exponentialOfSize } from "./exponentials.js";
import { logOfOnePlusShare } from "./logarithms.js";
import { polynomial, withSignOf } from "./polynomial.js";

/** Functions that are finite at every finite number, in single precision; see `exponentials.ts` for how polynomials were found. */

/** log(cosh x) / x² in z = x², for |x| ≤ 1. */
const logCosinePolynomial = [
  0.5, -0.0833331, 0.022217449, -0.0067135002, 0.0020825213, -0.00056040427, 8.7865534e-5,
];

/** (erf x − x) / x in z = x², for |x| ≤ 1. */
const errorPolynomial = [
  0.12837917, -0.37612626, 0.11283579, -0.026853347, 0.005187162, -0.0007997853, 7.806904e-5,
];

/** −log(1 − erf x) / x, for 1 ≤ x ≤ 4: its error counts as much as 1 − erf x is worth. */
const errorTailPolynomial = [1.1284801, 0.63583136, 0.10511629, -0.022798559, 0.0031869768, -0.00021064705];

/** Where the error function is 1 in single precision. */
const errorEnd = 4;

/** max(x, 0) + log(1 + e^(−|x|)). */
export function softplus(body: Body, x: BodyValue): BodyValue {
  const positive = body.binary("larger", x, body.constant(0));
  return body.add(positive, logOfOnePlusShare(body, exponentialOfSize(body, x)));
}

/** 1/(1 + e) for x ≥ 0 and e/(1 + e) below, with e = e^(−|x|). */
export function sigmoid(body: Body, x: BodyValue): BodyValue {
  const e = exponentialOfSize(body, x);
  const one = body.constant(1);
  const top = body.select(body.less(x, body.constant(0)), e, one);
  return body.divide(top, body.add(one, e));
}

/** A polynomial for |x| ≤ 1, and |x| − log 2 + log(1 + e^(−2|x|)) beyond. */
export function logHyperbolicCosine(body: Body, x: BodyValue): BodyValue {
  const size = body.unary("absolute", x);
  const z = body.multiply(x, x);
  const near = body.multiply(z, polynomial(body, z, logCosinePolynomial));
  const twice = body.multiply(size, body.constant(-2));
  const more = logOfOnePlusShare(body, exponentialBelowOne(body, twice));
  const far = body.add(body.subtract(size, body.constant(Math.LN2)), more);
  return body.select(body.less(body.constant(1), size), far, near);
}

export function errorFunction(body: Body, x: BodyValue): BodyValue {
  const one = body.constant(1);
  const size = body.unary("absolute", x);
  const z = body.multiply(size, size);
  const near = body.fused(size, polynomial(body, z, errorPolynomial), size);
  const inside = body.binary("smaller", size, body.constant(errorEnd));
  const exponent = body.multiply(inside, polynomial(body, inside, errorTailPolynomial));
  const far = body.subtract(one, exponentialBelowOne(body, body.unary("negate", exponent)));
  return withSignOf(body, body.select(body.less(one, size), far, near), x);
}
