import { erfJoint, erfPolynomial, erfTailCentre, erfTailPolynomial } from "../../landscape/error-function.js";
import type { Constants, Tensor, TensorFunction, TensorFunctions, TensorNamespace } from "./namespace.js";

/** Beyond these e^(−x) is no normal number, and erf is 1, in single precision. */
const deepest = 87;
const erfEnd = 4;

/**
 * Functions that are finite at every finite number, made of exp, expm1 and log1p: tfjs has some of them, to a few digits
 * or without what is not a number.
 * @param chosen those that they are made of; read when a function is called
 */
export function finiteFunctions(
  tf: TensorNamespace,
  constants: Constants,
  chosen: TensorFunctions,
): Pick<TensorFunctions, "softplus" | "sigmoid" | "logcosh" | "erf"> {
  const number = (value: number) => constants.of(value);
  const one = number(1);
  const zero = number(0);
  const polynomial = (x: Tensor, coefficients: readonly number[]): Tensor => {
    let sum: Tensor = number(coefficients.at(-1)!);
    for (const coefficient of coefficients.toReversed().slice(1)) {
      sum = tf.add(tf.mul(sum, x), number(coefficient));
    }
    return sum;
  };
  /** |x|, at most `limit`; what is not a number stays so. */
  const capped = (x: Tensor, limit: number): Tensor => {
    const size = tf.abs(x);
    return tf.where(tf.less(number(limit), size), tf.clipByValue(size, 0, limit), size);
  };
  /** e^(−|x|), as good as 0 far out. */
  const small = (x: Tensor): Tensor => chosen.exp(tf.neg(capped(x, deepest)));
  const signed = (magnitude: Tensor, x: Tensor): Tensor =>
    tf.where(tf.less(x, zero), tf.neg(magnitude), magnitude);
  const softplus: TensorFunction = (x) => tf.add(tf.where(tf.less(x, zero), zero, x), chosen.log1p(small(x)));
  return {
    softplus,
    sigmoid: (x) => {
      const e = small(x);
      return tf.div(tf.where(tf.less(x, zero), e, one), tf.add(one, e));
    },
    logcosh: (x) => {
      const size = tf.abs(x);
      const t = chosen.expm1(tf.mul(number(-2), capped(x, deepest / 2)));
      const e = tf.add(one, t);
      const near = tf.less(size, one);
      // the argument of log1p: sinh² near zero, e^(−2|x|) beyond
      const square = tf.div(tf.mul(t, t), tf.mul(number(4), e));
      const value = chosen.log1p(tf.where(near, square, e));
      const far = tf.add(tf.sub(size, number(Math.LN2)), value);
      return tf.where(near, tf.mul(number(0.5), value), far);
    },
    erf: (x) => {
      const near = tf.add(x, tf.mul(x, polynomial(tf.mul(x, x), erfPolynomial)));
      const inside = capped(x, erfEnd);
      const centre = number(erfTailCentre);
      const t = tf.div(tf.sub(inside, centre), tf.add(inside, centre));
      const bell = chosen.exp(tf.neg(tf.mul(inside, inside)));
      const far = tf.sub(one, tf.mul(bell, polynomial(t, erfTailPolynomial)));
      return tf.where(tf.less(tf.abs(x), number(erfJoint)), near, signed(far, x));
    },
  };
}
