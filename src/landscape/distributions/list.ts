import { bernoulli } from "./bernoulli.js";
import { discrete } from "./discrete.js";
import type { Distribution } from "./distribution.js";
import { normal } from "./normal.js";
import { uniform } from "./uniform.js";

/** All distributions, in the order in which they are offered. */
export const distributions: readonly Distribution[] = [normal, uniform, bernoulli, discrete];
