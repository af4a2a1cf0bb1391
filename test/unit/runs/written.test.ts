import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measuredText, textBeside, writtenValue } from "../../../src/runs/index.js";

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
