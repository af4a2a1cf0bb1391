/**
 * Tables the programs look values up in. They are made by integer arithmetic, so that they have the
 * same bits wherever they are made, and each entry is the double nearest to its value.
 */

/** Fixed-point numbers here have this many bits after the point. */
const bits = 160n;
const one = 1n << bits;

export const expTableSize = 256;
export const turnTableSize = 1024;

export type TableName = "exp" | "turn";

let made: Readonly<Record<TableName, Float64Array<ArrayBuffer>>> | undefined;

/** `exp`: 2^(j/256). `turn`: cos and sin of 2π((j + ½)/1024 + ½/2^32), one after the other. */
export function lookupTable(name: TableName): Float64Array<ArrayBuffer> {
  made ??= { exp: makeExpTable(), turn: makeTurnTable() };
  return made[name];
}

function toDouble(fixed: bigint): number {
  // A bigint is rounded to the nearest double; the scaling is exact.
  return Number(fixed) * 2 ** -Number(bits);
}

function multiply(a: bigint, b: bigint): bigint {
  return (a * b) >> bits;
}

function squareRoot(a: bigint): bigint {
  const target = a << bits;
  let root = one << 1n;
  for (;;) {
    const next = (root + target / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function makeExpTable(): Float64Array<ArrayBuffer> {
  let ratio = 2n * one;
  for (let size = 1; size < expTableSize; size *= 2) ratio = squareRoot(ratio);
  const table = new Float64Array(expTableSize);
  let value = one;
  for (let j = 0; j < expTableSize; j++) {
    table[j] = toDouble(value);
    value = multiply(value, ratio);
  }
  return table;
}

/** cos and sin of an angle below 1, by their series. */
function cosAndSin(angle: bigint): readonly [bigint, bigint] {
  let cos = 0n;
  let sin = 0n;
  let term = one;
  for (let n = 1n; term !== 0n; n++) {
    const sign = (n - 1n) & 2n ? -1n : 1n;
    if (n & 1n) cos += sign * term;
    else sin += sign * term;
    term = multiply(term, angle) / n;
  }
  return [cos, sin];
}

/** atan(1 / n), by its series. */
function atanOfInverse(n: bigint): bigint {
  let sum = 0n;
  let power = one / n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (k & 2n ? -power : power) / k;
    power /= n * n;
  }
  return sum;
}

function makeTurnTable(): Float64Array<ArrayBuffer> {
  const pi = 4n * (4n * atanOfInverse(5n) - atanOfInverse(239n));
  const [stepCos, stepSin] = cosAndSin((2n * pi) / BigInt(turnTableSize));
  let [cos, sin] = cosAndSin(pi / BigInt(turnTableSize) + (pi >> 32n));
  const table = new Float64Array(2 * turnTableSize);
  for (let j = 0; j < turnTableSize; j++) {
    table[2 * j] = toDouble(cos);
    table[2 * j + 1] = toDouble(sin);
    [cos, sin] = [
      multiply(cos, stepCos) - multiply(sin, stepSin),
      multiply(sin, stepCos) + multiply(cos, stepSin),
    ];
  }
  return table;
}
