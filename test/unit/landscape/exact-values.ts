import { bitsOfDouble } from "../../../src/compile/double-bits.js";
import type { ElementaryFunction } from "../../../src/landscape/expression.js";

/**
 * Elementary functions in double precision, independent of the product's: Math's own, and for those that Math lacks
 * their definitions in whole numbers of a few hundred bits (of more, where values are very small).
 */
export function exactValue(name: ElementaryFunction, x: number): number {
  switch (name) {
    case "softplus":
    case "sigmoid":
    case "logcosh":
    case "erf":
      return Number.isFinite(x) ? byDefinition(name, x) : atInfinity(name, x);
    default:
      return Math[name](x);
  }
}

type Defined = "softplus" | "sigmoid" | "logcosh" | "erf";

function atInfinity(name: Defined, x: number): number {
  if (Number.isNaN(x)) {
    return x;
  }
  if (name === "logcosh") {
    return Number.POSITIVE_INFINITY;
  }
  if (name === "erf") {
    return x > 0 ? 1 : -1;
  }
  if (name === "softplus") {
    return Math.max(x, 0);
  }
  return x > 0 ? 1 : 0;
}

function byDefinition(name: Defined, x: number): number {
  // far out e^(−|x|) is nothing beside one, and this is what the definitions leave
  if (name === "logcosh" && Math.abs(x) > 40) {
    return Math.abs(x) - Math.LN2;
  }
  if (name === "softplus" && x > 40) {
    return x;
  }
  if (name === "sigmoid" && x > 40) {
    return 1;
  }
  if ((name === "softplus" || name === "sigmoid") && x < -1200) {
    return 0;
  }
  if (name === "erf" && Math.abs(x) > 8) {
    return Math.sign(x);
  }
  // as many more as values have zeros before their first bit
  const bits = 200 + Math.ceil(Math.max(1.5 * Math.abs(x), -2 * Math.log2(Math.abs(x) || 1)));
  const unit = 1n << BigInt(bits);
  const at = fixed(x, bits);
  const size = at < 0n ? -at : at;
  if (name === "erf") {
    if (x === 0) {
      return x;
    }
    return toDouble(errorFunction(at, bits), bits);
  }
  if (name === "logcosh") {
    // 1 + (cosh − 1), with cosh − 1 = (1 − e^(−|x|))² / (2 e^(−|x|))
    const e = exponential(-size, bits);
    const less = ((unit - e) * (unit - e)) / (2n * e);
    return toDouble(logOfOneAnd(less, bits), bits);
  }
  const e = exponential(-size, bits);
  if (name === "sigmoid") {
    const top = x < 0 ? e : unit;
    return toDouble((top * unit) / (unit + e), bits);
  }
  return toDouble((x < 0 ? 0n : at) + logOfOneAnd(e, bits), bits);
}

/** A double in units of 2^(−bits), cut off. */
function fixed(x: number, bits: number): bigint {
  const [high, low] = bitsOfDouble(x);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(low);
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const shift = bits + Math.max(exponent, 1) - 1075;
  const size = shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
  return x < 0 ? -size : size;
}

/** The double nearest to a number in units of 2^(−bits), but for a second rounding of its 64 first bits. */
function toDouble(value: bigint, bits: number): number {
  const size = value < 0n ? -value : value;
  const length = size.toString(2).length;
  const excess = length - 64;
  const top = excess > 0 ? Number(size >> BigInt(excess)) : Number(size);
  let result = top;
  // in steps that neither overflow nor lose bits before the last
  for (let left = Math.max(excess, 0) - bits; left !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, left));
    result *= 2 ** step;
    left -= step;
  }
  return value < 0n ? -result : result;
}

/** e^x: by the series at x / 2^20, squared 20 times. */
function exponential(x: bigint, bits: number): bigint {
  const extra = 64;
  const unit = 1n << BigInt(bits + extra);
  const at = (x << BigInt(extra)) >> 20n;
  let sum = unit;
  for (let term = unit, n = 1n; term !== 0n && term !== -1n; n++) {
    term = (term * at) / (unit * n);
    sum += term;
  }
  for (let i = 0; i < 20; i++) {
    sum = (sum * sum) >> BigInt(bits + extra);
  }
  return sum >> BigInt(extra);
}

/** log(1 + y) for y ≥ 0: k ln 2 + 2 artanh((m − 1)/(m + 1)), with 1 + y = 2^k m. */
function logOfOneAnd(y: bigint, bits: number): bigint {
  const unit = 1n << BigInt(bits);
  let halvings = 0n;
  let whole = unit + y;
  while (whole > 2n * unit) {
    whole >>= 1n;
    halvings++;
  }
  const less = halvings === 0n ? y : whole - unit;
  const twice = (top: bigint, bottom: bigint): bigint => {
    const s = (top * unit) / bottom;
    const square = (s * s) / unit;
    let sum = 0n;
    for (let power = s, n = 1n; power !== 0n; n += 2n) {
      sum += power / n;
      power = (power * square) / unit;
    }
    return 2n * sum;
  };
  const ln2 = halvings === 0n ? 0n : twice(unit, 3n * unit);
  return halvings * ln2 + twice(less, 2n * unit + less);
}

/** 2/√π Σ (−1)^n x^(2n+1) / (n! (2n + 1)). */
function errorFunction(x: bigint, bits: number): bigint {
  const unit = 1n << BigInt(bits);
  const square = (x * x) / unit;
  let sum = 0n;
  for (let power = x, n = 0n; power !== 0n; ) {
    sum += power / (2n * n + 1n);
    n++;
    power = (-power * square) / (unit * n);
  }
  return (2n * sum * unit) / rootOfPi(bits);
}

const roots = new Map<number, bigint>();

/** √π by Machin's formula and Newton's root. */
function rootOfPi(bits: number): bigint {
  const known = roots.get(bits);
  if (known !== undefined) {
    return known;
  }
  const unit = 1n << BigInt(bits);
  const arctanOfInverse = (m: bigint): bigint => {
    let sum = 0n;
    for (let power = unit / m, n = 1n; power !== 0n; n += 2n) {
      sum += n % 4n === 1n ? power / n : -(power / n);
      power /= m * m;
    }
    return sum;
  };
  const pi = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
  let root = pi;
  for (let next = (root + (pi * unit) / root) >> 1n; next < root; ) {
    root = next;
    next = (root + (pi * unit) / root) >> 1n;
  }
  roots.set(bits, root);
  return root;
}
