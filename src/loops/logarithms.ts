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

/** The bits of 2/3, and of the root of 1/2. */
const twoThirds = 0x3f2aaaab;
const rootOfHalf = 0x3f3504f3;

/** The power of two of a number, apart. */
interface Split {
  /** The bits that its exponent is more than that of one: 2^23 times the exponent. */
  readonly bits: BodyValue;
  /** The exponent times 2^23, as a number. */
  readonly exponent: BodyValue;
  /** What is left, less one: from −1/3 to 1/3 where the least that may be left is 2/3. */
  readonly f: BodyValue;
}

function split(body: Body, x: BodyValue, least = twoThirds): Split {
  const shifted = body.binary("subtractWords", x, body.word(least));
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
export function splitNumber(body: Body, x: BodyValue, least = twoThirds): Omit<Split, "bits"> {
  const tiny = body.less(x, body.constant(2 ** -126));
  const scaled = body.select(tiny, body.multiply(x, body.constant(2 ** 23)), x);
  const { exponent, f } = split(body, scaled, least);
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

/** `exponent + log₂(1 + f)`: whole powers of two have their exponent. */
export function logarithmToBase2(body: Body, x: BodyValue): BodyValue {
  const { exponent, f } = splitNumber(body, x);
  const fraction = body.add(f, afterFirst(body, f));
  const whole = body.multiply(exponent, body.constant(2 ** -23));
  return withEnds(body, x, body.fused(fraction, body.constant(Math.LOG2E), whole));
}

/** log₁₀ 2 in two numbers: multiples of the first up to 2^8 are exact. */
const log2High = 0.301025390625;
const log2Low = Math.log10(2) - log2High;

export function logarithmToBase10(body: Body, x: BodyValue): BodyValue {
  const { exponent, f } = splitNumber(body, x);
  const fraction = body.add(f, afterFirst(body, f));
  const low = body.multiply(exponent, body.constant(log2Low / 2 ** 23));
  const value = body.fused(fraction, body.constant(Math.LOG10E), low);
  return withEnds(body, x, body.fused(exponent, body.constant(log2High / 2 ** 23), value));
}

/** (log((1 + s) / (1 − s)) − 2s) / s³ in z = s², for |s| ≤ 1/5. */
const ratioPolynomial = [0.6666666, 0.40000933, 0.28503516, 0.24151592];

/** The logarithm of a number ≥ 0 as a sum of two, good to 2^-30 and better where products and sums are rounded once. */
export function logarithmPair(
  body: Body,
  x: BodyValue,
): { readonly high: BodyValue; readonly low: BodyValue } {
  const { exponent, f } = splitNumber(body, x, rootOfHalf);
  const two = body.constant(2);
  // s = f / (2 + f), and what rounding the sum and the ratio lost.
  const sum = body.add(f, two);
  const s = body.divide(f, sum);
  const lost = body.subtract(f, body.subtract(sum, two));
  const left = body.fusedFrom(s, lost, body.fusedFrom(s, sum, f));
  const z = body.multiply(s, s);
  const after = body.multiply(body.multiply(s, z), polynomial(body, z, ratioPolynomial));
  // The logarithm's slope in s is 2 / (1 − z).
  const correction = body.fused(body.divide(left, sum), body.fused(z, two, two), after);
  const whole = body.multiply(exponent, body.constant(ln2High / 2 ** 23));
  const twice = body.add(s, s);
  const first = body.add(whole, twice);
  const rest = body.add(
    body.subtract(twice, body.subtract(first, whole)),
    body.fused(exponent, body.constant(ln2Low / 2 ** 23), correction),
  );
  const high = body.add(first, rest);
  const low = body.subtract(rest, body.subtract(high, first));
  const finite = body.select(body.less(x, body.constant(Number.POSITIVE_INFINITY)), high, x);
  const isZero = body.equal(x, body.constant(0));
  return { high: body.select(isZero, body.constant(Number.NEGATIVE_INFINITY), finite), low };
}
