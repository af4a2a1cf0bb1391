import { expect, test } from "vitest";
import { elementaryFunctions } from "../../../src/landscape/index.js";
import { exactly, missOf } from "./exact-values.js";
import {
  direction,
  exponential,
  logarithm,
  minus,
  numberOf,
  one,
  plus,
  realOf,
  times,
} from "./many-digits.js";

const points = [1e-300, 1e-9, 0.1, 0.49, 0.75, 1, 1.5, 3, 7.7, 40, 700, 1e5, 1e22].flatMap((x) => [x, -x]);

test("numbers of many digits agree with themselves", () => {
  for (const x of points) {
    if (Math.abs(x) < 1e5 && Math.abs(x) > 1e-9) {
      const back = logarithm(exponential(realOf(x)));
      expect(Math.abs(numberOf(minus(back, realOf(x)))), `${x}`).toBeLessThan(
        2 ** -200 * Math.max(1, Math.abs(x)),
      );
    }
    const { sine, cosine } = direction(x);
    const sum = plus(times(sine, sine), times(cosine, cosine));
    expect(Math.abs(numberOf(minus(sum, one)))).toBeLessThan(2 ** -200);
  }
});

test("what they say of functions is what JavaScript says, to two units of double precision", () => {
  for (const name of elementaryFunctions) {
    if (name in Math) {
      for (const x of [...points, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const value = Math[name as "exp"](x);
        expect(missOf(name, x, value, "double"), `${name}(${x})`).toBeLessThan(2);
      }
    }
  }
});

test("a value is judged by the unit in its last place", () => {
  expect(missOf("abs", 3, 3 + 2 ** -51, "double")).toBe(1);
  expect(missOf("abs", 3, 3 + 2 ** -22, "single")).toBe(1);
  expect(missOf("exp", 1000, Number.MAX_VALUE, "double")).toBeGreaterThan(1e9);
  expect(missOf("exp", 1000, Number.POSITIVE_INFINITY, "double")).toBe(0);
  expect(missOf("log", -1, 0, "double")).toBe(Number.POSITIVE_INFINITY);
  expect(exactly("log", 1)).toBe(0);
});
