/**
 * Numbers of twice the digits of a double, as sums of two, for what would cancel: where a propagator
 * `k = 1 − ηh` is near −1, the sums over times turn on `1 − k²`, of which a double keeps nothing.
 */
export interface Doubled {
  readonly high: number;
  readonly low: number;
}

/** What rounding leaves out of `a + b`, exactly. */
export function sumError(a: number, b: number): number {
  const sum = a + b;
  const rest = sum - a;
  return a - (sum - rest) + (b - rest);
}

const splitter = 2 ** 27 + 1;

/** What rounding leaves out of `a·b`, exactly; 0 where the numbers are too large to be split. */
export function productError(a: number, b: number): number {
  const shiftedA = splitter * a;
  const shiftedB = splitter * b;
  const highA = shiftedA - (shiftedA - a);
  const highB = shiftedB - (shiftedB - b);
  const lowA = a - highA;
  const lowB = b - highB;
  const error = lowA * lowB - (a * b - highA * highB - lowA * highB - highA * lowB);
  return Number.isFinite(error) ? error : 0;
}

export function addDoubled(a: Doubled, b: Doubled): Doubled {
  const high = a.high + b.high;
  return normal(high, sumError(a.high, b.high) + (a.low + b.low));
}

export function multiplyDoubled(a: Doubled, b: Doubled): Doubled {
  const high = a.high * b.high;
  return normal(high, productError(a.high, b.high) + (a.high * b.low + a.low * b.high));
}

/** A sum of a number and a much smaller one, the first rounded to the sum. */
function normal(high: number, low: number): Doubled {
  return Number.isFinite(high) ? { high: high + low, low: sumError(high, low) } : { high, low: 0 };
}

/** `a + b − a·b`: the loss of two propagators in turn, `1 − (1 − a)(1 − b)`. */
export function joinLosses(a: Doubled, b: Doubled): Doubled {
  const product = a.high * b.high;
  const productLow = productError(a.high, b.high) + (a.high * b.low + a.low * b.high);
  const sum = a.high + b.high;
  return normal(
    sum - product,
    sumError(a.high, b.high) + sumError(sum, -product) + (a.low + b.low - productLow),
  );
}

/** The loss of so many equal propagators in turn, `1 − (1 − loss)^count`. */
export function repeatLoss(loss: Doubled, count: number): Doubled {
  let total: Doubled = { high: 0, low: 0 };
  for (const bit of bitsOf(count)) {
    total = joinLosses(total, total);
    if (bit === 1) {
      total = joinLosses(total, loss);
    }
  }
  return total;
}

/** The propagator `1 − loss` to the power of a whole number, less 1, wherever between −∞ and ∞ the loss is. */
export function powerLessOne({ high, low }: Doubled, exponent: number): number {
  if (high < 0.5) {
    return Math.expm1(exponent * Math.log1p(-(high + low)));
  }
  if (high > 1.5) {
    // The magnitude is near 1, or above.
    const less = Math.expm1(exponent * Math.log1p(high - 2 + low));
    return exponent % 2 === 0 ? less : -2 - less;
  }
  return (1 - high - low) ** exponent - 1;
}

/** The propagator `1 − loss` to the power of a whole number, good to its last digits however small it is. */
export function powerOf({ high, low }: Doubled, exponent: number): number {
  if (high < 0.5) {
    return Math.exp(exponent * Math.log1p(-(high + low)));
  }
  if (high > 1.5) {
    return (exponent % 2 === 0 ? 1 : -1) * Math.exp(exponent * Math.log1p(high - 2 + low));
  }
  return (1 - high - low) ** exponent;
}

/** A square matrix, row by row; without `low` its entries are plain doubles. */
export interface DoubledMatrix {
  readonly high: Float64Array;
  readonly low?: Float64Array;
}

/** `(I + A)(I + B) − I` of upper triangular matrices in twice the digits. */
export function joinDoubled(
  a: Required<DoubledMatrix>,
  b: Required<DoubledMatrix>,
  size: number,
): Required<DoubledMatrix> {
  const target = { high: new Float64Array(size * size), low: new Float64Array(size * size) };
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) {
      const place = row * size + column;
      let high = a.high[place]! + b.high[place]!;
      let low = sumError(a.high[place]!, b.high[place]!) + (a.low[place]! + b.low[place]!);
      for (let middle = row; middle <= column; middle++) {
        const one = row * size + middle;
        const other = middle * size + column;
        const factor = a.high[one]!;
        const entry = b.high[other]!;
        if (factor === 0 || entry === 0) {
          continue;
        }
        const product = factor * entry;
        low += productError(factor, entry) + (factor * b.low[other]! + a.low[one]! * entry);
        low += sumError(high, product);
        high += product;
      }
      // What has overflowed has no digits to keep.
      const holds = Number.isFinite(high);
      target.high[place] = holds ? high + low : high;
      target.low[place] = holds ? sumError(high, low) : 0;
    }
  }
  return target;
}

/** `(I + M)^n − I` of an upper triangular `M` in twice the digits. */
export function powerDoubled(
  matrix: Required<DoubledMatrix>,
  size: number,
  exponent: number,
): Required<DoubledMatrix> {
  let result: Required<DoubledMatrix> = {
    high: new Float64Array(size * size),
    low: new Float64Array(size * size),
  };
  for (const bit of bitsOf(exponent)) {
    result = joinDoubled(result, result, size);
    if (bit === 1) {
      result = joinDoubled(result, matrix, size);
    }
  }
  return result;
}

/** The bits of a whole number, the highest first; it may pass 2^32, so they are read by division. */
export function bitsOf(number: number): number[] {
  const bits: number[] = [];
  for (let rest = number; rest >= 1; rest = Math.floor(rest / 2)) {
    bits.unshift(rest % 2);
  }
  return bits;
}
