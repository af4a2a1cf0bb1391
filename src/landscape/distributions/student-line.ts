import { leastRealSquare } from "../enclosure/index.js";
import type { Decaying, Pieces } from "./decaying.js";
import type { LineShape } from "./distribution.js";
import { logGammaStep } from "./gamma-function.js";
import { cellEnds } from "./normal-line.js";

/*
 * Student's distribution, in the variable `x = √degrees · sinh t`: its density is a power of `1/cosh t`, so that tails of
 * powers are tails of exponentials.
 */

/** Beyond, squares of data are too large for numbers. */
export const farthest = 345;

export function logCosh(t: number): number {
  const size = Math.abs(t);
  return size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
}

/** The logarithm of the density at 0. */
export function logAtZero(degrees: number): number {
  return logGammaStep(degrees / 2) - Math.log(Math.PI * degrees) / 2;
}

export function studentPlace(degrees: number, t: number): number {
  return Math.sqrt(degrees) * Math.sinh(t);
}

/** In the variable `t = α sinh s`. */
export function studentDecaying(degrees: number): Decaying {
  const alpha = Math.PI / 2 / Math.sqrt(1 + degrees);
  const end = Math.asinh(farthest / alpha);
  return {
    place: (s) => studentPlace(degrees, alpha * Math.sinh(s)),
    logWeight: (s) => logCosh(s) - degrees * logCosh(alpha * Math.sinh(s)),
    mode: 0,
    unit: 0.5,
    ends: [-end, end],
  };
}

export function studentPieces(degrees: number): Pieces {
  return {
    place: (t) => studentPlace(degrees, t),
    from: (x) => Math.asinh(x / Math.sqrt(degrees)),
    logWeight: (t) => -degrees * logCosh(t),
    mode: 0,
    ends: [-farthest, farthest],
  };
}

/** Cells are no longer than such a factor. */
const longest = Math.log(12);

export function studentLine(degrees: number): LineShape {
  const root = Math.sqrt(degrees);
  const norm = logAtZero(degrees);
  const power = (degrees + 1) / 2;
  const variable = (reach: number): number => {
    const log = (reach * reach) / (2 * degrees);
    return Math.sign(reach) * Math.min(farthest, log + Math.log1p(Math.sqrt(-Math.expm1(-2 * log))));
  };
  const last = Math.sqrt(2 * degrees * farthest);
  const reaches = [...cellEnds.slice(1), ...(last > cellEnds.at(-1)! ? [last] : [])];
  const logDensity = (x: number): number => norm - power * Math.log1p((x / root) ** 2);
  const outward = [...new Set(reaches.map(variable))].flatMap((t, i, all) => {
    const before = all[i - 1] ?? 0;
    const parts = Math.ceil((t - before) / longest);
    return Array.from({ length: parts }, (_, part) => before + ((t - before) * (part + 1)) / parts);
  });
  return {
    breaks: [...outward.toReversed().map((t) => -t), 0, ...outward].map((t) => studentPlace(degrees, t)),
    reaches,
    at: (reach) => studentPlace(degrees, variable(reach)),
    density: (x) => Math.exp(logDensity(x)),
    logDensity: (centre, radius) => {
      // |1 + z²/degrees|, which is 0 at ±i √degrees
      const room = Math.hypot(centre, root) - radius;
      const byDistance = room > 0 ? (room / root) ** 2 : 0;
      const least = Math.max(byDistance, 1 + leastRealSquare(centre / root, radius / root));
      return least > 0 ? norm - power * Math.log(least) : Infinity;
    },
    logWeight: (x) => -degrees * logCosh(Math.asinh(x / root)),
    lengthOf: (low, high) => Math.sqrt(degrees + 1) * (Math.asinh(high / root) - Math.asinh(low / root)),
    isFlat: (half) => half === 0,
    heavy: true,
    logMass: (low, high) => {
      const nearest = low > 0 ? low : high < 0 ? -high : 0;
      const byDensity = Math.log(high - low) + logDensity(nearest);
      // ∫ (x/√degrees)^(−degrees − 1) dx beyond it
      const byTail = norm + Math.log(root / degrees) - degrees * Math.log(nearest / root);
      return Math.min(0, byDensity, nearest === 0 ? 0 : byTail);
    },
  };
}
