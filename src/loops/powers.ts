import { largestProduct } from "../tensors/index.js";
import type { Body, BodyValue } from "./body.js";
import { exponentialOfPair } from "./exponentials.js";
import { logarithmPair, splitNumber } from "./logarithms.js";
import { noNumberWhere, polynomial, rounder, signBit, withSignOf } from "./polynomial.js";

/** Roots and powers in single precision; see `exponentials.ts` for how polynomials were found. */

/** The third root of 1 + f, for |f| ≤ 1/3: good to 2^-19, before a step of Newton's. */
const rootPolynomial = [0.99999887, 0.33334127, -0.11092832, 0.061326455, -0.045428183, 0.035480086];

/** 2^(r/3) and 2^r for r of −1, 0 and 1, as polynomials through the three. */
const throughThree = (above: number, below: number) => [1, (above - below) / 2, (above + below) / 2 - 1];
const rootOfRest = throughThree(2 ** (1 / 3), 2 ** (-1 / 3));
const powerOfRest = throughThree(2, 1 / 2);

export function cubeRoot(body: Body, x: BodyValue): BodyValue {
  const size = body.unary("absolute", x);
  const { exponent, f } = splitNumber(body, size);
  const bias = body.constant(rounder + 127);
  const sum = body.fused(exponent, body.constant(1 / 3 / 2 ** 23), bias);
  const third = body.subtract(sum, bias);
  const rest = body.fusedFrom(third, body.constant(3), body.multiply(exponent, body.constant(2 ** -23)));
  const number = body.multiply(body.add(f, body.constant(1)), polynomial(body, rest, powerOfRest));
  const guess = body.multiply(polynomial(body, f, rootPolynomial), polynomial(body, rest, rootOfRest));
  const excess = body.subtract(guess, body.divide(number, body.multiply(guess, guess)));
  const root = body.fusedFrom(excess, body.constant(1 / 3), guess);
  const value = body.multiply(root, body.shift("shiftLeft", sum, 23));
  const infinity = body.constant(Number.POSITIVE_INFINITY);
  const inside = body.binary("and", body.less(body.constant(0), size), body.less(size, infinity));
  return body.select(inside, withSignOf(body, value, x), x);
}

/** `size^exponent` of a size that has no sign: e^(exponent · log size), the logarithm and the product in two numbers each. */
function powerOfSize(body: Body, size: BodyValue, exponent: BodyValue): BodyValue {
  const { high, low } = logarithmPair(body, size);
  const product = body.multiply(exponent, high);
  const left = body.fused(exponent, high, body.unary("negate", product));
  return exponentialOfPair(body, product, body.fused(exponent, low, left));
}

/** No number where the base is below 0, but for −∞. */
function ofPositive(body: Body, base: BodyValue, value: BodyValue): BodyValue {
  const below = body.less(base, body.constant(0));
  const finite = body.less(body.constant(Number.NEGATIVE_INFINITY), base);
  return noNumberWhere(body, body.binary("and", below, finite), value);
}

/** A whole power, up to {@link largestProduct} in size, as products: the same ones as those of other engines. */
function product(body: Body, base: BodyValue, exponent: number): BodyValue {
  let result: BodyValue | undefined;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest >>= 1) {
    if ((rest & 1) === 1) {
      result = result === undefined ? square : body.multiply(result, square);
    }
    if (rest > 1) {
      square = body.multiply(square, square);
    }
  }
  const one = body.constant(1);
  return result === undefined ? one : exponent < 0 ? body.divide(one, result) : result;
}

/** `base^exponent` of an exponent that is known. */
export function powerBy(body: Body, base: BodyValue, exponent: number): BodyValue {
  if (Number.isInteger(exponent) && Math.abs(exponent) <= largestProduct) {
    return product(body, base, exponent);
  }
  if (exponent === 1 / 2) {
    return body.unary("root", base);
  }
  const single = Math.fround(exponent);
  const size = body.unary("absolute", base);
  const value = powerOfSize(body, size, body.constant(single));
  if (!Number.isInteger(single)) {
    return ofPositive(body, base, value);
  }
  return single % 2 === 0 ? value : withSignOf(body, value, base);
}

/** `base^exponent`, as JavaScript's: the power 0 is 1 of all, the infinite ones of 1 and −1 are no number. */
export function power(body: Body, base: BodyValue, exponent: BodyValue): BodyValue {
  const value = powerOfSize(body, body.unary("absolute", base), exponent);
  const half = body.multiply(exponent, body.constant(0.5));
  const isWhole = body.equal(body.unary("nearest", exponent), exponent);
  const isEven = body.equal(body.unary("nearest", half), half);
  const isOdd = body.binary("xor", isWhole, isEven);
  const sign = body.binary("and", body.binary("and", base, isOdd), body.word(signBit));
  const signed = body.binary("or", value, sign);
  const finite = body.select(isWhole, signed, ofPositive(body, base, signed));
  return body.select(body.equal(exponent, body.constant(0)), body.constant(1), finite);
}
