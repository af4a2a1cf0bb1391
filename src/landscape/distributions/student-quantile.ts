import { erf } from "../error-function.js";
import type { Expression } from "../expression.js";
import { fittedOddInDeviate, normalTail, rootOf } from "./fitted.js";
import { logGammaStep } from "./gamma-function.js";
import { farthest, logCosh } from "./student-line.js";

/** The logarithm of the regularised incomplete Beta function at `x`, by its continued fraction; for `x` below the mean. */
function logBetaShare(a: number, b: number, logX: number, logRest: number, logBeta: number): number {
  const x = Math.exp(logX);
  const tiny = 1e-300;
  const safe = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / safe(1 + even * d);
    c = safe(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / safe(1 + odd * d);
    c = safe(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) {
      break;
    }
  }
  return a * logX + b * logRest - logBeta - Math.log(a) + Math.log(fraction);
}

/** `asinh(x/√degrees)` of the datum that is as rare as a positive normal deviate. */
export function studentQuantile(degrees: number, z: number): number {
  const [a, b] = [degrees / 2, 1 / 2];
  const logBeta = Math.log(Math.PI) / 2 - logGammaStep(a);
  // The shares of data within and beyond ±x: Beta functions at tanh² and at 1/cosh².
  const logs = (t: number): [within: number, beyond: number] => {
    const [logTanh, logSech] = [2 * Math.log(Math.tanh(t)), -2 * logCosh(t)];
    if (Math.exp(logSech) < (a + 1) / (a + b + 2)) {
      const beyond = logBetaShare(a, b, logSech, logTanh, logBeta);
      return [Math.log1p(-Math.exp(Math.min(beyond, -1e-17))), beyond];
    }
    const within = logBetaShare(b, a, logTanh, logSech, logBeta);
    return [within, Math.log1p(-Math.exp(Math.min(within, -1e-17)))];
  };
  const target = z < 1 ? Math.log(erf(z * Math.SQRT1_2)) : Math.log(2 * normalTail(z));
  const value = z < 1 ? (t: number) => logs(t)[0] - target : (t: number) => target - logs(t)[1];
  return rootOf(value, 1e-12 / Math.sqrt(degrees), farthest);
}

/** The same as a formula of a deviate, of either sign. */
export function studentFormula(degrees: number): Expression {
  return fittedOddInDeviate(`student ${degrees}`, 48, (z) => studentQuantile(degrees, z));
}
