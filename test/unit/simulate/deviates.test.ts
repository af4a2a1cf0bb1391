import { describe, expect, it } from "vitest";
import type { DataSource } from "../../../src/landscape/landscape.js";
import { discreteThresholds, transformOf, wordHigh } from "../../../src/simulate/deviates.js";
import { Interpreter } from "../../../src/simulate/interpreter.js";
import { keyOfSeed, philoxBlock, roundKeys } from "../../../src/simulate/philox.js";

/** What a source makes of pairs of words. */
function transform(source: DataSource, pairs: readonly (readonly [number, number])[]): number[][] {
  const made = transformOf(source);
  if (made.kind !== "program") throw new Error("this source looks its data up");
  const interpreter = new Interpreter(made.program, pairs.length);
  [0, 1].forEach((input) => {
    const lanes = interpreter.input(input);
    if (lanes === undefined) return;
    const bits = new Uint32Array(lanes.buffer);
    pairs.forEach((pair, lane) => {
      bits[2 * lane] = pair[input]!;
      bits[2 * lane + 1] = wordHigh;
    });
  });
  interpreter.run();
  return made.program.outputs.map((_, output) => [...interpreter.output(output)]);
}

const normal: DataSource = { kind: "normal", name: "x", mean: 0, deviation: 1 };

function somePairs(count: number): [number, number][] {
  const block = new Uint32Array(4);
  const keys = roundKeys(keyOfSeed(11));
  return Array.from({ length: count }, (_, index) => {
    philoxBlock(keys, index, 0, 0, 0, block);
    return [block[0]!, block[1]!];
  });
}

describe("data from words", () => {
  it("normals are Box and Muller's transform of the words", () => {
    const edges = [0, 1, 2 ** 22 - 1, 2 ** 22, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 1];
    const pairs = [...edges.flatMap((a) => edges.map((b) => [a, b] as const)), ...somePairs(3000)];
    const [first, second] = transform(normal, pairs);
    pairs.forEach(([word1, word2], index) => {
      const logarithm =
        word1 < 2 ** 31 ? Math.log((word1 + 0.5) / 2 ** 32) : Math.log1p(-(2 ** 32 - word1 - 0.5) / 2 ** 32);
      const radius = Math.sqrt(-2 * logarithm);
      const angle = (2 * Math.PI * (word2 + 0.5)) / 2 ** 32;
      expect(Math.abs(first![index]! - radius * Math.cos(angle)), `${word1} ${word2}`).toBeLessThan(4e-15);
      expect(Math.abs(second![index]! - radius * Math.sin(angle)), `${word1} ${word2}`).toBeLessThan(4e-15);
    });
  });

  it("normals have their mean and deviation", () => {
    const pairs = somePairs(50);
    const plain = transform(normal, pairs);
    const scaled = transform({ ...normal, mean: -3, deviation: 0.25 }, pairs);
    scaled.forEach((values, output) => {
      values.forEach((value, index) => {
        expect(value).toBeCloseTo(plain[output]![index]! * 0.25 - 3, 14);
      });
    });
  });

  it("uniforms lie strictly between their bounds", () => {
    const source: DataSource = { kind: "uniform", name: "x", low: -1, high: 3 };
    const [values] = transform(source, [
      [0, 0],
      [2 ** 32 - 1, 0],
      [2 ** 31, 0],
    ]);
    expect(values).toEqual([-1 + 4 * 2 ** -33, 3 - 4 * 2 ** -33, 1 + 4 * 2 ** -33]);
  });

  it("outcomes end exactly at their thresholds", () => {
    expect(discreteThresholds([0.25, 0.5, 0.25])).toEqual([2 ** 30, 3 * 2 ** 30, 2 ** 32]);
    const source: DataSource = {
      kind: "discrete",
      name: "x",
      outcomes: [
        { value: 7, probability: 0.25 },
        { value: -2, probability: 0.5 },
        { value: 9, probability: 0.25 },
      ],
    };
    const words = [0, 2 ** 30 - 1, 2 ** 30, 3 * 2 ** 30 - 1, 3 * 2 ** 30, 2 ** 32 - 1];
    expect(
      transform(
        source,
        words.map((word) => [word, 0]),
      ),
    ).toEqual([[7, 7, -2, -2, 9, 9]]);
  });

  it("normals have a normal's moments, within five standard errors", () => {
    const [first, second] = transform(normal, somePairs(200_000));
    const values = [...first!, ...second!];
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
    const product = first!.reduce((sum, value, index) => sum + value * second![index]!, 0) / first!.length;
    expect(Math.abs(product)).toBeLessThan(5 / Math.sqrt(first!.length));
  });
});
