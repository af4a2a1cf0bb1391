import { covarianceDescent } from "./covariance-descent.js";
import { diffusion } from "./diffusion.js";
import { gradientDescent } from "./gradient-descent.js";
import { gradientFlow } from "./gradient-flow.js";
import type { OptimiserRecord } from "./record.js";
import { stochasticGradientDescent } from "./stochastic-gradient-descent.js";

/** The optimisers, in the order in which they are offered; examples are of the first. */
export const optimisers: readonly OptimiserRecord[] = [
  stochasticGradientDescent,
  gradientDescent,
  covarianceDescent,
  gradientFlow,
  diffusion,
];
