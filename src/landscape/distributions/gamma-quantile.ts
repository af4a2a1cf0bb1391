import type { Expression } from "../expression.js";
import { fittedInDeviate, normalTail, rootOf } from "./fitted.js";
import { logGammaWeight } from "./gamma-line.js";

const mostTerms = 100_000;

/** The logarithms of the probabilities below and above a datum of the standard Gamma distribution. */
function logTails(shape: number, u: number): { below: number; above: number } {
  const x = Math.exp(u);
  // x^shape e^(−x) / Γ(shape)
  const weight =
    u < -600 ? logGammaWeight(shape, Math.exp(-600)) + shape * (u + 600) : logGammaWeight(shape, x);
  if (x < shape + 1) {
    let [term, total] = [1 / shape, 1 / shape];
    for (let k = 1; k < mostTerms && term > 1e-17 * total; k++) {
      term *= x / (shape + k);
      total += term;
    }
    const below = weight + Math.log(total);
    return { below, above: Math.log1p(-Math.exp(Math.min(below, -1e-17))) };
  }
  // Legendre's continued fraction, by Lentz's method
  let b = x + 1 - shape;
  let [c, d] = [1e300, 1 / b];
  let fraction = d;
  for (let k = 1; k < mostTerms; k++) {
    const a = -k * (k - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-16) {
      break;
    }
  }
  const above = weight + Math.log(fraction);
  return { below: Math.log1p(-Math.exp(Math.min(above, -1e-17))), above };
}

/** The logarithm of the datum that is as rare as a normal deviate. */
export function logGammaQuantile(shape: number, z: number): number {
  const target = Math.log(normalTail(Math.abs(z)));
  const value =
    z < 0
      ? (u: number) => logTails(shape, u).below - target
      : (u: number) => target - logTails(shape, u).above;
  return rootOf(value, Math.min(-1, -30 / shape) + Math.min(0, Math.log(shape)), Math.log(60 + 3 * shape));
}

/** The logarithm of the quantile of the standard Gamma distribution, as a formula of a deviate. */
export function logGammaFormula(shape: number): Expression {
  return fittedInDeviate(`gamma ${shape}`, 80, (z) => logGammaQuantile(shape, z));
}
