import { describe, expect, test } from "vitest";
import { axisWords } from "../../../src/plots/tick-words.js";

describe("the numbers of an axis", () => {
  test.each([
    [
      [0, 0.002, 0.004, 0.01],
      ["0", "0.002", "0.004", "0.01"],
    ],
    [
      [0, 0.005, 0.01],
      ["0", "0.005", "0.010"],
    ],
    [
      [1e-8, 1e-6, 1e-4],
      ["10⁻⁸", "10⁻⁶", "10⁻⁴"],
    ],
    [
      [0.001, 0.01, 0.1, 1],
      ["0.001", "0.01", "0.1", "1"],
    ],
    [
      [1e-5, 3e-4, 0.1],
      ["1·10⁻⁵", "3·10⁻⁴", "1·10⁻¹"],
    ],
    [
      [-5e76, 0, 5e76, 1e77],
      ["−0.5·10⁷⁷", "0", "0.5·10⁷⁷", "1.0·10⁷⁷"],
    ],
    [
      [0, 5e-31, 1e-30],
      ["0", "0.5·10⁻³⁰", "1.0·10⁻³⁰"],
    ],
    [[1e-5], ["10⁻⁵"]],
    [[], []],
    [
      [0.50001, 0.500011, 0.500012],
      ["0.500010", "0.500011", "0.500012"],
    ],
  ])("%j are written in one style", (values, words) => {
    expect(axisWords(values)).toEqual(words);
  });

  test("are all with powers of ten or all without, tell values apart, and read as what they are", () => {
    for (let power = -32; power <= 78; power += 0.5) {
      for (const count of [1, 2, 3, 5]) {
        for (const make of [
          (at: number) => (at + 1) * 10 ** power,
          (at: number) => (at - 1) * 10 ** power,
          (at: number) => 10 ** (Math.round(power) + at),
        ]) {
          const values = Array.from({ length: count }, (_, at) => make(at));
          const words = axisWords(values);
          const told = words.filter((word) => word !== "0");
          expect(
            new Set(told.map((word) => word.includes("10") && /[⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(word))).size,
          ).toBeLessThan(2);
          expect(new Set(words).size).toBe(count);
          words.forEach((word, at) => {
            const error = Math.abs(read(word) - values[at]!);
            expect(error).toBeLessThanOrEqual(1e-3 * Math.max(...values.map(Math.abs)));
          });
        }
      }
    }
  });
});

function read(word: string): number {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const [, plain = "", raised = ""] = /^([^⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*)([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*)$/.exec(word.replaceAll("−", "-"))!;
  if (raised === "") {
    return Number(plain);
  }
  const power = Number(
    raised.replace("⁻", "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => String(digits.indexOf(digit))),
  );
  return Number(`${plain === "10" ? "1" : plain.replace("·10", "")}e${power}`);
}
