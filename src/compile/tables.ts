import { bitsOfDouble, doubleOfBits } from "./double-bits.js";
import { makeNormalTable } from "./normal-table.js";

/**
 * Tables the programs look values up in, with the same bits wherever they are made. Those of elementary
 * functions are made by integer arithmetic, so that each entry is the double nearest to its value.
 */

/** Fixed-point numbers here have this many bits after the point. */
const bits = 160n;
const one = 1n << bits;

export const expTableSize = 256;
export const turnTableSize = 512;

export type TableName = "exp" | "turn" | "deviate";

const makers: Readonly<Record<TableName, () => Float64Array<ArrayBuffer>>> = {
  exp: makeExpTable,
  turn: makeTurnTable,
  deviate: makeNormalTable,
};
const made = new Map<TableName, Float64Array<ArrayBuffer>>();

/**
 * `exp`: 2^(j/256), whose bits have `j` subtracted where an exponent `n = 256 k + j` shifted by 44 adds it again.
 * `turn`: cos and sin of 2π j/512, one after the other. `deviate`: see normal-table.ts.
 */
export function lookupTable(name: TableName): Float64Array<ArrayBuffer> {
  let table = made.get(name);
  if (table === undefined) {
    table = makers[name]();
    made.set(name, table);
  }
  return table;
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
    if (next >= root) {
      return root;
    }
    root = next;
  }
}

function makeExpTable(): Float64Array<ArrayBuffer> {
  let ratio = 2n * one;
  for (let size = 1; size < expTableSize; size *= 2) {
    ratio = squareRoot(ratio);
  }
  const table = new Float64Array(expTableSize);
  let value = one;
  for (let j = 0; j < expTableSize; j++) {
    const [high, low] = bitsOfDouble(toDouble(value));
    table[j] = doubleOfBits(high - (j << 12), low);
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
    if (n & 1n) {
      cos += sign * term;
    } else {
      sin += sign * term;
    }
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

/** A quarter turn is computed; the others are its images, so that they are zero and one where they should be. */
function makeTurnTable(): Float64Array<ArrayBuffer> {
  const pi = 4n * (4n * atanOfInverse(5n) - atanOfInverse(239n));
  const table = new Float64Array(2 * turnTableSize);
  const quarter = turnTableSize / 4;
  for (let j = 0; j <= quarter / 2; j++) {
    const [cos, sin] = cosAndSin((2n * pi * BigInt(j)) / BigInt(turnTableSize)).map(toDouble);
    const set = (at: number, c: number, s: number) => {
      table.set([c, s], 2 * (at % turnTableSize));
    };
    for (let turns = 0; turns < 4; turns++) {
      const [c, s] = quarterTurns(cos!, sin!, turns);
      const [d, t] = quarterTurns(sin!, cos!, turns);
      set(j + turns * quarter, c, s);
      set(quarter - j + turns * quarter, d, t);
    }
  }
  return table;
}

/** A direction after some quarter turns, without negative zeros. */
function quarterTurns(c: number, s: number, turns: number): readonly [number, number] {
  for (let turn = 0; turn < turns; turn++) {
    [c, s] = [0 - s, c];
  }
  return [c, s];
}
