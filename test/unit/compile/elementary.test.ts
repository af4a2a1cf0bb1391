/** What is made of elementary functions, and their tables; their accuracy is in `test/unit/engines/accuracy.test.ts`. */
import { describe, expect, it as test } from "vitest";
import { bitsOfDouble, doubleOfBits } from "../../../src/compile/double-bits.js";
import { elementary, elementaryCalls } from "../../../src/compile/elementary.js";
import { Interpreter } from "../../../src/compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../../../src/compile/program.js";
import { lookupTable } from "../../../src/compile/tables.js";

/** How many doubles lie between two. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || (a === 0 && b === 0) || (Number.isNaN(a) && Number.isNaN(b))) {
    return 0;
  }
  const order = (value: number) => {
    const [high, low] = bitsOfDouble(value);
    const bits = (BigInt(high) << 32n) | BigInt(low);
    return bits >> 63n ? -(bits & 0x7fffffffffffffffn) : bits;
  };
  const between = order(a) - order(b);
  return Number.isNaN(a - b) ? Number.POSITIVE_INFINITY : Number(between < 0n ? -between : between);
}

describe("logsumexp", () => {
  const rows = [
    [0, 0, 0],
    [1, 2, 3],
    [-1e4, 1e4, 3],
    [700, -800, 699],
    [1e300, 2, 1e300],
    [-1e300, -1e5, -1e5],
    [Number.NEGATIVE_INFINITY, 4, 2],
    [Number.NaN, 1, 2],
    [1, 2, Number.NaN],
  ];
  const wanted = (values: readonly number[]) => {
    const largest = Math.max(...values);
    return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  };

  test.each([2, 3])("of %i terms has its value, by instructions and by calls", (count) => {
    for (const [functions, tolerance] of [
      [elementary, 1e-15],
      [elementaryCalls, 1e-14],
    ] as const) {
      const builder = new ProgramBuilder();
      const inputs = Array.from({ length: count }, (_, index) => builder.input(index));
      const program = finishProgram(builder, [functions.logSumExp(builder, inputs)], count);
      const interpreter = new Interpreter(program, rows.length);
      inputs.forEach((_, index) => {
        interpreter.input(index)!.set(rows.map((row) => row[index]!));
      });
      interpreter.run();
      rows.forEach((row, lane) => {
        const exact = wanted(row.slice(0, count));
        const found = interpreter.output(0)[lane]!;
        // by calls an infinite term times a share of zero is not a number
        if (functions === elementaryCalls && row.includes(Number.NEGATIVE_INFINITY)) {
          return;
        }
        if (Number.isNaN(exact)) {
          expect(found).toBeNaN();
        } else {
          expect(Math.abs(found - exact), `${row}`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(exact)));
        }
      });
    }
  });
});

describe("the tables", () => {
  test("hold powers of two, less what their index will add to the exponent", () => {
    lookupTable("exp").forEach((value, j) => {
      const [high, low] = bitsOfDouble(value);
      expect(distance(doubleOfBits(high + 2 ** 12 * j, low), 2 ** (j / 256))).toBeLessThanOrEqual(1);
    });
  });

  test("hold directions, exact where they are", () => {
    const turn = lookupTable("turn");
    for (let j = 0; j < 512; j++) {
      expect(turn[2 * j]).toBeCloseTo(Math.cos((j * Math.PI) / 256), 14);
      expect(turn[2 * j + 1]).toBeCloseTo(Math.sin((j * Math.PI) / 256), 14);
    }
    const at = (j: number) => [turn[2 * j], turn[2 * j + 1]];
    expect([0, 128, 256, 384].map(at)).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]);
  });
});
