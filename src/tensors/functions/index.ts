/**
 * Functions of tensors, one record each: checks, completion, signature help, hovers, docs and lowering ask this list.
 */
import { concat, flatten, reshape, transpose } from "./arrangement.js";
import { crossEntropy, logSoftmax, logsumexp, oneHot, softmax } from "./classes.js";
import { averagePool, conv } from "./images.js";
import type { TensorFunction } from "./record.js";
import { dot, mean, square, squaredError, sum } from "./sums.js";
import { xavier } from "./xavier.js";

export { indexed } from "./arrangement.js";
export { type NotSmooth, notSmoothFunctions } from "./not-smooth.js";
export * from "./record.js";

/** All functions that are not elementwise, in the order in which docs tell them. */
export const tensorFunctions: readonly TensorFunction[] = [
  sum,
  mean,
  dot,
  square,
  softmax,
  logSoftmax,
  logsumexp,
  crossEntropy,
  squaredError,
  oneHot,
  reshape,
  flatten,
  transpose,
  concat,
  conv,
  averagePool,
  xavier,
];

const byName = new Map(tensorFunctions.map((one) => [one.name, one]));

/** The function of a name, or nothing. */
export function tensorFunctionNamed(name: string): TensorFunction | undefined {
  return byName.get(name);
}
