import { elementaryValue, logSumExpOf } from "../evaluation.js";
import type { ElementaryFunction } from "../expression.js";
import { anything, type Disc, disc, magnitude } from "./disc.js";

/** The least real part of `z²` on a disc: how large `exp(−z²)` can get there. */
export function leastRealSquare(centre: number, radius: number): number {
  const c = Math.abs(centre);
  return c < 2 * radius ? (c * c) / 2 - radius * radius : (c - radius) ** 2;
}

/** What is known of a function near a disc. */
interface Behaviour {
  /** How far the disc's edge is from where the function ceases to be analytic; not positive when it does on the disc. */
  readonly room: number;
  /** The largest absolute value of the derivative on a disc of that centre and radius, which must leave room. */
  slope(centre: number, radius: number): number;
  /** The same of the second derivative, of functions that are nearly straight far out. */
  curvature?(centre: number, radius: number): number;
}

const entire = Infinity;

/** The distance of a real number from the nearest zero of the cosine. */
function fromPole(centre: number): number {
  const turns = Math.abs(centre) / Math.PI;
  return Math.abs(turns - Math.floor(turns) - 0.5) * Math.PI;
}

/** `|sech² z|` at most, by `|cosh(x + iy)|² = sinh² x + cos² y`; written so that nothing overflows. */
function tanhSlope(centre: number, radius: number): number {
  const near = Math.max(0, Math.abs(centre) - radius);
  // sinh² near, divided by e^{2 near}
  const sinh = ((1 - Math.exp(-2 * near)) / 2) ** 2;
  const cos = radius < Math.PI / 2 ? Math.cos(radius) ** 2 * Math.exp(-2 * near) : 0;
  return sinh + cos === 0 ? Infinity : Math.exp(-2 * near) / (sinh + cos);
}

function tanhMagnitude(centre: number, radius: number): number {
  const far = Math.abs(centre) - radius;
  // |tanh| = |1 − q| / |1 + q| with |q| = exp(−2 Re z)
  if (far > 0.35) {
    return (1 + Math.exp(-2 * far)) / (1 - Math.exp(-2 * far));
  }
  return Math.abs(Math.tanh(centre)) + radius * tanhSlope(centre, radius);
}

/** `|1/(1 + e^(−z))|` at most. */
function sigmoidMagnitude(centre: number, radius: number): number {
  const largest = Math.exp(centre + radius);
  const byExponential = largest < 0.5 ? largest / (1 - largest) : Infinity;
  return Math.min(byExponential, (1 + tanhMagnitude(centre / 2, radius / 2)) / 2);
}

/** Functions with a square root or a pole at the two points `±1`, from inside. */
function inside(centre: number, radius: number): { room: number; least: number } {
  const c = Math.abs(centre);
  return { room: 1 - c - radius, least: (1 - c - radius) * (1 + c - radius) };
}

function behaviour(name: ElementaryFunction, centre: number, radius: number): Behaviour {
  const c = Math.abs(centre);
  switch (name) {
    case "exp":
    case "expm1":
      return { room: entire, slope: (a, r) => Math.exp(a + r) };
    case "log":
    case "log2":
    case "log10": {
      const scale = name === "log" ? 1 : name === "log2" ? Math.LN2 : Math.LN10;
      return { room: centre - radius, slope: (a, r) => 1 / (scale * (a - r)) };
    }
    case "log1p":
      return { room: 1 + centre - radius, slope: (a, r) => 1 / (1 + a - r) };
    case "sqrt":
      return { room: centre - radius, slope: (a, r) => 0.5 / Math.sqrt(a - r) };
    case "cbrt":
      return { room: c - radius, slope: (a, r) => 1 / (3 * Math.cbrt(Math.abs(a) - r) ** 2) };
    case "abs":
      return { room: c - radius, slope: () => 1 };
    case "sin":
    case "cos":
      return { room: entire, slope: (_, r) => Math.cosh(r) };
    case "sinh":
    case "cosh":
      return { room: entire, slope: (a, r) => Math.cosh(Math.abs(a) + r) };
    case "tan":
      return {
        room: fromPole(centre) - radius,
        // |cos(x + iy)| ≥ |cos x| ≥ sin of the distance from its zero
        slope: (a, r) => 1 / Math.sin(Math.min(Math.PI / 2, fromPole(a) - r)) ** 2,
      };
    case "tanh":
      return { room: Math.hypot(c, Math.PI / 2) - radius, slope: tanhSlope };
    case "asin":
    case "acos":
      return { room: inside(centre, radius).room, slope: (a, r) => 1 / Math.sqrt(inside(a, r).least) };
    case "atanh":
      return { room: inside(centre, radius).room, slope: (a, r) => 1 / inside(a, r).least };
    case "atan":
      return { room: Math.hypot(c, 1) - radius, slope: (a, r) => (Math.hypot(a, 1) - r) ** -2 };
    case "asinh":
      return { room: Math.hypot(c, 1) - radius, slope: (a, r) => 1 / (Math.hypot(a, 1) - r) };
    case "softplus":
      return {
        room: Math.hypot(c, Math.PI) - radius,
        slope: sigmoidMagnitude,
        curvature: (a, r) => tanhSlope(a / 2, r / 2) / 4,
      };
    case "sigmoid":
      return { room: Math.hypot(c, Math.PI) - radius, slope: (a, r) => tanhSlope(a / 2, r / 2) / 4 };
    case "logcosh":
      return { room: Math.hypot(c, Math.PI / 2) - radius, slope: tanhMagnitude, curvature: tanhSlope };
    case "erf":
      return { room: entire, slope: (a, r) => (2 / Math.sqrt(Math.PI)) * Math.exp(-leastRealSquare(a, r)) };
    case "acosh":
      return {
        room: centre - 1 - radius,
        slope: (a, r) => 1 / Math.sqrt((a - 1 - r) * (a + 1 - r)),
      };
  }
}

/** The largest absolute value of a function on a disc, where that is less than its derivative says. */
function largest(name: ElementaryFunction, centre: number, radius: number): number {
  return name === "tanh" ? tanhMagnitude(centre, radius) : Infinity;
}

/** On wider discs sine and cosine are so large that only their values on the real line are of use. */
const widest = 60;

/** The values of an elementary function over a disc. */
export function applyToDisc(name: ElementaryFunction, u: Disc): Disc {
  const { centre, radius } = u;
  if (radius === Infinity) {
    return anything;
  }
  const value = elementaryValue(name, centre);
  if ((name === "sin" || name === "cos") && radius > widest) {
    return onRealLine(name, u, value);
  }
  const { room, slope } = behaviour(name, centre, radius);
  if (room <= 0) {
    return onRealLine(name, u, value);
  }
  // the function moves no further from its value at the centre than its slope lets it
  const moved = Math.min(radius * slope(centre, radius), Math.abs(value) + largest(name, centre, radius));
  return disc(value, moved, u.analytic);
}

/** Bounds that need no analyticity, for functions that stay bounded where they are not smooth. */
function onRealLine(name: ElementaryFunction, { centre, radius }: Disc, value: number): Disc {
  const edge = Math.abs(centre) + radius;
  switch (name) {
    case "abs":
      return disc(Math.abs(centre), radius, false);
    case "softplus":
    case "logcosh":
      return disc(value, radius, false);
    case "cbrt":
      return disc(value, Math.abs(value) + Math.cbrt(edge), false);
    case "sqrt":
      return centre - radius < -4e-16 * edge ? anything : disc(0, Math.sqrt(edge), false);
    case "asin":
    case "acos":
      return edge > 1 + 4e-16 ? anything : disc(0, 4, false);
    case "atan":
      return disc(0, Math.PI / 2, false);
    case "asinh":
      return disc(0, Math.asinh(edge), false);
    case "sin":
    case "cos":
    case "tanh":
    case "sigmoid":
      return disc(0, 1, false);
    default:
      return anything;
  }
}

/**
 * Bounds of the Taylor coefficients `f^{(k)}/k!`, `k = 1 … order`, over a disc, by Cauchy's estimate on a larger one.
 * Written from `out[1]` on.
 */
export function coefficientBounds(name: ElementaryFunction, u: Disc, order: number, out: Float64Array): void {
  const { centre, radius, analytic } = u;
  out.fill(Infinity, 1, order + 1);
  if (order < 1 || radius === Infinity) {
    return;
  }
  const { room, slope, curvature } = behaviour(name, centre, radius);
  if (room <= 0 || !analytic || ((name === "sin" || name === "cos") && radius > widest)) {
    onStrip(name, order, out);
    return;
  }
  const wider = room === entire ? 1 : Math.min(room / 2, Math.max(1, magnitude(u)));
  const derivative = slope(centre, radius + wider);
  // f' ≤ derivative on the larger disc, so f^{(k)}/k! ≤ derivative / (k · wider^{k−1})
  let scale = derivative;
  for (let k = 1; k <= order; k++) {
    out[k] = scale / k;
    scale /= wider;
  }
  out[1] = Math.min(out[1]!, slope(centre, radius));
  if (curvature === undefined) {
    return;
  }
  scale = curvature(centre, radius + wider);
  for (let k = 2; k <= order; k++) {
    out[k] = Math.min(out[k]!, scale / (k * (k - 1)));
    scale /= wider;
  }
}

/** Bounds that hold on the whole real line, by Cauchy's estimate on a strip around it. */
function onStrip(name: ElementaryFunction, order: number, out: Float64Array): void {
  const strip = strips[name];
  if (strip !== undefined) {
    for (let k = 1; k <= order; k++) {
      out[k] = strip.slope / (k * strip.half ** (k - 1));
    }
  }
  if (name === "abs") {
    out[1] = 1;
  }
}

/** How large the derivative is where the imaginary part is at most `half`. */
const strips: Readonly<Partial<Record<ElementaryFunction, { half: number; slope: number }>>> = {
  // |sech²| ≤ 1/cos² 1, |1/(1 + z²)| ≤ 1/(1 − ¼), |(1 + z²)^(−½)| ≤ (1 − ¼)^(−½)
  tanh: { half: 1, slope: 1 / Math.cos(1) ** 2 },
  sin: { half: 1, slope: Math.cosh(1) },
  cos: { half: 1, slope: Math.cosh(1) },
  atan: { half: 0.5, slope: 4 / 3 },
  asinh: { half: 0.5, slope: Math.sqrt(4 / 3) },
  // |1/(1 + e^(−z))| ≤ 1, |sech²(z/2)/4| ≤ 1/(4 cos² ½), |tanh z| ≤ tan 1
  softplus: { half: 1, slope: 1 },
  sigmoid: { half: 1, slope: 1 / (4 * Math.cos(0.5) ** 2) },
  logcosh: { half: 1, slope: Math.tan(1) },
};

/** The values of `u^exponent` over a disc, for a constant exponent. */
export function powerOfDisc(u: Disc, exponent: number): Disc {
  const { centre, radius, analytic } = u;
  if (radius === Infinity) {
    return anything;
  }
  const c = Math.abs(centre);
  const value = centre ** exponent;
  if (Number.isInteger(exponent) && exponent >= 0) {
    return disc(value, (c + radius) ** exponent - c ** exponent + 1e-15 * Math.abs(value), analytic);
  }
  if (radius < c) {
    const moved = Math.abs(exponent) * radius * powerSlope(c, radius, exponent);
    return disc(value, moved, analytic);
  }
  // where it is not smooth, a root is still bounded on the positive real line
  if (exponent > 0 && centre - radius >= -4e-16 * (c + radius)) {
    return disc(0, (c + radius) ** exponent, false);
  }
  return anything;
}

/** `|z^{exponent − 1}|` at most, on a disc that does not hold 0. */
function powerSlope(c: number, radius: number, exponent: number): number {
  return (exponent >= 1 ? c + radius : c - radius) ** (exponent - 1);
}

/** Bounds of the coefficients of `u^exponent`, `k = 1 … order`. */
export function powerCoefficientBounds(u: Disc, exponent: number, order: number, out: Float64Array): void {
  out.fill(Infinity, 1, order + 1);
  const { centre, radius, analytic } = u;
  if (radius === Infinity) {
    return;
  }
  const c = Math.abs(centre);
  const whole = Number.isInteger(exponent) && exponent >= 0;
  if (!whole && (radius >= c || !analytic)) {
    return;
  }
  let binomial = 1;
  for (let k = 1; k <= order; k++) {
    binomial *= (exponent - k + 1) / k;
    if (binomial === 0) {
      out.fill(0, k, order + 1);
      return;
    }
    const rest = exponent - k;
    out[k] = Math.abs(binomial) * (rest >= 0 ? c + radius : c - radius) ** rest;
  }
}

/** What {@link logSumExpOfDiscs} finds. */
export interface LogSumExp {
  readonly values: Disc;
  /** How large each term's share of the sum can be. */
  readonly shares: readonly number[];
  /** A term that is so much larger than all others that these cannot cancel it; the shares are then those beside it. */
  readonly first?: number;
}

/** The values of `log(Σ e^term)` over discs of the terms. */
export function logSumExpOfDiscs(terms: readonly Disc[]): LogSumExp {
  const widest = terms.reduce((most, { radius }) => Math.max(most, radius), 0);
  if (widest === Infinity) {
    return { values: anything, shares: terms.map(() => Infinity) };
  }
  const value = logSumExpOf(terms.map(({ centre }) => centre));
  const analytic = terms.every((term) => term.analytic);
  const first = terms.reduce((best, { centre }, k) => (centre > terms[best]!.centre ? k : best), 0);
  const top = terms[first]!;
  const beside = terms.map(({ centre, radius }, k) =>
    k === first ? 0 : Math.exp(centre - top.centre + radius + top.radius),
  );
  const rest = beside.reduce((sum, share) => sum + share, 0);
  if (analytic && rest < 0.5) {
    const shares = beside.map((share) => share / (1 - rest));
    const moved = shares.reduce((sum, share, k) => sum + share * (terms[k]!.radius + top.radius), top.radius);
    return { values: disc(value, moved, true), shares, first };
  }
  if (analytic && widest < 1.5) {
    // no phases differ by more than twice the radius, so that the terms cannot cancel
    const least = terms.reduce((sum, { centre, radius }) => sum + Math.exp(centre - radius - value), 0);
    const shares = terms.map(
      ({ centre, radius }) => Math.exp(centre + radius - value) / (least * Math.cos(widest)),
    );
    const moved = terms.reduce((sum, { radius }, i) => sum + radius * shares[i]!, 0);
    return { values: disc(value, moved, true), shares };
  }
  // on the real line it moves no further than the term that moves most, and shares are at most 1
  return { values: disc(value, widest, false), shares: terms.map(() => 1) };
}
