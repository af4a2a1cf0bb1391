import { bitsOfDouble } from "./double-bits.js";
import { makeNormalTable, normalMask, normalRow, normalShift } from "./normal-table.js";
import { keyOfSeed, philoxBlock, roundKeys } from "./philox.js";
import { startDomain, startWord } from "./streams.js";

let table: Float64Array | undefined;

/** The standard normal of a word (docs/streams.md, "Normals"). */
function normalOf(word: number, cubics: Float64Array): number {
  const tail = (word < 2 ** 31 ? word : 2 ** 32 - 1 - word) + 0.5;
  const [high] = bitsOfDouble(tail);
  const row = ((high >>> (normalShift - 32)) & normalMask) / 8;
  const [a, b, c, d] = cubics.subarray(row, row + normalRow) as unknown as [number, number, number, number];
  const magnitude = a + b * tail + tail * tail * (c + d * tail);
  return word < 2 ** 31 ? -magnitude : magnitude;
}

/**
 * The first normals of a stream of starting weights (docs/streams.md, "Starting weights"): independent, the same bits on every
 * machine, and none of what trials draw.
 * @param stream a whole number.
 */
export function standardNormals(stream: number, count: number): Float64Array {
  table ??= makeNormalTable();
  const keys = roundKeys(keyOfSeed(stream));
  const block = new Uint32Array(4);
  const normals = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    if (at % 4 === 0) {
      philoxBlock(keys, at / 4, startDomain, 0, startWord, block);
    }
    normals[at] = normalOf(block[at % 4]!, table);
  }
  return normals;
}
