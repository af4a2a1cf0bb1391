import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { keyOfSeed, multiplyHigh, philoxBlock, roundKeys } from "../../../src/compile/philox.js";

const words = fc.nat(0xffffffff);

describe("Philox 4x32-10", () => {
  // The known answers published with the generator (Random123).
  test.each([
    [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [[-1, -1, -1, -1], [0xffffffff, 0xffffffff], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ] as const)("gives the published words for counter %j and key %j", (counter, key, answer) => {
    const block = new Uint32Array(4);
    const [c0, c1, c2, c3] = counter;
    philoxBlock(roundKeys(key), c0, c1, c2, c3, block);
    expect([...block].map((word) => word.toString(16).padStart(8, "0")).join(" ")).toBe(answer);
  });

  test("multiplies words exactly", () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
      }),
    );
  });

  test("takes the seed's low word first, and negative seeds as two's complement", () => {
    expect(keyOfSeed(0x1122334455667788n)).toEqual([0x55667788, 0x11223344]);
    expect(keyOfSeed(-1)).toEqual([0xffffffff, 0xffffffff]);
    expect(keyOfSeed(7)).toEqual([7, 0]);
  });
});
