import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { fuseProducts } from "../../../src/compile/fused.js";
import { multiplyAdd } from "../../../src/compile/multiply-add.js";
import { finishProgram, ProgramBuilder } from "../../../src/compile/program.js";

/** A double by its sign, its exponent and its fraction, so that exponents near each other are likely. */
const doubleNear = (spread: number) =>
  fc
    .tuple(
      fc.boolean(),
      fc.integer({ min: -spread, max: spread }),
      fc.bigInt({ min: 0n, max: 2n ** 52n - 1n }),
    )
    .map(
      ([negative, exponent, fraction]) =>
        (negative ? -1 : 1) * (1 + Number(fraction) / 2 ** 52) * 2 ** exponent,
    );

/** An exact `a·b + c` in units of 2^-2148, and whether a double is as near to it as its neighbours. */
function isNearest(value: number, a: number, b: number, c: number): boolean {
  const exact = integer(a) * integer(b) + (integer(c) << 1074n);
  const distance = (candidate: number) => {
    const difference = (integer(candidate) << 1074n) - exact;
    return difference < 0n ? -difference : difference;
  };
  const own = distance(value);
  const [below, above] = [neighbour(value, -1n), neighbour(value, 1n)];
  const even = (bitsOf(value) & 1n) === 0n;
  return [below, above].every((other) => own < distance(other) || (own === distance(other) && even));
}

const view = new DataView(new ArrayBuffer(8));

function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigInt64(0);
}

function neighbour(value: number, by: bigint): number {
  view.setBigInt64(0, bitsOf(value) + by);
  return view.getFloat64(0);
}

/** Through decimal text: a double times 2^1074, exactly. */
function integer(value: number): bigint {
  const exponent = value === 0 ? 0 : Math.max(-1022, Math.floor(Math.log2(Math.abs(value)))) - 53;
  const half = exponent < -1000 ? 500 : 0;
  const fraction = (value * 2 ** half) / 2 ** (exponent + half);
  return (BigInt(fraction) << BigInt(exponent + 1075)) >> 1n;
}

describe("a fused product and sum", () => {
  test.each([4, 30, 60, 300, 500])(
    "is the double nearest to the exact value, exponents within %i",
    (spread) => {
      fc.assert(
        fc.property(doubleNear(spread), doubleNear(spread), doubleNear(2 * spread), (a, b, c) => {
          const value = multiplyAdd(a, b, c);
          if (value !== 0) {
            expect(isNearest(value, a, b, c), `${a} · ${b} + ${c}`).toBe(true);
          }
        }),
        { numRuns: 5000, seed: 1 },
      );
    },
  );

  test("is exact where the product nearly cancels", () => {
    fc.assert(
      fc.property(doubleNear(20), doubleNear(20), (a, b) => {
        const rest = multiplyAdd(a, b, -(a * b));
        expect(integer(a) * integer(b)).toBe((integer(a * b) << 1074n) + (integer(rest) << 1074n));
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  test("rounds to even on ties, and passes on what is not finite", () => {
    expect(multiplyAdd(1 + 2 ** -30, 1 - 2 ** -30, -1)).toBe(-(2 ** -60));
    expect(multiplyAdd(2 ** -53, 1, 1)).toBe(1);
    expect(multiplyAdd(2 ** -53, 1, 1 + 2 ** -52)).toBe(1 + 2 ** -51);
    expect(multiplyAdd(2 ** 1000, 2 ** 1000, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(multiplyAdd(2 ** 1000, 2 ** 23, -(2 ** 1023))).toBe(0);
    expect(multiplyAdd(2 ** -600, 2 ** -400, 2 ** -1000)).toBe(2 ** -999);
    expect(multiplyAdd(Number.POSITIVE_INFINITY, 0, 1)).toBeNaN();
    expect(multiplyAdd(1, Number.NEGATIVE_INFINITY, 1)).toBe(Number.NEGATIVE_INFINITY);
    expect(multiplyAdd(Number.NaN, 1, 1)).toBeNaN();
    expect(multiplyAdd(-1.5 * 2 ** -600, 2 ** -474, 0)).toBe(-2 * Number.MIN_VALUE);
    expect(multiplyAdd(1.25 * 2 ** -600, 2 ** -474, 0)).toBe(Number.MIN_VALUE);
    expect(Object.is(multiplyAdd(-(2 ** -600), 2 ** -475, 0), -0)).toBe(true);
    expect(Object.is(multiplyAdd(-0, 1, -0), -0)).toBe(true);
  });
});

describe("fusing", () => {
  test("joins a product with the one sum that uses it, and no other", () => {
    const builder = new ProgramBuilder();
    const [a, b, c, d] = [0, 1, 2, 3].map((index) => builder.input(index));
    const once = builder.multiply(a!, b!);
    const twice = builder.multiply(c!, d!);
    const sum = builder.add(once, c!);
    const difference = builder.subtract(sum, twice);
    const plain = finishProgram(builder, [difference, builder.sqrt(twice)], 4);
    const fused = fuseProducts(plain);
    expect(fused.instructions.map(({ op }) => op).filter((op) => op !== "input")).toEqual([
      "multiply",
      "multiplyAdd",
      "subtract",
      "sqrt",
    ]);
  });
});
