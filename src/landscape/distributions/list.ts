import { bernoulli } from "./bernoulli.js";
import { binomial } from "./binomial.js";
import { discrete } from "./discrete.js";
import type { Distribution } from "./distribution.js";
import { exponential } from "./exponential.js";
import { gamma } from "./gamma.js";
import { laplace } from "./laplace.js";
import { lognormal } from "./lognormal.js";
import { normal } from "./normal.js";
import { poisson } from "./poisson.js";
import { studentT } from "./student-t.js";
import { uniform } from "./uniform.js";

/** All distributions, in the order in which they are offered. */
export const distributions: readonly Distribution[] = [
  normal,
  uniform,
  laplace,
  exponential,
  gamma,
  lognormal,
  studentT,
  bernoulli,
  binomial,
  poisson,
  discrete,
];
