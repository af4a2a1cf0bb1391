import { concat, flatten, reshape, transpose } from "./arrangement.js";
import { crossEntropy, logSoftmax, logsumexp, oneHot, softmax } from "./classes.js";
import { averagePool, conv } from "./images.js";
import type { TensorFunction } from "./record.js";
import { dot, mean, square, squaredError, sum } from "./sums.js";
import { xavier } from "./xavier.js";

/** All functions of tensors that are not elementwise, in the order in which they are offered. */
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
