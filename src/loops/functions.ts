import type { EntrywiseFunction } from "../tensors/index.js";
import { cosine, sine, tangent } from "./angles.js";
import type { Body, BodyValue } from "./body.js";
import {
  exponential,
  exponentialLessOne,
  hyperbolicCosine,
  hyperbolicSine,
  hyperbolicTangent,
  hyperbolicTangentSlope,
} from "./exponentials.js";
import { errorFunction, logHyperbolicCosine, sigmoid, softplus } from "./finite-functions.js";
import {
  inverseCosine,
  inverseHyperbolicCosine,
  inverseHyperbolicSine,
  inverseHyperbolicTangent,
  inverseSine,
  inverseTangent,
} from "./inverse-functions.js";
import { logarithm, logarithmToBase2, logarithmToBase10, logOfOnePlus } from "./logarithms.js";
import { cubeRoot } from "./powers.js";

export { exponential, exponentialBelowOne } from "./exponentials.js";
export { logarithm, logOfOnePlus, logOfOnePlusPositive, logOfOnePlusShare } from "./logarithms.js";
export { power, powerBy } from "./powers.js";

const functions: Readonly<Record<EntrywiseFunction, (body: Body, x: BodyValue) => BodyValue>> = {
  exp: exponential,
  expm1: exponentialLessOne,
  log: logarithm,
  log1p: logOfOnePlus,
  log2: logarithmToBase2,
  log10: logarithmToBase10,
  sqrt: (body, x) => body.unary("root", x),
  cbrt: cubeRoot,
  sin: sine,
  cos: cosine,
  tan: tangent,
  asin: inverseSine,
  acos: inverseCosine,
  atan: inverseTangent,
  sinh: hyperbolicSine,
  cosh: hyperbolicCosine,
  tanh: hyperbolicTangent,
  asinh: inverseHyperbolicSine,
  acosh: inverseHyperbolicCosine,
  atanh: inverseHyperbolicTangent,
  abs: (body, x) => body.unary("absolute", x),
  softplus,
  sigmoid,
  logcosh: logHyperbolicCosine,
  erf: errorFunction,
  tanhSlope: hyperbolicTangentSlope,
};

/**
 * A function's value in single precision, by a body's own operations: no calls and no tables. It is right at ±0, ±∞ and what is no
 * number; results below the smallest normal number may be 0, arguments there may not. Functions of one `x` share what they can.
 */
export function entrywise(body: Body, name: EntrywiseFunction, x: BodyValue): BodyValue {
  return functions[name](body, x);
}
