import { describe, expect, it as test } from "vitest";
import { discreteThresholds } from "../../../src/compile/deviates.js";
import { keyOfSeed, philoxBlock, roundKeys } from "../../../src/compile/philox.js";
import type { DataSource } from "../../../src/landscape/landscape.js";
import { drawnFrom } from "./drawn.js";
import { density, normalOfWord, upperTail } from "./normal-oracle.js";

const normal: DataSource = { kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] };

function someWords(count: number): number[] {
  const block = new Uint32Array(4);
  const keys = roundKeys(keyOfSeed(11));
  return Array.from({ length: count }, (_, index) => {
    if (index % 4 === 0) {
      philoxBlock(keys, index / 4, 0, 0, 0, block);
    }
    return block[index % 4]!;
  });
}

/** Both ends of every segment of the table, and words next to them. */
function segmentEnds(): number[] {
  const ends: number[] = [];
  for (let exponent = 0; exponent < 31; exponent++) {
    for (let segment = 0; segment < 64; segment++) {
      const end = Math.floor(2 ** exponent * (1 + segment / 64));
      ends.push(...[end - 1, end, end + 1].filter((word) => word >= 0 && word < 2 ** 31));
    }
  }
  return ends;
}

describe("data from words", () => {
  test("normals are the words' quantiles, to 10^-10", () => {
    const words = [...segmentEnds(), 2 ** 31 - 1, ...someWords(20_000)];
    drawnFrom(normal, words).forEach((z, index) => {
      const word = words[index]!;
      const tail = ((word < 2 ** 31 ? word : 2 ** 32 - 1 - word) + 0.5) / 2 ** 32;
      const magnitude = word < 2 ** 31 ? -z : z;
      const miss = (upperTail(Math.abs(magnitude)) - tail) / density(magnitude);
      expect(magnitude, `${word}`).toBeGreaterThan(0);
      expect(Math.abs(miss), `${word}`).toBeLessThan(1e-10);
    });
  });

  test("normals have the quantiles that tables print", () => {
    const printed = [
      [0.6, 0.2533471031357997],
      [0.9, 1.2815515655446004],
      [0.975, 1.959963984540054],
      [0.995, 2.5758293035489004],
      [0.9995, 3.2905267314919255],
      [0.999999, 4.753424308822899],
    ] as const;
    for (const [probability, quantile] of printed) {
      // The word whose uniform is nearest.
      const word = Math.round(probability * 2 ** 32 - 0.5);
      const step = ((word + 0.5) / 2 ** 32 - probability) / density(quantile);
      const [z] = drawnFrom(normal, [word]);
      expect(Math.abs(z! - (quantile + step + (quantile * step ** 2) / 2))).toBeLessThan(1e-10);
    }
  });

  test("normals are symmetric to the bit, ascend with their words, and end at 6.338", () => {
    const words = [...segmentEnds(), ...someWords(2000)].map((word) =>
      word < 2 ** 31 ? word : 2 ** 32 - 1 - word,
    );
    words.sort((a, b) => a - b);
    const lower = drawnFrom(normal, words);
    const upper = drawnFrom(
      normal,
      words.map((word) => 2 ** 32 - 1 - word),
    );
    expect(upper).toEqual(lower.map((z) => -z));
    for (let i = 1; i < words.length; i++) {
      if (words[i]! > words[i - 1]! + 1) {
        expect(lower[i]!, `${words[i]}`).toBeGreaterThan(lower[i - 1]!);
      }
    }
    expect(drawnFrom(normal, [2 ** 32 - 1])[0]).toBeCloseTo(normalOfWord(2 ** 32 - 1), 10);
    expect(normalOfWord(2 ** 32 - 1)).toBeCloseTo(6.338, 3);
  });

  test("normals have their mean and deviation", () => {
    const words = someWords(50);
    const plain = drawnFrom(normal, words);
    drawnFrom({ ...normal, parameters: [-3, 0.25] }, words).forEach((value, index) => {
      expect(value).toBeCloseTo(plain[index]! * 0.25 - 3, 14);
    });
  });

  test("uniforms lie strictly between their bounds", () => {
    const source: DataSource = {
      kind: "continuous",
      name: "x",
      distribution: "uniform",
      parameters: [-1, 3],
    };
    const values = drawnFrom(source, [0, 2 ** 32 - 1, 2 ** 31]);
    expect(values).toEqual([-1 + 4 * 2 ** -33, 3 - 4 * 2 ** -33, 1 + 4 * 2 ** -33]);
  });

  test("outcomes end exactly at their thresholds", () => {
    expect(discreteThresholds([0.25, 0.5, 0.25])).toEqual([2 ** 30, 3 * 2 ** 30, 2 ** 32]);
    const source: DataSource = {
      kind: "finite",
      name: "x",
      outcomes: [
        { value: 7, probability: 0.25 },
        { value: -2, probability: 0.5 },
        { value: 9, probability: 0.25 },
      ],
    };
    const words = [0, 2 ** 30 - 1, 2 ** 30, 3 * 2 ** 30 - 1, 3 * 2 ** 30, 2 ** 32 - 1];
    expect(drawnFrom(source, words)).toEqual([7, 7, -2, -2, 9, 9]);
  });

  test("normals have a normal's moments, within five standard errors", () => {
    const values = drawnFrom(normal, someWords(400_000));
    // E z^k and Var z^k = E z^2k − (E z^k)².
    const expected = [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
      [6, 15, 10395 - 225],
    ] as const;
    for (const [power, mean, variance] of expected) {
      const measured = values.reduce((sum, value) => sum + value ** power, 0) / values.length;
      expect(Math.abs(measured - mean), `moment ${power}`).toBeLessThan(
        5 * Math.sqrt(variance / values.length),
      );
    }
    // Neighbours are independent.
    const product = values.reduce((sum, value, index) => sum + value * (values[index + 1] ?? 0), 0);
    expect(Math.abs(product / values.length)).toBeLessThan(5 / Math.sqrt(values.length));
  });
});
