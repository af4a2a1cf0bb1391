import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { exactInteger } from "../../../src/compile/exact-double.js";
import { keyOfSeed, roundKeys } from "../../../src/compile/philox.js";
import { DeviceEnd, DeviceLost } from "../../../src/device/index.js";
import { digitsOf, ExactSums } from "../../../src/device/webgpu/digits.js";
import { Pace } from "../../../src/device/webgpu/pace.js";
import { parametersOf, parameterWords } from "../../../src/device/webgpu/parameters.js";
import { factorsOf, withProducts } from "../../../src/device/webgpu/products.js";
import { roundedProduct } from "../../engine/product-oracle.js";

/** A sum as the shader keeps it: digits of 16 bits from the lowest, the last with what is left and the sign. */
function digitsFor(value: bigint, count: number): number[] {
  const digits: number[] = [];
  let left = value;
  for (let digit = 0; digit < count - 1; digit++) {
    digits.push(Number(left & 0xffffn));
    left >>= 16n;
  }
  return [...digits, Number(left)];
}

test("digits become the exact sums of numbers of single precision and of their squares", () => {
  const single = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.tuple(single, single), { minLength: 1 }), { minLength: 1 }),
      (groups) => {
        const sums = new ExactSums([1, 1]);
        for (const group of groups) {
          const digits = [group.length];
          for (const column of [0, 1] as const) {
            const integers = group.map((pair) => exactInteger(pair[column]));
            // Of single precision: in units of 2^-149 and 2^-298.
            const sum = integers.reduce((total, one) => total + one, 0n) >> 925n;
            const squares = integers.reduce((total, one) => total + one * one, 0n) >> 1850n;
            digits.push(...digitsFor(sum, 18), ...digitsFor(squares, 35));
          }
          expect(digits).toHaveLength(digitsOf([1, 1]));
          sums.add(group.length + 1, Int32Array.from(digits));
        }
        const { trials, count, sums: found } = sums.result();
        const all = groups.flat();
        expect([trials, count]).toEqual([all.length + groups.length, all.length]);
        for (const column of [0, 1] as const) {
          const integers = all.map((pair) => exactInteger(pair[column]));
          expect(found[column]).toEqual({
            sum: integers.reduce((total, one) => total + one, 0n).toString(16),
            squares: integers.reduce((total, one) => total + one * one, 0n).toString(16),
          });
        }
      },
    ),
    { numRuns: 50, seed: 4 },
  );
});

test("digits of products are in units of all their factors", () => {
  const digits = new Int32Array(digitsOf([1, 3]));
  expect(digits).toHaveLength(1 + 53 + 3 * 53);
  // 5 · 2^(−3 · 149 + 32), and 25 times the square of that unit.
  digits.set([1, ...digitsFor(0n, 18), ...digitsFor(0n, 35)], 0);
  digits.set(digitsFor(5n << 32n, 3 * 18), 1 + 53);
  digits.set(digitsFor(25n << 64n, 3 * 35), 1 + 53 + 3 * 18);
  const sums = new ExactSums([1, 3]);
  sums.add(1, digits);
  const unit = 2n ** BigInt(1074 - 3 * 149 + 32);
  expect(sums.result().sums[1]).toEqual({
    sum: (5n * unit).toString(16),
    squares: (25n * unit * unit).toString(16),
  });
});

test("products are rounded to 24 bits, with exponents that single precision lacks", () => {
  expect(
    factorsOf({
      columns: 2,
      products: [
        [0, 1],
        [2, 2],
        [0, 2],
      ],
    }),
  ).toEqual([1, 1, 2, 4, 3]);
  const single = fc
    .float({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Math.abs(value) < 2 ** -126 ? 0 : value));
  fc.assert(
    fc.property(single, single, single, single, (...values) => {
      const [a, b, c, d] = values;
      const [ab, cd] = [roundedProduct(a, b, 24), roundedProduct(c, d, 24)];
      const all = withProducts(values, [
        [0, 1],
        [2, 3],
        [4, 5],
      ]);
      expect(all.map((value) => value + 0)).toEqual(
        [a, b, c, d, ab, cd, roundedProduct(ab, cd, 24)].map((value) => value + 0),
      );
    }),
    { numRuns: 300, seed: 5 },
  );
  // A number that a device may take for zero is zero.
  expect(withProducts([2 ** -127, 1], [[0, 1]])).toEqual([2 ** -127, 1, 0]);
});

test("digits that are not yet carried count for what they are", () => {
  const sums = new ExactSums([1]);
  const digits = new Int32Array(digitsOf([1]));
  digits.set([3, -5, 2 ** 30, -1], 0);
  sums.add(7, digits);
  const sum = (-5n + ((2n ** 30n) << 16n) - (1n << 32n)) << 925n;
  expect(sums.result()).toEqual({ trials: 7, count: 3, sums: [{ sum: sum.toString(16), squares: "0" }] });
});

test("parameters begin with Philox's round keys and number trials in two words", () => {
  const part = {
    first: 2 ** 40 + 2 ** 32 - 3,
    fromTrial: 64,
    toTrial: 100,
    firstEpoch: 1,
    endEpoch: 2,
    firstBlock: 3,
    endBlock: 4,
    begin: true,
  };
  for (const seed of [0n, 5n, 2n ** 64n - 1n, 0x9e3779b97f4a7c15n]) {
    const words = parametersOf(keyOfSeed(seed), 128, part);
    expect(words).toHaveLength(parameterWords);
    expect(words.subarray(0, 20)).toEqual(roundKeys(keyOfSeed(seed)));
    expect([...words.subarray(20)]).toEqual([
      2 ** 32 - 3,
      2 ** 8,
      64,
      100,
      128,
      1,
      2,
      3,
      4,
      1,
      0,
      0x7f800000,
    ]);
  }
});

test("the pace grows by steps, falls at once, and learns nothing bad from short dispatches", () => {
  const pace = new Pace();
  const first = pace.visits;
  pace.learn(first, 1e-6);
  expect(pace.visits).toBe(8 * first);
  pace.learn(8 * first, 0.05);
  expect(pace.visits).toBeCloseTo(8 * first);
  pace.learn(10, 0.002);
  expect(pace.visits).toBeCloseTo(8 * first);
  pace.learn(8 * first, 5);
  expect(pace.visits).toBeCloseTo((8 * first) / 100);
  pace.learn(1, 1e9);
  expect(pace.visits).toBe(1);
  const fixed = new Pace(77);
  fixed.learn(77, 100);
  expect(fixed.visits).toBe(77);
});

test("an ending reaches all that wait, those who come later, and keeps nothing of those who left", async () => {
  const ending = new DeviceEnd();
  expect(await ending.before(Promise.resolve(3))).toBe(3);
  await expect(ending.before(Promise.reject(new Error("own")))).rejects.toThrow("own");
  const never = new Promise<never>(() => undefined);
  const waiting = [ending.before(never), ending.before(never)];
  ending.end(new DeviceLost("gone"));
  ending.end(new DeviceLost("gone again"));
  for (const one of [...waiting, ending.before(never), ending.before(Promise.resolve(1))]) {
    const failure = await one.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeviceLost);
    expect((failure as Error).message).toBe("gone");
  }
  expect(ending.reason?.message).toBe("gone");
  const unhandled = vi.fn();
  process.once("unhandledRejection", unhandled);
  await ending.before(Promise.reject(new Error("late"))).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.removeListener("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
