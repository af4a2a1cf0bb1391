import { expect, test } from "vitest";
import { monomialCount, monomialsOf } from "../../../../src/simulate/controls/polynomials.js";

test("monomials are counted as they are listed", () => {
  for (let variables = 0; variables <= 5; variables++) {
    for (let degree = 0; degree <= 5; degree++) {
      expect(monomialCount(variables, degree)).toBe(monomialsOf(variables, degree).length);
    }
  }
});

test("monomials that nobody could list are counted", () => {
  // 2000·1999/2 pairs and 2000 squares, 2000 alone, and the constant one.
  expect(monomialCount(2000, 2)).toBe(2_003_001);
  expect(monomialCount(400, 4)).toBe(1_093_567_501);
});
