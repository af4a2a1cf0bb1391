import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roundedText } from "../../../src/printable/index.js";
import { digitsBeside, measuredText, textBeside, writtenValue } from "../../../src/runs/index.js";

describe("a measured value", () => {
  test.each([
    [0.172214, 0.00019, "0.17221(19)"],
    [-0.000012, 0.0000019, "-1.20(19)e-5"],
    [-4.0040548226086547e77, 9.086386673473561e74, "-4.0041(91)e77"],
    [-1.1668626e-16, 2e-19, "-1.1669(20)e-16"],
    [0, 4.8e-19, "0.0(48)e-19"],
    [-1e-22, 4.8e-19, "0.0(48)e-19"],
    [83.2, 0.0999, "83.20(10)"],
    [12345.6, 230, "12346(230)"],
    [0.00003, 0.02, "0.000(20)"],
    [9.9999996e-6, 1e-9, "1.00000(10)e-5"],
    [5e-324, 5e-324, "5.0(50)e-324"],
    [1.7e308, 1e306, "1.700(10)e308"],
    [1.79e308, 1e307, "1.79(10)e308"],
    [0.5819993, 1e-17, "0.5819993 ± 1e-17"],
    [18643209132319210, 2.1, "1.86432091323192e16 ± 2.1"],
    [-18643209132319210, 0, "-1.8643209e16"],
    [18643209132319210, null, "1.8643209e16 ± ?"],
    [0.123456789012345, 1e-17, "0.123456789012345 ± 1e-17"],
    [2e10, 0, "20000000000"],
    [0.25, 0, "0.25"],
    [0.25, null, "0.25 ± ?"],
    [null, null, "not finite"],
    [Number.NaN, 1, "not finite"],
  ])("%d ± %d is %s", (value, error, text) => expect(measuredText(value, error)).toBe(text));

  test("is short, and within half a digit of itself", () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-290, max: 1e290 });
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: 1e-9, max: 1e3, noNaN: true }),
        fc.boolean(),
        (size, share, isNegative) => {
          const value = isNegative ? -size : size;
          const error = size * share;
          const text = measuredText(value, error);
          expect(text.length).toBeLessThan(26);
          const written = writtenValue(value, error)!;
          const power = 10 ** written.power;
          expect(Math.abs(Number(written.value) * power - value)).toBeLessThanOrEqual(
            0.051 * error + 1e-12 * size,
          );
          const unit = 10 ** -(written.value.split(".")[1]?.length ?? 0);
          expect(Math.abs(Number(written.error) * unit * power - error)).toBeLessThanOrEqual(0.051 * error);
        },
      ),
    );
  });

  test("is rounded to no more than its error, and no zero stands for a digit that is not known", () => {
    const size = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-12, max: 1e25 });
    const share = fc.double({ min: 1e-22, max: 1e-3, noNaN: true });
    fc.assert(
      fc.property(size, share, (value, part) => {
        const error = value * part;
        const text = measuredText(value, error);
        const shown = text.includes("±") ? Number(text.split(" ")[0]) : Number(text.replace(/\(.*\)/, ""));
        // Of 15 digits the last is off by half of itself, and it may be the first of a new power.
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.max(0.051 * error, 0.6e-14 * value));
        const beside = Number(value.toPrecision(digitsBeside(value, error, 7)));
        expect(Math.abs(beside - value)).toBeLessThanOrEqual(Math.max(0.5 * error, 0.6e-14 * value));
      }),
    );
    fc.assert(
      fc.property(size, fc.integer({ min: 2, max: 15 }), (value, digits) => {
        const text = roundedText(value, digits);
        expect(Number(text)).toBe(Number(value.toPrecision(digits)));
        const written = text.replace(/e.*/, "").replace(".", "").replace(/^0+/, "");
        expect(written.length <= digits || Number(text) === value || value < 1e7).toBe(true);
      }),
    );
  });

  test("has the digits and the power of ten of the value beside it", () => {
    expect(textBeside(-0.1, -0.09871, 0.00012)).toBe("-0.10000");
    expect(measuredText(-0.09871, 0.00012, -0.1)).toBe("-0.09871(12)");
    expect(textBeside(2e-5, 0.99e-5, 1e-8)).toBe("2.0000e-5");
    expect(measuredText(0.99e-5, 1e-8, 2e-5)).toBe("0.9900(10)e-5");
    expect(textBeside(-3.716e-6, 0.01, 0.01)).toBe("-0.000003716");
    expect(textBeside(0, 0.01, 0.01)).toBe("0.000");
    expect(textBeside(null, 1, 1)).toBe("not finite");
    expect(textBeside(0.02, null, null)).toBe("0.02");
  });
});
