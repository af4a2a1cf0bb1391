import { erfEnd, erfJoint, erfTailCentre } from "../../landscape/error-function.js";
import { literal, polynomial } from "./numbers.js";

/** (erf x − x) / x in z = x², for |x| ≤ 1. */
const erfPolynomial = [
  0.1283791286, -0.3761235579, 0.1128041216, -0.02671771596, 0.004924793303, -0.0005660151854,
];

/** e^(x²) (1 − erf x) in t = (x − 2.5) / (x + 2.5), for 1 ≤ x ≤ 4; beyond, erf is one in single precision. */
const erfTailPolynomial = [0.2108056764, -0.3717488534, 0.2516677673, -0.1248316298, 0.04167300228];

/** log(cosh x) / x² in z = x², for |x| ≤ 1. */
const logcoshPolynomial = [
  0.499999997, -0.0833330095, 0.0222167696, -0.00671125747, 0.00207891151, -0.000557605159, 0.0000870277832,
];

/**
 * Functions that are finite at every finite number, as `library.ts` has the others: minimax polynomials for single
 * precision, good to a few units in the last place.
 */
export const finiteFunctions = {
  softplus: {
    needs: ["exp", "log1p", "is_not_a_number"],
    text: `
fn softplus_(x: f32) -> f32 {
  if (is_not_a_number(x)) { return x; }
  return max(x, 0.0f) + log1p_(exp_(-abs(x)));
}`,
  },
  sigmoid: {
    needs: ["exp"],
    text: `
fn sigmoid_(x: f32) -> f32 {
  let e = exp_(-abs(x));
  return select(1.0f, e, x < 0.0f) / (1.0f + e);
}`,
  },
  logcosh: {
    needs: ["exp", "log1p", "is_not_a_number"],
    text: `
fn logcosh_(x: f32) -> f32 {
  if (is_not_a_number(x)) { return x; }
  let size = abs(x);
  if (size <= 1.0f) {
    let z = x * x;
    return z * ${polynomial("z", logcoshPolynomial)};
  }
  return (size - ${literal(Math.LN2)}) + log1p_(exp_(-2.0f * size));
}`,
  },
  erf: {
    needs: ["exp", "is_not_a_number"],
    text: `
fn erf_(x: f32) -> f32 {
  if (is_not_a_number(x)) { return x; }
  let size = abs(x);
  if (size <= ${literal(erfJoint)}) {
    let z = x * x;
    return x + x * ${polynomial("z", erfPolynomial)};
  }
  let inside = min(size, ${literal(Math.min(erfEnd, 4))});
  let t = (inside - ${literal(erfTailCentre)}) / (inside + ${literal(erfTailCentre)});
  let value = 1.0f - exp_(-inside * inside) * ${polynomial("t", erfTailPolynomial)};
  return select(value, -value, x < 0.0f);
}`,
  },
};
