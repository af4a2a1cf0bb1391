/** Functions of one number as the instructions of a body. */

export {
  exponential,
  exponentialBelowOne,
  exponentialLessOne,
  hyperbolicCosine,
  hyperbolicSine,
  hyperbolicTangent,
  hyperbolicTangentSlope,
  sigmoid,
} from "./exponentials.js";
export { logarithm, logOfOnePlus, logOfOnePlusPositive, logOfOnePlusShare } from "./logarithms.js";
