import fc from "fast-check";
import { expect, test } from "vitest";
import { dataDomain, mostEpochs, noiseWord } from "../../../src/compile/streams.js";

// What docs/streams.md promises: no two streams share a counter, so that no number is drawn twice.

const trial = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
  fc.bigInt({ min: 0n, max: 63n }).map((pilot) => 2n ** 53n + pilot),
);
const lowWord = 0xffffffffn;

/** A stream, and the words of its counters but for the first, which numbers its blocks. */
const stream = fc.oneof(
  trial.map((one) => ({ what: `data of ${one}`, words: [dataDomain, ...wordsOf(one)] })),
  fc.tuple(trial, fc.integer({ min: 1, max: mostEpochs })).map(([one, epoch]) => ({
    what: `shuffle ${epoch} of ${one}`,
    words: [epoch, ...wordsOf(one)],
  })),
  trial.map((one) => {
    const [low, high] = wordsOf(one);
    return { what: `noise of ${one}`, words: [dataDomain, low!, noiseWord(high!)] };
  }),
);

function wordsOf(one: bigint): number[] {
  return [Number(one & lowWord), Number(one >> 32n)];
}

test("counters are words of 32 bits, and those of different streams differ", () => {
  fc.assert(
    fc.property(stream, stream, (one, other) => {
      for (const word of one.words) {
        expect(word).toBe(word >>> 0);
      }
      expect(String(one.words) === String(other.words)).toBe(one.what === other.what);
    }),
    { numRuns: 5000 },
  );
});

test("also those of trials that differ in one bit", () => {
  const highs = [0, ...Array.from({ length: 22 }, (_, bit) => 2 ** bit)];
  const words = highs.flatMap((high) => [high, noiseWord(high)]);
  expect(new Set(words).size).toBe(46);
});
