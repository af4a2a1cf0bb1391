import { elementaryValue } from "./evaluation.js";
import type { ElementaryFunction } from "./expression.js";

/** Writes the Taylor coefficients of `u^exponent` at `u0 ≠ 0`, degrees `0 … order`, into `out`. */
export function taylorOfPower(exponent: number, u0: number, order: number, out: Float64Array): void {
  out[0] = u0 ** exponent;
  for (let k = 1; k <= order; k++) {
    out[k] = (out[k - 1]! * (exponent - k + 1)) / (k * u0);
  }
}

/** The same at any `u0` for a whole exponent that is not negative. */
export function taylorOfWholePower(exponent: number, u0: number, order: number, out: Float64Array): void {
  let binomial = 1;
  for (let k = 0; k <= order; k++) {
    out[k] = k > exponent ? 0 : binomial * u0 ** (exponent - k);
    binomial = (binomial * (exponent - k)) / (k + 1);
  }
}

/**
 * Writes the Taylor coefficients of `|u|^exponent` at `u0`, degrees `0 … order`, into `out`. At 0 those below the
 * exponent are zero; those from it on do not exist, unless it is an even number.
 */
export function taylorOfAbsolutePower(exponent: number, u0: number, order: number, out: Float64Array): void {
  if (exponent >= 0 && exponent % 2 === 0) {
    taylorOfWholePower(exponent, u0, order, out);
    return;
  }
  if (u0 === 0) {
    for (let k = 0; k <= order; k++) {
      out[k] = k < exponent ? 0 : Number.NaN;
    }
    if (!(exponent > 0)) {
      out[0] = 0 ** exponent;
    }
    return;
  }
  taylorOfPower(exponent, Math.abs(u0), order, out);
  if (u0 < 0) {
    for (let k = 1; k <= order; k += 2) {
      out[k]! *= -1;
    }
  }
}

/** Writes the Taylor coefficients of an elementary function at `u0`, degrees `0 … order`, into `out`. */
export function taylorOf(name: ElementaryFunction, u0: number, order: number, out: Float64Array): void {
  const value = elementaryValue(name, u0);
  out[0] = value;
  switch (name) {
    case "exp":
    case "expm1": {
      let term = Math.exp(u0);
      for (let k = 1; k <= order; k++) {
        term /= k;
        out[k] = term;
      }
      return;
    }
    case "log":
    case "log2":
    case "log10":
      logarithm(u0, name === "log" ? 1 : name === "log2" ? Math.LN2 : Math.LN10, order, out);
      return;
    case "log1p":
      logarithm(1 + u0, 1, order, out);
      return;
    case "sqrt":
    case "cbrt": {
      const exponent = name === "sqrt" ? 1 / 2 : 1 / 3;
      for (let k = 1; k <= order; k++) {
        out[k] = (out[k - 1]! * (exponent - k + 1)) / (k * u0);
      }
      return;
    }
    case "sin":
      trigonometric(value, Math.cos(u0), -1, order, out);
      return;
    case "cos":
      trigonometric(value, -Math.sin(u0), -1, order, out);
      return;
    case "sinh":
      trigonometric(value, Math.cosh(u0), 1, order, out);
      return;
    case "cosh":
      trigonometric(value, Math.sinh(u0), 1, order, out);
      return;
    case "tan":
      tangent(1, order, out);
      return;
    case "tanh":
      if (order >= 1) {
        hyperbolicTangent(u0, order, out);
      }
      return;
    case "asin":
      integrate(1, inverseRoot(1 - u0 * u0, -2 * u0, -1, -1 / 2, order), order, out);
      return;
    case "acos":
      integrate(-1, inverseRoot(1 - u0 * u0, -2 * u0, -1, -1 / 2, order), order, out);
      return;
    case "asinh":
      integrate(1, inverseRoot(1 + u0 * u0, 2 * u0, 1, -1 / 2, order), order, out);
      return;
    case "acosh":
      integrate(1, inverseRoot(u0 * u0 - 1, 2 * u0, 1, -1 / 2, order), order, out);
      return;
    case "atan":
      integrate(1, inverseRoot(1 + u0 * u0, 2 * u0, 1, -1, order), order, out);
      return;
    case "atanh":
      integrate(1, inverseRoot(1 - u0 * u0, -2 * u0, -1, -1, order), order, out);
      return;
    case "abs":
      for (let k = 1; k <= order; k++) {
        out[k] = 0;
      }
      if (order >= 1) {
        out[1] = u0 === 0 ? Number.NaN : Math.sign(u0);
      }
      return;
    case "sigmoid":
      logistic(u0, order, out);
      return;
    case "softplus":
    case "logcosh": {
      if (order === 0) {
        return;
      }
      const slope = new Float64Array(order);
      taylorOf(name === "softplus" ? "sigmoid" : "tanh", u0, order - 1, slope);
      integrate(1, slope, order, out);
      return;
    }
    case "erf":
      if (order >= 1) {
        integrate(2 / Math.sqrt(Math.PI), gaussian(u0, order), order, out);
      }
      return;
  }
}

function logarithm(u0: number, scale: number, order: number, out: Float64Array): void {
  let powerOfInverse = 1 / scale;
  for (let k = 1; k <= order; k++) {
    powerOfInverse *= (k === 1 ? 1 : -1) / u0;
    out[k] = powerOfInverse / k;
  }
}

/** Functions with `f'' = sign · f`. */
function trigonometric(value: number, slope: number, sign: number, order: number, out: Float64Array): void {
  let factorial = 1;
  let even = value;
  let odd = slope;
  for (let k = 1; k <= order; k++) {
    factorial *= k;
    if (k % 2 === 1) {
      out[k] = odd / factorial;
      odd *= sign;
    } else {
      even *= sign;
      out[k] = even / factorial;
    }
  }
}

/** Functions with `f' = 1 + sign · f²`, from `out[0]`. */
function tangent(sign: number, order: number, out: Float64Array): void {
  for (let k = 0; k < order; k++) {
    let square = 0;
    for (let i = 0; i <= k; i++) {
      square += out[i]! * out[k - i]!;
    }
    out[k + 1] = ((k === 0 ? 1 : 0) + sign * square) / (k + 1);
  }
}

/** `f' = 1 − f²`, with `1 − f² = sech²` taken without cancellation where tanh is near one. */
function hyperbolicTangent(u0: number, order: number, out: Float64Array): void {
  const small = Math.exp(-2 * Math.abs(u0));
  const slope = (4 * small) / (1 + small) ** 2;
  out[1] = slope;
  // g = f' obeys g' = −2 f g
  for (let k = 1; k < order; k++) {
    let total = 0;
    for (let i = 0; i < k; i++) {
      total += out[i]! * (k - i) * out[k - i]!;
    }
    out[k + 1] = (-2 * total) / (k * (k + 1));
  }
}

/** `sigmoid(u) = (1 + tanh(u/2)) / 2`, all but its value by the derivatives of tanh, which do not cancel far out. */
function logistic(u0: number, order: number, out: Float64Array): void {
  if (order === 0) {
    return;
  }
  const half = new Float64Array(order + 1);
  taylorOf("tanh", u0 / 2, order, half);
  let scale = 1 / 2;
  for (let k = 1; k <= order; k++) {
    scale /= 2;
    out[k] = scale * half[k]!;
  }
}

/** Taylor coefficients of `e^(−u²)` at `u0`, degrees below `order`: `g' = −2 u g`. */
function gaussian(u0: number, order: number): Float64Array {
  const out = new Float64Array(order);
  out[0] = Math.exp(-u0 * u0);
  // far out all are below the smallest number, though u0 to their power overflows
  if (out[0] === 0) {
    return out;
  }
  for (let k = 1; k < order; k++) {
    out[k] = (-2 * (u0 * out[k - 1]! + (k >= 2 ? out[k - 2]! : 0))) / k;
  }
  return out;
}

/** Taylor coefficients of `(a + b s + c s²)^exponent` in `s`. */
function inverseRoot(a: number, b: number, c: number, exponent: number, order: number): Float64Array {
  const out = new Float64Array(Math.max(1, order));
  out[0] = a ** exponent;
  for (let k = 1; k < order; k++) {
    let total = (exponent - k + 1) * b * out[k - 1]!;
    if (k >= 2) {
      total += (2 * exponent - k + 2) * c * out[k - 2]!;
    }
    out[k] = total / (k * a);
  }
  return out;
}

/** Coefficients `1 …` of a function whose derivative has `scale` times the coefficients `slope`. */
function integrate(scale: number, slope: Float64Array, order: number, out: Float64Array): void {
  for (let k = 1; k <= order; k++) {
    out[k] = (scale * slope[k - 1]!) / k;
  }
}
