import type { Body, BodyValue } from "./body.js";
import { polynomial, rounder } from "./polynomial.js";

/**
 * Functions of angles in single precision; see `exponentials.ts` for how polynomials were found. Angles farther out than
 * {@link farthestAngle}, where numbers of single precision are a radian and more apart, are taken as 0.
 */
export const farthestAngle = 1.5 * 2 ** 23;

/**
 * π in five pieces, none of which is more than is left of it. The first three have 11 bits at most, so that what they leave of an angle
 * is exact, also where a product and a sum are rounded one after the other and the angle is below 2^12; the others have 24.
 */
const halfTurn = [
  3.140625, 0.0009670257568359375, 6.277114152908325e-7, 1.215419986877464e-10, 1.1442377832917456e-17,
] as const;

/** 1/π in two numbers. */
const perHalfTurn = [0.31830987334251404, 1.28412765e-8] as const;

/** (sin r − r) / r³ in z = r², for |r| ≤ π/2 and a little more. */
const sinePolynomial = [-0.1666666, 0.0083330665, -0.0001980944, 2.6051405e-6];

/** (tan r − r) / r³ in z = r², for |r| ≤ π/4. */
const tangentPolynomial = [
  0.3333335, 0.13332674, 0.054059178, 0.021284511, 0.010832477, 9.123099e-5, 0.004376413,
];

/** The angle, and 0 for one below none: what is not finite is no number. */
function inRange(body: Body, x: BodyValue, limit: number): BodyValue {
  const inside = body.less(body.unary("absolute", x), body.constant(limit));
  return body.select(inside, x, body.subtract(x, x));
}

/**
 * How many half turns, or quarter turns, an angle is: nearly, as the whole number that a sum with {@link rounder} ends in, and what
 * that is more than the angle.
 */
function turnsOf(body: Body, angle: BodyValue, perHalf: 1 | 2) {
  const [high, low] = perHalfTurn.map((piece) => body.constant(perHalf * piece)) as [BodyValue, BodyValue];
  const sum = body.fused(angle, high, body.constant(rounder));
  const count = body.subtract(sum, body.constant(rounder));
  const excess = body.fusedFrom(angle, low, body.fusedFrom(angle, high, count));
  return { sum, excess };
}

/** What is left of an angle without so many half turns, or quarter turns. */
function withoutTurns(body: Body, angle: BodyValue, count: BodyValue, perHalf: 1 | 2): BodyValue {
  return halfTurn.reduce((left, piece) => body.fusedFrom(count, body.constant(piece / perHalf), left), angle);
}

/** r + r³ P(r²). */
function odd(body: Body, r: BodyValue, coefficients: readonly number[]): BodyValue {
  const z = body.multiply(r, r);
  return body.fused(body.multiply(r, z), polynomial(body, z, coefficients), r);
}

/** The sine of `r`, its sign turned as often as the whole number says that a sum with {@link rounder} ends in. */
function turned(body: Body, r: BodyValue, sum: BodyValue): BodyValue {
  return body.binary("xor", odd(body, r, sinePolynomial), body.shift("shiftLeft", sum, 31));
}

export function sine(body: Body, x: BodyValue): BodyValue {
  const angle = inRange(body, x, farthestAngle);
  const { sum, excess } = turnsOf(body, angle, 1);
  const nearest = body.subtract(sum, excess);
  const count = body.subtract(nearest, body.constant(rounder));
  return turned(body, withoutTurns(body, angle, count, 1), nearest);
}

/** The sine from the nearest place where the cosine is zero: half a half turn before a whole number of them. */
export function cosine(body: Body, x: BodyValue): BodyValue {
  const angle = inRange(body, x, farthestAngle);
  const half = body.constant(0.5);
  const { sum, excess } = turnsOf(body, angle, 1);
  const nearest = body.subtract(sum, body.subtract(excess, half));
  const count = body.subtract(body.subtract(nearest, body.constant(rounder)), half);
  return turned(body, withoutTurns(body, angle, count, 1), nearest);
}

export function tangent(body: Body, x: BodyValue): BodyValue {
  const angle = inRange(body, x, farthestAngle / 2);
  const { sum, excess } = turnsOf(body, angle, 2);
  const nearest = body.subtract(sum, excess);
  const count = body.subtract(nearest, body.constant(rounder));
  const value = odd(body, withoutTurns(body, angle, count, 2), tangentPolynomial);
  const isOdd = body.shift("shiftRightSigned", body.shift("shiftLeft", nearest, 31), 31);
  const top = body.select(isOdd, body.constant(-1), value);
  return body.divide(top, body.select(isOdd, value, body.constant(1)));
}
