import type { CalledFunction } from "../../src/compile/program.js";

/**
 * Instructions of a GPU by the lanes that carry them out. A product and the sum that takes it are one. Where
 * it is not sure which lanes do something, as with conversions, the faster ones are meant, for a limit.
 */
export interface Operations {
  /** Sums, products and both in one of floating-point numbers. */
  readonly float: number;
  /** Products of words, with a sum. */
  readonly product: number;
  /** Other work on words (sums, shifts, logic), and comparisons, choices, roundings and conversions. */
  readonly logic: number;
  /** Starts of quotients and roots. */
  readonly special: number;
}

const operations = (float: number, product: number, logic: number, special = 0): Operations => ({
  float,
  product,
  logic,
  special,
});

export function total(parts: readonly Operations[]): Operations {
  const sum = (kind: keyof Operations) => parts.reduce((partial, part) => partial + part[kind], 0);
  return operations(sum("float"), sum("product"), sum("logic"), sum("special"));
}

export function times(factor: number, { float, product, logic, special }: Operations): Operations {
  return operations(factor * float, factor * product, factor * logic, factor * special);
}

/** A quotient or a root: the card's start, and one step on it. */
export const quotient = operations(1, 0, 0, 1);

/**
 * The high and the low word of a product of words, of which one is known (`high_product` in
 * src/engines/webgpu/library.ts). The other's halves: 2. Partial products, with three of the sums: 4. What
 * is carried: 4 shifts and masks, and the last sum. The low word: a product.
 */
const wideProduct = operations(0, 4 + 1, 2 + 4 + 1);

/** Ten rounds of two wide products and two exclusive ors of three words; all trials have the same keys. */
export const philoxBlock = times(10, total([wideProduct, wideProduct, operations(0, 0, 2)]));

/** The words of a block. */
export const blockWords = 4;

/** `log_of_normal`: the number's parts from its bits; then `log_reduced`: a quotient and a polynomial. */
const logarithm = total([operations(1, 0, 6), operations(13, 0, 0), quotient]);

/**
 * A normal (`deviate`): the nearer tail's word; two conversions with their scales; `4p(1 − p)` and its
 * logarithm; a polynomial of ten coefficients; the test for the far tail, which few take; the sign; the mean
 * and the deviation.
 */
export const normal = total([
  operations(0, 0, 3),
  operations(4, 0, 3),
  operations(3, 0, 0),
  logarithm,
  operations(11, 0, 0),
  operations(0, 0, 2),
  operations(0, 0, 1),
  operations(1, 0, 0),
]);

/** A weight's update: the share off what the weight misses, the new weight, what that misses, a guard. */
export const update = operations(4, 0, 1);

/** `exp_`: the range; the reduced argument; a polynomial of five coefficients; two powers of two and NaN. */
const exponential = total([
  operations(0, 0, 2),
  operations(3, 0, 2),
  operations(6, 0, 0),
  operations(3, 0, 9),
]);

/** An angle's reduction and the sine and the cosine of the rest, for all functions of that angle. */
export const reducedAngle = total([operations(5, 0, 4), operations(5, 0, 0), operations(5, 0, 0)]);

/** Functions of an angle, besides its reduction: which of the two it is, and the sign. */
export const ofAngle: Readonly<Partial<Record<CalledFunction, Operations>>> = {
  sin: operations(0, 0, 4),
  cos: operations(0, 0, 5),
};

/** Other functions of the shader; those that are missing have no limit yet. */
export const functions: Readonly<Partial<Record<CalledFunction, Operations>>> = {
  exp: exponential,
  log: total([operations(0, 0, 2), logarithm]),
};
