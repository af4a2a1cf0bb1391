import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { exactInteger, nearestDouble } from "../../../src/compile/exact-double.js";
import {
  addValue,
  meanOf,
  mergeMoments,
  noMoments,
  standardErrorOf,
} from "../../../src/simulate/exact-sum.js";
import { deserializeStatistics, serializeStatistics, statisticsOf } from "../../../src/simulate/request.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const moderate = fc.double({ noNaN: true, min: -1e100, max: 1e100 });

const momentsOf = (values: readonly number[], center: number) => values.reduce(addValue, noMoments(center));

describe("exact sums", () => {
  test("hold a double exactly", () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(nearestDouble(exactInteger(value), 1n, -1074)).toBe(value === 0 ? 0 : value);
      }),
    );
    expect(exactInteger(5e-324)).toBe(1n);
    expect(exactInteger(-1)).toBe(-(2n ** 1074n));
  });

  test("divide with one rounding, ties to even", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 31 }), (numerator, denominator) => {
        expect(nearestDouble(BigInt(numerator), BigInt(denominator), 0)).toBe(numerator / denominator || 0);
      }),
    );
    expect(nearestDouble(2n ** 53n + 1n, 1n, 0)).toBe(2 ** 53);
    expect(nearestDouble(2n ** 53n + 3n, 1n, 0)).toBe(2 ** 53 + 4);
    expect(nearestDouble(2n ** 53n * 3n + 1n, 3n, 0)).toBe(2 ** 53);
  });

  test("give the same bits in any order and grouping", () => {
    fc.assert(
      fc.property(
        fc.array(moderate, { minLength: 3, maxLength: 30 }),
        fc.nat(),
        moderate,
        (values, cut, center) => {
          const at = cut % values.length;
          const whole = momentsOf(values, center);
          const parts = mergeMoments(
            momentsOf(values.slice(at).reverse(), center),
            momentsOf(values.slice(0, at), center),
          );
          expect(parts).toEqual(whole);
          expect(meanOf(parts)).toBe(meanOf(whole));
        },
      ),
    );
  });

  test("agree with sums done twice over, where those are good", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -5, max: 5 }), { minLength: 2, maxLength: 40 }),
        (values) => {
          const moments = momentsOf(values, 1.5);
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
          expect(meanOf(moments)).toBeCloseTo(mean, 12);
          expect(standardErrorOf(moments)).toBeCloseTo(
            Math.sqrt(spread / (values.length - 1) / values.length),
            12,
          );
        },
      ),
    );
  });

  test("lose nothing to cancellation", () => {
    expect(meanOf(momentsOf([1e300, 1, -1e300], 0))).toBe(1 / 3);
    expect(standardErrorOf(momentsOf([1 + 2 ** -50, 1 - 2 ** -50], 1))).toBe(2 ** -50);
    expect(meanOf(momentsOf([], 0))).toBeNaN();
    expect(standardErrorOf(momentsOf([3], 0))).toBeNaN();
  });

  test("refuse to merge sums about different centers", () => {
    expect(() => mergeMoments(noMoments(0), noMoments(1))).toThrow(/cannot be merged/);
  });

  test("survive being written and read", () => {
    const statistics = statisticsOf("test_loss", momentsOf([0.1, -7e-9, 3e40], 0.5));
    const text = JSON.stringify(serializeStatistics(statistics));
    expect(deserializeStatistics(JSON.parse(text))).toEqual(statistics);
    expect(() => deserializeStatistics({ ...JSON.parse(text), sum: "12; drop" })).toThrow(/damaged/);
  });
});
