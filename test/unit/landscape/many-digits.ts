import { bitsOfDouble } from "../../../src/compile/double-bits.js";

/**
 * Numbers of some 240 bits, `m · 2^e`, and elementary functions of them by series in whole numbers: what doubles, and numbers of single
 * precision, are measured with.
 */
export interface Real {
  readonly m: bigint;
  readonly e: number;
}

const bits = 240;

/** How many binary digits there are. */
const lengthOf = (m: bigint): number => {
  const digits = (m < 0n ? -m : m).toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0]!, 16)) + 28;
};

const cut = (m: bigint, e: number): Real => {
  const excess = lengthOf(m) - bits;
  return excess > 0 ? { m: m >> BigInt(excess), e: e + excess } : { m, e };
};

export const zero: Real = { m: 0n, e: 0 };
export const one: Real = { m: 1n, e: 0 };
const two: Real = { m: 1n, e: 1 };

/** The floor of the binary logarithm of a number's size. */
export const exponentOf = ({ m, e }: Real): number => lengthOf(m) + e - 1;

/** Exact. */
export function realOf(x: number): Real {
  const [high, low] = bitsOfDouble(x);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(low);
  const m = exponent === 0 ? fraction : fraction | (1n << 52n);
  return { m: x < 0 ? -m : m, e: Math.max(exponent, 1) - 1075 };
}

export const negative = ({ m, e }: Real): Real => ({ m: -m, e });
export const scaled = ({ m, e }: Real, power: number): Real => ({ m, e: e + power });
export const sizeOf = (a: Real): Real => (a.m < 0n ? negative(a) : a);
export const isLess = (a: Real, b: Real): boolean => minus(a, b).m < 0n;

export function plus(a: Real, b: Real): Real {
  if (a.m === 0n || b.m === 0n) {
    return a.m === 0n ? b : a;
  }
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  if (exponentOf(high) - exponentOf(low) > 4 * bits) {
    return high;
  }
  // a sum of far exponents is exact before it is cut
  return cut((high.m << BigInt(high.e - low.e)) + low.m, low.e);
}

export const minus = (a: Real, b: Real): Real => plus(a, negative(b));
export const times = (a: Real, b: Real): Real => cut(a.m * b.m, a.e + b.e);

export function over(a: Real, b: Real): Real {
  const shift = Math.max(0, bits + 2 + lengthOf(b.m) - lengthOf(a.m));
  return cut((a.m << BigInt(shift)) / b.m, a.e - b.e - shift);
}

/** The whole root of degree 2 or 3, by Newton's method from above. */
function wholeRoot(m: bigint, degree: 2 | 3): bigint {
  const k = BigInt(degree);
  let guess = 1n << BigInt(Math.ceil(lengthOf(m) / degree) + 1);
  for (;;) {
    const next = ((k - 1n) * guess + m / guess ** (k - 1n)) / k;
    if (next >= guess) {
      return guess;
    }
    guess = next;
  }
}

/** A root of a number ≥ 0. */
export function root({ m, e }: Real, degree: 2 | 3 = 2): Real {
  if (m === 0n) {
    return zero;
  }
  let shift = Math.max(0, degree * (bits + 2) - lengthOf(m));
  while ((e - shift) % degree !== 0) {
    shift++;
  }
  return cut(wholeRoot(m << BigInt(shift), degree), (e - shift) / degree);
}

/** A double near it. */
export function numberOf(a: Real): number {
  if (a.m === 0n) {
    return 0;
  }
  const excess = Math.max(0, lengthOf(a.m) - 64);
  let result = Number(a.m >> BigInt(excess));
  // in steps that neither overflow nor lose bits before the last
  for (let left = Math.max(-3000, Math.min(3000, a.e + excess)); left !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, left));
    result *= 2 ** step;
    left -= step;
  }
  return result;
}

/** `first · Σ terms`, each term made of the one before it, until they are nothing. */
function series(
  first: Real,
  next: (term: Real, n: number) => Real,
  part = (term: Real, _n: number): Real => term,
): Real {
  let sum = zero;
  const least = exponentOf(first) - bits - 8;
  for (let term = first, n = 0; term.m !== 0n && exponentOf(term) > least; n++, term = next(term, n)) {
    sum = plus(sum, part(term, n));
  }
  return sum;
}

const whole = (n: number): Real => ({ m: BigInt(n), e: 0 });

/** artanh and arctan of a small number. */
function inverseSeries(x: Real, sign: 1 | -1): Real {
  const square = times(x, x);
  const factor = sign > 0 ? square : negative(square);
  return series(
    x,
    (term) => times(term, factor),
    (term, n) => over(term, whole(2 * n + 1)),
  );
}

export const ln2: Real = scaled(inverseSeries(over(one, whole(3)), 1), 1);

/** π to so many bits, in units of 2^(−count): 16 arctan(1/5) − 4 arctan(1/239). */
function piTo(count: number): bigint {
  const arctan = (inverse: bigint): bigint => {
    let power = (1n << BigInt(count)) / inverse;
    let sum = 0n;
    for (let n = 1n; power !== 0n; n += 2n) {
      sum += (n % 4n === 1n ? power : -power) / n;
      power /= inverse * inverse;
    }
    return sum;
  };
  return 16n * arctan(5n) - 4n * arctan(239n);
}

const longBits = 1600;
const longPi = piTo(longBits);
export const pi: Real = cut(longPi, -longBits);

/** e^x − 1, keeping its relative accuracy where x is small. */
export function exponentialLessOne(x: Real): Real {
  if (x.m !== 0n && exponentOf(x) >= -1) {
    return minus(exponential(x), one);
  }
  const halvings = 8;
  const y = scaled(x, -halvings);
  let e = series(y, (term, n) => over(times(term, y), whole(n + 1)));
  for (let k = 0; k < halvings; k++) {
    e = times(e, plus(e, two));
  }
  return e;
}

/** e^x, for x below some 10^6 in size. */
export function exponential(x: Real): Real {
  const k = Math.round(numberOf(x) / Math.LN2);
  return scaled(plus(one, exponentialLessOne(minus(x, times(whole(k), ln2)))), k);
}

/** The logarithm of a positive number. */
export function logarithm(x: Real): Real {
  let k = exponentOf(x);
  if (numberOf(scaled(x, -k)) > Math.SQRT2) {
    k++;
  }
  const m = scaled(x, -k);
  const log = scaled(inverseSeries(over(minus(m, one), plus(m, one)), 1), 1);
  return plus(times(whole(k), ln2), log);
}

/** log(1 + x), keeping its relative accuracy where x is small. */
export function logarithmOfOneAnd(x: Real): Real {
  if (x.m === 0n || exponentOf(x) < -2) {
    return scaled(inverseSeries(over(x, plus(two, x)), 1), 1);
  }
  return logarithm(plus(one, x));
}

/** arctan of a number ≥ 0. */
export function arctangent(x: Real): Real {
  if (isLess(one, x)) {
    return minus(scaled(pi, -1), arctangent(over(one, x)));
  }
  let y = x;
  const halvings = 3;
  for (let k = 0; k < halvings; k++) {
    y = over(y, plus(one, root(plus(one, times(y, y)))));
  }
  return scaled(inverseSeries(y, -1), halvings);
}

/** The sine and the cosine of a double, by its rest from the nearest quarter turn. */
export function direction(x: number): { readonly sine: Real; readonly cosine: Real } {
  const { m, e } = realOf(x);
  // in units of 2^(−count), of which there are enough that none of x is lost and many are left
  const count = BigInt(longBits - 60);
  const shift = BigInt(e) + count;
  const at = shift >= 0n ? m << shift : m >> -shift;
  const turns = longPi >> 61n;
  const shifted = 2n * at + turns;
  const quadrant = shifted / (2n * turns) - (shifted < 0n && shifted % (2n * turns) !== 0n ? 1n : 0n);
  const exact = Math.abs(x) < 0.7;
  // π has to be as many bits longer as the count of turns has
  const left = at - ((quadrant * longPi) >> 61n);
  const r = exact ? realOf(x) : cut(left, -Number(count));
  const square = negative(times(r, r));
  const sine = series(r, (term, n) => over(times(term, square), whole(2 * n * (2 * n + 1))));
  const cosine = series(one, (term, n) => over(times(term, square), whole((2 * n - 1) * 2 * n)));
  const [s, c] = [sine, cosine];
  switch (((Number(quadrant % 4n) + 4) % 4) as 0 | 1 | 2 | 3) {
    case 0:
      return { sine: s, cosine: c };
    case 1:
      return { sine: c, cosine: negative(s) };
    case 2:
      return { sine: negative(s), cosine: negative(c) };
    case 3:
      return { sine: negative(c), cosine: s };
  }
}

/** 2/√π Σ (−1)^n x^(2n+1) / (n! (2n + 1)), for |x| up to 7. */
export function errorFunction(x: Real): Real {
  const square = negative(times(x, x));
  const sum = series(
    x,
    (term, n) => over(times(term, square), whole(n)),
    (term, n) => over(term, whole(2 * n + 1)),
  );
  return over(scaled(sum, 1), root(pi));
}
