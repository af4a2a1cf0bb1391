import { keyOfSeed, philoxBlock, roundKeys } from "./philox.js";
import { estimateDomain, startWord } from "./streams.js";

/** Slots that a sample may have. */
const slots = 64;

/**
 * The words that rows of estimates are drawn by (docs/streams.md, "Rows of estimates"): the same on every machine, and none of what
 * trials draw.
 * @returns by sample, slot and index, which is below `2^24`.
 */
export function rowWords(seed: number): (sample: number, slot: number, index: number) => number {
  const keys = roundKeys(keyOfSeed(seed));
  const block = new Uint32Array(4);
  let [at, of] = [-1, -1];
  return (sample, slot, index) => {
    const counter = Math.floor(index / 4) * slots + slot;
    if (at !== counter || of !== sample) {
      philoxBlock(keys, counter, estimateDomain, sample, startWord, block);
      [at, of] = [counter, sample];
    }
    return block[index % 4]!;
  };
}
