import type { Body, BodyValue } from "./body.js";
import { ln2High, ln2Low, ofSameSize, polynomial, rounder, signBit, withSignOf } from "./polynomial.js";

/**
 * Functions of exponentials in single precision. Polynomials are minimax (Remez, for the ranges named, rounded to single precision one
 * coefficient after the other).
 *
 * A power of two is made in the low bits of a sum with {@link rounder} and moved into the exponent. It is a factor, not added to an
 * exponent's bits: what is no number stays so, and the power below the smallest normal one is zero.
 */

/** e^r from 0 to ln 2. */
const wholePolynomial = [1, 1, 0.50000226, 0.1666321, 0.04185437, 0.007869273, 0.0019120649];

/** (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const halfPolynomial = [0.49999997, 0.16666546, 0.041667443, 0.008366253, 0.0013869948];

/** `x − n ln 2`. */
function rest(body: Body, x: BodyValue, n: BodyValue): BodyValue {
  const high = body.fusedFrom(n, body.constant(ln2High), x);
  return body.fusedFrom(n, body.constant(ln2Low), high);
}

/** The power of two whose biased exponent a sum with {@link rounder} ends in. */
function powerOfTwo(body: Body, sum: BodyValue): BodyValue {
  return body.shift("shiftLeft", sum, 23);
}

/** e^x. Results below the smallest normal number are 0. */
export function exponential(body: Body, x: BodyValue): BodyValue {
  return raised(body, between(body, x, -88, 89));
}

/** e^(x + more), where `more` is at most some units in the last place of x; x may be infinite. */
export function exponentialOfPair(body: Body, x: BodyValue, more: BodyValue): BodyValue {
  const inside = between(body, x, -88, 89);
  return raised(body, inside, body.binary("and", more, body.equal(x, inside)));
}

/** `x`, and the nearer end where it is outside; not-a-number stays. */
function between(body: Body, x: BodyValue, low: number, high: number): BodyValue {
  return body.binary("smaller", body.binary("larger", x, body.constant(low)), body.constant(high));
}

function raised(body: Body, x: BodyValue, more?: BodyValue): BodyValue {
  // Rounded down: the rest's power is from 1 to 2, so that one factor reaches all numbers, to the largest.
  const bias = body.constant(rounder + 127);
  const turns = body.fused(x, body.constant(Math.LOG2E), body.constant(-0.5));
  const sum = body.add(turns, bias);
  const left = rest(body, x, body.subtract(sum, bias));
  const r = more === undefined ? left : body.add(left, more);
  return body.multiply(polynomial(body, r, wholePolynomial), powerOfTwo(body, sum));
}

/** e^x for x ≤ 0, a little shorter and closer. Results below the smallest normal number are 0. */
export function exponentialBelowOne(body: Body, x: BodyValue): BodyValue {
  const inside = body.binary("larger", x, body.constant(-88));
  const bias = body.constant(rounder + 127);
  const sum = body.fused(inside, body.constant(Math.LOG2E), bias);
  const r = rest(body, inside, body.subtract(sum, bias));
  return body.multiply(polynomial(body, r, [1, 1, ...halfPolynomial]), powerOfTwo(body, sum));
}

/** e^(−|x|). */
export function exponentialOfSize(body: Body, x: BodyValue): BodyValue {
  return exponentialBelowOne(body, body.binary("or", ofSameSize(body, x), body.word(signBit)));
}

/** `2^(n + shift)` and `e^r − 1` with `x = n ln 2 + r` and |r| ≤ ln 2 / 2, for x in which `n + shift` is that of a number. */
function reduced(body: Body, x: BodyValue, shift: number): { power: BodyValue; less: BodyValue } {
  const bias = body.constant(rounder + 127 + shift);
  const sum = body.fused(x, body.constant(Math.LOG2E), bias);
  const r = rest(body, x, body.subtract(sum, bias));
  const less = body.fused(body.multiply(r, r), polynomial(body, r, halfPolynomial), r);
  return { power: powerOfTwo(body, sum), less };
}

/** e^x − 1. */
export function exponentialLessOne(body: Body, x: BodyValue): BodyValue {
  const inside = between(body, x, -20, 89);
  const { power, less } = reduced(body, inside, -1);
  // Half of it, so that the power is a number wherever the whole is one.
  const half = body.fused(power, less, body.subtract(power, body.constant(0.5)));
  return body.add(half, half);
}

export function hyperbolicSine(body: Body, x: BodyValue): BodyValue {
  const size = body.binary("smaller", body.unary("absolute", x), body.constant(89.5));
  const { power, less } = reduced(body, size, -2);
  // With t = e^|x| − 1 it is (t + t / (1 + t)) / 2; a quarter of t is in range.
  const quarter = body.fused(power, less, body.subtract(power, body.constant(0.25)));
  const exponent = body.fused(quarter, body.constant(4), body.constant(1));
  const half = body.add(quarter, body.divide(quarter, exponent));
  return withSignOf(body, body.add(half, half), x);
}

export function hyperbolicCosine(body: Body, x: BodyValue): BodyValue {
  const size = body.binary("smaller", body.unary("absolute", x), body.constant(89.5));
  const { power, less } = reduced(body, size, -2);
  const quarter = body.fused(power, less, power);
  const half = body.add(quarter, body.divide(body.constant(1 / 16), quarter));
  return body.add(half, half);
}

/** tanh(r ln 2 / 2) / r in r², for |r| ≤ 1/2. */
const tangentPolynomial = [0.3465736, -0.013876091, 0.0006672879, -3.3565284e-5];

/** Where tanh is 1 in single precision. */
const tangentEnd = 9.02;

/**
 * With `e^(−2x) = g (1 + h) / (1 − h)`, `g` a power of two and `h` the tanh of what is left, it is
 * `((1 − g) − h (1 + g)) / ((1 + g) − h (1 − g))`, in which nothing cancels: where x is small, `g` is 1.
 */
export function hyperbolicTangent(body: Body, x: BodyValue): BodyValue {
  const inside = between(body, x, -tangentEnd, tangentEnd);
  const one = body.constant(1);
  const turns = body.constant(2 * Math.LOG2E);
  const bias = body.constant(rounder + 127);
  const sum = body.fusedFrom(inside, turns, bias);
  // Minus the rest, and so minus `h`.
  const r = body.fused(inside, turns, body.subtract(sum, bias));
  const h = body.multiply(r, polynomial(body, body.multiply(r, r), tangentPolynomial));
  const g = powerOfTwo(body, sum);
  const [less, more] = [body.subtract(one, g), body.add(one, g)];
  return body.divide(body.fused(h, more, less), body.fused(h, less, more));
}

/** 1 − tanh²: one instruction where `tanh` of the same x is there. Where it is small it is good to what roundings of `tanh` leave of it. */
export function hyperbolicTangentSlope(body: Body, x: BodyValue): BodyValue {
  const tangent = hyperbolicTangent(body, x);
  return body.fusedFrom(tangent, tangent, body.constant(1));
}
