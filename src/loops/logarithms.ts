import type { Body, BodyValue } from "./body.js";
import { ln2High, ln2Low, noNumberWhere, polynomial } from "./polynomial.js";

/** Logarithms in single precision; see `exponentials.ts` for how polynomials were found. */

/** (log(1 + f) − f + f²/2) / f³ for |f| ≤ 1/3. */
const logPolynomial = [
  0.33333215, -0.24999806, 0.20010427, -0.16680197, 0.14005734, -0.121874474, 0.13984594, -0.12880209,
];

/** (log(1 + x) − x) / x² for x from 0 to 1. */
const unitPolynomial = [
  -0.4999993, 0.33330464, -0.24958019, 0.19692102, -0.1534488, 0.10661128, -0.05745723, 0.020086242,
  -0.0032904686,
];

/** The bits of 2/3. */
const twoThirds = 0x3f2aaaab;

/** The power of two of a number, apart. */
interface Split {
  /** The bits that its exponent is more than that of one: 2^23 times the exponent. */
  readonly bits: BodyValue;
  /** The exponent times 2^23, as a number. */
  readonly exponent: BodyValue;
  /** What is left less one, from −1/3 to 1/3. */
  readonly f: BodyValue;
}

function split(body: Body, x: BodyValue): Split {
  const shifted = body.binary("subtractWords", x, body.word(twoThirds));
  const bits = body.binary("and", shifted, body.word(0xff800000));
  const left = body.binary("subtractWords", x, bits);
  return {
    bits,
    exponent: body.unary("fromWord", bits),
    f: body.subtract(left, body.constant(1)),
  };
}

/** log(1 + f) less f. */
function afterFirst(body: Body, f: BodyValue): BodyValue {
  const factor = body.fused(polynomial(body, f, logPolynomial), f, body.constant(-0.5));
  return body.multiply(body.multiply(f, f), factor);
}

/** `exponent · ln 2 / 2^23 + log(1 + f)`. */
function joined(body: Body, exponent: BodyValue, f: BodyValue): BodyValue {
  const low = body.fused(exponent, body.constant(ln2Low / 2 ** 23), afterFirst(body, f));
  return body.fused(exponent, body.constant(ln2High / 2 ** 23), body.add(f, low));
}

/** A logarithm of `x` where that is positive and finite, with what it is elsewhere: −∞ at 0, no number below. */
function withEnds(body: Body, x: BodyValue, value: BodyValue): BodyValue {
  const zero = body.constant(0);
  const finite = body.select(body.less(x, body.constant(Number.POSITIVE_INFINITY)), value, x);
  const lowest = body.constant(Number.NEGATIVE_INFINITY);
  return noNumberWhere(body, body.less(x, zero), body.select(body.equal(x, zero), lowest, finite));
}

/** The exponent (times 2^23) and the rest of a positive number, also where it is below the normal ones. */
export function splitNumber(
  body: Body,
  x: BodyValue,
): { readonly exponent: BodyValue; readonly f: BodyValue } {
  const tiny = body.less(x, body.constant(2 ** -126));
  const scaled = body.select(tiny, body.multiply(x, body.constant(2 ** 23)), x);
  const { exponent, f } = split(body, scaled);
  const lower = body.binary("and", tiny, body.constant(23 * 2 ** 23));
  return { exponent: body.subtract(exponent, lower), f };
}

export function logarithm(body: Body, x: BodyValue): BodyValue {
  const { exponent, f } = splitNumber(body, x);
  return withEnds(body, x, joined(body, exponent, f));
}

/** log(1 + x), where 1 + x was rounded to `sum`: what that lost is put back, by the power of two that the sum has. */
function ofSum(body: Body, x: BodyValue, sum: BodyValue): BodyValue {
  const { bits, exponent, f } = split(body, sum);
  const lost = body.subtract(x, body.subtract(sum, body.constant(1)));
  // Twice the power's inverse, which is a number for the largest sums too.
  const inverse = body.binary("subtractWords", body.constant(2), bits);
  return joined(body, exponent, body.fused(body.multiply(lost, body.constant(0.5)), inverse, f));
}

/** log(1 + x). */
export function logOfOnePlus(body: Body, x: BodyValue): BodyValue {
  const sum = body.add(x, body.constant(1));
  return withEnds(body, sum, ofSum(body, x, sum));
}

/** log(1 + x) for a finite x ≥ 0; not-a-number stays. */
export function logOfOnePlusPositive(body: Body, x: BodyValue): BodyValue {
  return ofSum(body, x, body.add(x, body.constant(1)));
}

/** log(1 + x) for x from 0 to 1; not-a-number stays. */
export function logOfOnePlusShare(body: Body, x: BodyValue): BodyValue {
  return body.fused(body.multiply(x, x), polynomial(body, x, unitPolynomial), x);
}
