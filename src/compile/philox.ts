/**
 * Philox 4×32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011):
 * a bijection of 128-bit counters for each 64-bit key. docs/streams.md says which counter gives which
 * datum; everything here is about one block of four words.
 */

export const multiplier0 = 0xd2511f53;
export const multiplier1 = 0xcd9e8d57;
const keyStep0 = 0x9e3779b9;
const keyStep1 = 0xbb67ae85;
const rounds = 10;

/** A seed is 64 bits; its low word is the first word of the key. */
export function keyOfSeed(seed: bigint | number): readonly [number, number] {
  const bits = BigInt.asUintN(64, BigInt(seed));
  return [Number(bits & 0xffffffffn), Number(bits >> 32n)];
}

/** The keys of the ten rounds: twenty words, two a round. */
export function roundKeys(key: readonly [number, number]): Uint32Array {
  const keys = new Uint32Array(2 * rounds);
  for (let round = 0; round < rounds; round++) {
    keys[2 * round] = key[0] + round * keyStep0;
    keys[2 * round + 1] = key[1] + round * keyStep1;
  }
  return keys;
}

/** The high word of the product of two 32-bit words. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = Math.imul(aHigh, bLow);
  // A product of halves and two halves more are below 2^32.
  const middle = (Math.imul(aLow, bHigh) >>> 0) + (cross & 0xffff) + (Math.imul(aLow, bLow) >>> 16);
  return (Math.imul(aHigh, bHigh) + (cross >>> 16) + (middle >>> 16)) >>> 0;
}

/** Writes the four words of a counter's block to `block`, given {@link roundKeys}. */
export function philoxBlock(
  keys: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  block: Uint32Array,
): void {
  let c0 = counter0 >>> 0;
  let c1 = counter1 >>> 0;
  let c2 = counter2 >>> 0;
  let c3 = counter3 >>> 0;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(c0, multiplier0);
    const low0 = Math.imul(c0, multiplier0) >>> 0;
    const high1 = multiplyHigh(c2, multiplier1);
    const low1 = Math.imul(c2, multiplier1) >>> 0;
    c0 = (high1 ^ c1 ^ keys[2 * round]!) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ keys[2 * round + 1]!) >>> 0;
    c3 = low0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}
