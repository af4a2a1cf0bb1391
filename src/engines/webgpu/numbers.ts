import { SimulationError } from "../../compile/error.js";
import { processor } from "../../runs/backends.js";

/** The least number of single precision that no device may take for zero. */
export const smallest = 2 ** -126;

/**
 * A number's neighbour in single precision.
 * @throws SimulationError when single precision has nothing near it: it is too large, or so small that it might count as zero.
 */
export function single(value: number): number {
  const near = Math.fround(value);
  if (value !== 0 && !(Math.abs(near) >= smallest && Number.isFinite(near))) {
    throw new SimulationError(
      `the simulation has the number ${Number(value.toPrecision(6))}, which single precision does not reach; use --backend ${processor.name}`,
    );
  }
  return near;
}

/** The same for a number that matters only beside larger ones: where it is too small it is zero. */
export function singleOrZero(value: number): number {
  return Math.abs(Math.fround(value)) < smallest ? 0 : single(value);
}

/**
 * A number as the shader language writes one of single precision.
 * @throws SimulationError when single precision has no such number.
 */
export function literal(value: number): string {
  const near = single(value);
  // Nine digits tell all numbers of single precision apart.
  const text = Number(near.toPrecision(9)).toString();
  return Object.is(near, -0) ? "-0f" : `${text}f`;
}

/** A number's part in single precision, and what that leaves of it. @throws SimulationError as `single` does. */
export function split(value: number): { readonly high: number; readonly low: number } {
  const high = single(value);
  return { high, low: singleOrZero(value - high) };
}

const words = new Uint32Array(1);
const singles = new Float32Array(words.buffer);

/** The bits of a number of single precision. */
export function wordOf(value: number): number {
  singles[0] = value;
  return words[0]!;
}

/** The least number of single precision above a number within its reach, and the greatest below. */
export function above(value: number): number {
  const near = Math.fround(value);
  return near > value ? near : stepUp(near);
}

export function below(value: number): number {
  return -above(-value);
}

function stepUp(near: number): number {
  if (Math.abs(near) < smallest) {
    return smallest;
  }
  const word = wordOf(near);
  words[0] = near > 0 ? word + 1 : word - 1;
  const next = singles[0]!;
  return Math.abs(next) < smallest ? 0 : next;
}

/** A polynomial by Horner's rule, from the lowest coefficient. */
export function polynomial(variable: string, coefficients: readonly number[]): string {
  return coefficients
    .slice(0, -1)
    .reduceRight(
      (text, coefficient) => `(${text} * ${variable} + ${literal(coefficient)})`,
      literal(coefficients.at(-1)!),
    );
}
