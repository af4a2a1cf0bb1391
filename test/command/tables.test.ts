import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatEvaluation } from "../../src/cli/results.js";

const anyNumber = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, 5e-324, -1e-300, 1e-17, 1, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

/** The numbers at the end of the table's line that begins with a text. */
function numbersAfter(table: string, beginning: string, count: number): string[] {
  const line = table.split("\n").find((one) => one.startsWith(beginning))!;
  return line
    .trimEnd()
    .split(/\s{2,}/)
    .slice(-count);
}

function expectShown(shown: readonly string[], values: readonly number[]) {
  expect(shown).toHaveLength(values.length);
  shown.forEach((text, index) => {
    const value = values[index]!;
    const read = Number(text);
    if (!Number.isFinite(value) || value === 0) {
      expect(read).toBe(value === 0 ? 0 : value);
      return;
    }
    expect(read).not.toBe(0);
    // Subnormal numbers have fewer digits themselves.
    expect(Math.abs(read - value)).toBeLessThanOrEqual(5e-8 * Math.abs(value) + 5e-324);
  });
}

describe("the table of an evaluation", () => {
  test("gives each number its own digits, whatever stands beside it", () => {
    const width = 2;
    const values = fc.array(anyNumber, { minLength: width, maxLength: width });
    fc.assert(
      fc.property(values, values, fc.array(values, { minLength: 1, maxLength: 4 }), (total, term, series) => {
        const table = formatEvaluation({
          total,
          series,
          terms: [{ diagram: "(0-1)(01)", edges: 1, automorphisms: 1, embeddings: 1e9, value: term }],
        });
        expectShown(numbersAfter(table, "total", width), total);
        expectShown(numbersAfter(table, "(0-1)(01)", width), term);
        series.forEach((coefficient, power) => {
          const [first, second] = numbersAfter(table, `  eta^${power}:`, width);
          expectShown([first!.replace(/^.*: /, ""), second!], coefficient);
        });
      }),
    );
  });

  test("says that a number has no value, and remarks stand under it", () => {
    const table = formatEvaluation({ total: Number.NaN, series: [1], terms: [] }, ["descent diverges"]);
    expect(table).toMatch(/^total .*no value$/m);
    expect(table.split("\n").at(-1)).toBe("Descent diverges.");
  });
});
