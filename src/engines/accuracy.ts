import type { EntrywiseFunction } from "../tensors/index.js";

/** By how many units in the last place a function's values may miss, by who computes it; absent where it is not measured, or not ours. */
export interface FunctionAccuracy {
  /** In double precision, in WebAssembly and in compiled programs, which have the same bits. */
  readonly double: number | undefined;
  /** In double precision, in JavaScript: its own functions, and ours where it has none. */
  readonly reference: number;
  /** In single precision, in programs for tensors. */
  readonly loop: number;
  /** In single precision, in shaders. */
  readonly shader: number | undefined;
}

/**
 * The accuracy of all elementary functions, of all engines: docs/engines.md has it as a table. Each number is somewhat more than the largest error
 * that tests find over a function's range, with products and sums rounded at once or one after the other; roundings of the
 * result are a half. Results that are no normal numbers may be zero in single precision, and arguments may in shaders; in double
 * precision sigmoid and softplus are zero below {@link smallestShare}. In programs for tensors `tanhSlope` is 1 − tanh², and misses by so many times
 * 2^−24, half of what separates numbers below 1, however small it is.
 */
export const functionAccuracy: Readonly<Record<EntrywiseFunction, FunctionAccuracy>> = {
  exp: { double: 1.1, reference: 1, loop: 1.7, shader: 1.6 },
  expm1: { double: 1.7, reference: 1, loop: 1.7, shader: 2 },
  log: { double: 0.9, reference: 1, loop: 1, shader: 1.3 },
  log1p: { double: 1.2, reference: 1, loop: 1.7, shader: 1.6 },
  log2: { double: 1.7, reference: 1, loop: 2.1, shader: undefined },
  log10: { double: 2, reference: 2, loop: 1.9, shader: undefined },
  sqrt: { double: 0.5, reference: 0.5, loop: 0.5, shader: undefined },
  cbrt: { double: 0.8, reference: 1, loop: 0.8, shader: 1.3 },
  sin: { double: 1.8, reference: 1, loop: 2.3, shader: 3 },
  cos: { double: 2.1, reference: 1, loop: 2.3, shader: 3 },
  tan: { double: 3.7, reference: 1, loop: 3.2, shader: 5 },
  asin: { double: 1.8, reference: 1, loop: 2.4, shader: 3 },
  acos: { double: 2.1, reference: 1, loop: 1.2, shader: 2 },
  atan: { double: 1.2, reference: 1, loop: 1.4, shader: 2.5 },
  sinh: { double: 2.2, reference: 2, loop: 2.3, shader: 2.5 },
  cosh: { double: 1.8, reference: 1.4, loop: 1.4, shader: 2 },
  tanh: { double: 2.2, reference: 2.2, loop: 3.1, shader: 3 },
  asinh: { double: 1.8, reference: 1.5, loop: 1.8, shader: 2.5 },
  acosh: { double: 2, reference: 1.5, loop: 2.1, shader: 3 },
  atanh: { double: 1.6, reference: 1.6, loop: 2.1, shader: 3 },
  abs: { double: 0, reference: 0, loop: 0, shader: undefined },
  softplus: { double: 2, reference: 2, loop: 2, shader: 2.5 },
  sigmoid: { double: 2.2, reference: 2.2, loop: 2.3, shader: 2.5 },
  logcosh: { double: 4.6, reference: 4.6, loop: 2, shader: 3 },
  erf: { double: 1.2, reference: 1.2, loop: 1.3, shader: 2.5 },
  tanhSlope: { double: undefined, reference: 3, loop: 5.4, shader: undefined },
};

/** What sigmoid and softplus are at least in double precision, or else zero: e^(−708). */
export const smallestShare = 3.4e-308;

/** Of any real power of a positive number, in programs for tensors, where products and sums are rounded at once. */
export const powerAccuracy = 3;
