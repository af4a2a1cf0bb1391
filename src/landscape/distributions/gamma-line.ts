import { jacobiRule, type LineRule } from "../quadrature.js";
import { type Decaying, type Pieces, whereBelow } from "./decaying.js";
import type { LineShape } from "./distribution.js";
import { logBesideOne, stirlingRest } from "./gamma-function.js";
import { cellEnds } from "./normal-line.js";

/* The standard Gamma distribution, of density x^(shape − 1) e^(−x) / Γ(shape): what all of this family have in common. */

const halfLogTau = Math.log(2 * Math.PI) / 2;

/** The logarithm of `x^shape e^(−x) / Γ(shape)`, the density of the logarithm of a datum; without cancellation at large shapes. */
export function logGammaWeight(shape: number, x: number): number {
  return shape * logBesideOne(x / shape) + Math.log(shape) / 2 - halfLogTau - stirlingRest(shape);
}

/** Laguerre's polynomials. */
export function gammaRule(shape: number, size: number): LineRule {
  return jacobiRule(
    size,
    (k) => 2 * k + shape,
    (k) => Math.sqrt(k * (k + shape - 1)),
  );
}

/** In the variable `x = exp(t − exp(−t))`, times a scale. */
export function gammaDecaying(shape: number, place: (x: number) => number): Decaying {
  const at = (t: number): number => Math.exp(t - Math.exp(-t));
  return {
    place: (t) => place(at(t)),
    logWeight: (t) => logGammaWeightOfLog(shape, t - Math.exp(-t)) + Math.log1p(Math.exp(-t)),
    mode: modeOf(shape),
    unit: 1 / Math.sqrt(1 + shape),
    ends: [-6.5, Math.log(1400 + 3 * shape) + 1],
  };
}

function modeOf(shape: number): number {
  // t − e^(−t) = log shape
  let t = Math.max(Math.log(shape), -3);
  for (let step = 0; step < 30; step++) {
    t -= (t - Math.exp(-t) - Math.log(shape)) / (1 + Math.exp(-t));
  }
  return t;
}

/** The same of the logarithm of a datum, which may be too small for a number. */
function logGammaWeightOfLog(shape: number, u: number): number {
  return u > -600 ? logGammaWeight(shape, Math.exp(u)) : shape * u - logGammaAtZero(shape);
}

/** `log Γ(shape)`. */
function logGammaAtZero(shape: number): number {
  return (shape - 0.5) * Math.log(shape) - shape + halfLogTau + stirlingRest(shape);
}

/** In the logarithm of a datum. */
export function gammaPieces(shape: number, scale: number): Pieces {
  return {
    place: (u) => scale * Math.exp(u),
    from: (x) => Math.log(x / scale),
    logWeight: (u) => logGammaWeightOfLog(shape, u),
    mode: Math.log(shape),
    ends: [-690, Math.log(1400 + 3 * shape)],
  };
}

/** The datum above or below the middle that is as rare as a normal one of so many deviations. */
export function gammaAt(shape: number, reach: number): number {
  const logWeight = (u: number): number => logGammaWeightOfLog(shape, u);
  const end = reach < 0 ? -690 : Math.log(1400 + 3 * shape);
  return Math.exp(whereBelow(logWeight, Math.log(shape), end, (reach * reach) / 2));
}

/** Below the middle fewer cells do: the last reaches to the end. */
const leftEnds = [9, 6.5, 4.5, 3, 1.5];

/** Integration in cells, for data of this shape times a scale. */
export function gammaLine(shape: number, scale: number): LineShape {
  const outward = cellEnds.slice(1);
  const breaks = [
    0,
    ...leftEnds.map((reach) => gammaAt(shape, -reach)),
    shape,
    ...outward.map((reach) => gammaAt(shape, reach)),
  ];
  const logNorm = logGammaAtZero(shape);
  const whole = Number.isInteger(shape);
  const densityLog = (x: number): number => logGammaWeight(shape, x / scale) - Math.log(x);
  const mode = Math.max(0, shape - 1) * scale;
  return {
    breaks: [...new Set(breaks.map((x) => scale * x))].filter((x) => x === 0 || x > 1e-290),
    reaches: outward,
    at: (reach) => (reach < 0 ? 0 : scale * gammaAt(shape, reach)),
    density: (x) => Math.exp(densityLog(x)),
    logDensity: (centre, radius) => {
      if (radius === 0) {
        return densityLog(centre);
      }
      const [c, r] = [centre / scale, radius / scale];
      if (c <= r && !whole) {
        return Infinity;
      }
      // |z^(shape − 1) e^(−z)| at most
      const size = shape >= 1 ? c + r : c - r;
      return (shape === 1 ? 0 : (shape - 1) * Math.log(size)) - (c - r) - logNorm - Math.log(scale);
    },
    logWeight: (x) => logGammaWeight(shape, x / scale),
    isFlat: (half) => half === 0,
    logMass: (low, high) => {
      const [a, b] = [low / scale, high / scale];
      // ∫ x^(shape − 1) dx, times the largest e^(−x)
      const byPower = logPowerDifference(a, b, shape) - Math.log(shape) - a - logNorm;
      const highest = Math.min(Math.max(mode, low), high);
      const byDensity = highest > 0 ? Math.log(high - low) + densityLog(highest) : Infinity;
      return Math.min(byPower, byDensity, 0);
    },
  };
}

/** `log(b^p − a^p)`. */
function logPowerDifference(a: number, b: number, p: number): number {
  const ratio = a === 0 ? 0 : Math.exp(p * Math.log(a / b));
  return p * Math.log(b) + Math.log1p(-Math.min(ratio, 1 - 1e-16));
}
