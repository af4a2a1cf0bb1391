import { exactInteger, nearestDouble } from "./exact-double.js";

/** Within these magnitudes no step below leaves the range of doubles. */
const smallest = 2 ** -480;
const largest = 2 ** 480;
const splitter = 2 ** 27 + 1;

const doubles = new Float64Array(1);
const bits = new BigInt64Array(doubles.buffer);

/**
 * `a·b + c`, rounded once (to nearest, ties to even). The product and the sum are
 * each taken apart into a double and what it misses (Dekker, Knuth); the small parts are added with rounding to odd, so
 * that the last addition is the only one that rounds (Boldo and Melquiond, 2008).
 */
export function multiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  if (a === 0 || b === 0 || !Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c)) {
    return product + c;
  }
  if (!isModerate(a) || !isModerate(b) || (c !== 0 && !isModerate(c))) {
    return nearest(exactInteger(a) * exactInteger(b) + (exactInteger(c) << 1074n));
  }
  const aHigh = highHalf(a);
  const bHigh = highHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const productRest = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const low = c + productRest;
  const lowRest = sumRest(c, productRest, low);
  const high = product + low;
  const highRest = sumRest(product, low, high);
  return high + roundedToOdd(lowRest, highRest);
}

/** The double nearest to a number of 2^-2148, ties to even. */
function nearest(exact: bigint): number {
  const magnitude = exact < 0n ? -exact : exact;
  if (exact === 0n || magnitude >= 1n << 1126n) {
    return nearestDouble(exact, 1n, -2148);
  }
  // Subnormal: a multiple of 2^-1074.
  const units = (magnitude + (1n << 1073n) - 1n + ((magnitude >> 1074n) & 1n)) >> 1074n;
  return (exact < 0n ? -Number.MIN_VALUE : Number.MIN_VALUE) * Number(units);
}

const isModerate = (value: number): boolean => {
  const magnitude = Math.abs(value);
  return magnitude >= smallest && magnitude <= largest;
};

function highHalf(value: number): number {
  const scaled = splitter * value;
  return scaled - (scaled - value);
}

/** What `sum`, the double nearest to `x + y`, misses. */
function sumRest(x: number, y: number, sum: number): number {
  const fromY = sum - x;
  return x - (sum - fromY) + (y - fromY);
}

function roundedToOdd(x: number, y: number): number {
  const sum = x + y;
  const rest = sumRest(x, y, sum);
  if (rest === 0) {
    return sum;
  }
  doubles[0] = sum;
  if ((bits[0]! & 1n) === 0n) {
    bits[0]! += sum > 0 === rest > 0 ? 1n : -1n;
  }
  return doubles[0]!;
}
