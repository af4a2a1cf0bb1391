import type { Body, BodyValue } from "./body.js";

/** The sign's bit of a number. */
export const signBit = 0x80000000;

/** Adding it rounds a number of magnitude below 2^22 to a whole one, which the sum's low bits then are. */
export const rounder = 1.5 * 2 ** 23;

/**
 * ln 2 in two numbers of single precision: the first has 16 bits, so that its multiples up to 2^8 are exact even where a product and
 * a sum are rounded one after the other.
 */
export const ln2High = 0.693145751953125;
export const ln2Low = Math.LN2 - ln2High;

/** `c₀ + c₁ x + c₂ x² + …` by Horner's rule: one operation a coefficient but the last. */
export function polynomial(body: Body, x: BodyValue, coefficients: readonly number[]): BodyValue {
  let value = body.constant(coefficients.at(-1)!);
  for (let k = coefficients.length - 2; k >= 0; k--) {
    value = body.fused(value, x, body.constant(coefficients[k]!));
  }
  return value;
}

/** What a number is the negative of, where that is known: of the same size, and often used itself. */
export function ofSameSize(body: Body, x: BodyValue): BodyValue {
  const instruction = body.instructions[x]!;
  return instruction.op === "negate" ? instruction.a : x;
}

/** A magnitude with the sign of `x`. */
export function withSignOf(body: Body, magnitude: BodyValue, x: BodyValue): BodyValue {
  return body.binary("or", magnitude, body.binary("and", x, body.word(signBit)));
}

/** `value`, which is no number where the mask is set. */
export function noNumberWhere(body: Body, mask: BodyValue, value: BodyValue): BodyValue {
  return body.binary("or", mask, value);
}
