import { describe, expect, it as test } from "vitest";
import { bitsOfDouble, doubleOfBits } from "../../../src/compile/double-bits.js";
import { elementary, elementaryCalls } from "../../../src/compile/elementary.js";
import { fuseProducts } from "../../../src/compile/fused.js";
import { Interpreter } from "../../../src/compile/interpreter.js";
import { finishProgram, ProgramBuilder } from "../../../src/compile/program.js";
import { lookupTable } from "../../../src/compile/tables.js";
import { type ElementaryFunction, elementaryFunctions } from "../../../src/landscape/expression.js";
import { exactValue } from "../landscape/exact-values.js";

/** The function's value at each point, by its instructions. */
function evaluate(name: ElementaryFunction, points: readonly number[], fused: boolean): number[] {
  const builder = new ProgramBuilder();
  const value = elementary[name](builder, builder.input(0));
  const program = finishProgram(builder, [value], 1);
  const interpreter = new Interpreter(fused ? fuseProducts(program) : program, points.length);
  interpreter.input(0)!.set(points);
  interpreter.run();
  return [...interpreter.output(0)];
}

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

/** Points spread evenly, and by magnitude, over [low, high]. */
function spread(low: number, high: number): number[] {
  const points: number[] = [];
  const count = 4000;
  for (let i = 0; i <= count; i++) {
    points.push(low + ((high - low) * i) / count);
  }
  for (let power = -40; power <= 20; power += 0.13) {
    for (const point of [Math.E ** power, -(Math.E ** power)]) {
      if (point >= low && point <= high) {
        points.push(point);
      }
    }
  }
  return points;
}

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  707.9,
  708,
  709.7,
  710,
  -708,
  -745.1,
  -746,
  1e5,
  999999,
  1e6,
  -1e6,
  1e22,
  1e300,
  -1e300,
  5e-324,
  -5e-324,
  2.3e-308,
  1e-310,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  Math.PI,
  Math.PI / 2,
  -Math.PI / 4,
  1 + 2 ** -52,
  1 - 2 ** -53,
];

/** Range, and how many units in the last place values may be off; Math's own error is up to one. */
const cases: Record<ElementaryFunction, readonly [low: number, high: number, units: number]> = {
  exp: [-700, 700, 2],
  expm1: [-40, 700, 3],
  log: [1e-300, 1e6, 2],
  log1p: [-0.999999, 1e6, 3],
  log2: [1e-300, 1e6, 4],
  log10: [1e-300, 1e6, 4],
  sqrt: [0, 1e9, 0],
  cbrt: [-1e9, 1e9, 2],
  sin: [-1e4, 1e4, 2],
  cos: [-1e4, 1e4, 2],
  tan: [-1e4, 1e4, 4],
  asin: [-1, 1, 4],
  acos: [-1, 1, 4],
  atan: [-1e4, 1e4, 3],
  sinh: [-700, 700, 4],
  cosh: [-700, 700, 4],
  tanh: [-30, 30, 4],
  asinh: [-1e6, 1e6, 4],
  acosh: [1, 1e6, 4],
  atanh: [-0.999999, 0.999999, 4],
  abs: [-1e9, 1e9, 0],
  softplus: [-700, 1e4, 3],
  sigmoid: [-700, 1e4, 3],
  logcosh: [-1e4, 1e4, 4],
  erf: [-7, 7, 2],
};

describe.each([
  ["rounded twice", false],
  ["fused", true],
] as const)("the elementary functions, products and sums %s", (_, fused) => {
  test.each(elementaryFunctions)("%s agrees with exact values over its range", (name) => {
    const [low, high, units] = cases[name];
    const points = spread(low, high);
    const values = evaluate(name, points, fused);
    let worst = { point: 0, off: -1 };
    points.forEach((point, index) => {
      const off = distance(values[index]!, exactValue(name, point));
      if (off > worst.off) {
        worst = { point, off };
      }
    });
    expect(worst.off, `${name}(${worst.point})`).toBeLessThanOrEqual(units);
  });

  test.each(elementaryFunctions)("%s agrees with exact values at special and huge arguments", (name) => {
    const values = evaluate(name, special, fused);
    const [, , units] = cases[name];
    special.forEach((point, index) => {
      // what is no normal number may be zero in these two
      if ((name === "softplus" || name === "sigmoid") && point < -708) {
        expect(values[index]).toBeGreaterThanOrEqual(0);
        expect(values[index]).toBeLessThan(2 ** -1000);
        return;
      }
      expect(distance(values[index]!, exactValue(name, point)), `${name}(${point})`).toBeLessThanOrEqual(
        Math.max(units, 1),
      );
    });
  });

  test.each(["sin", "cos"] as const)("%s reduces large angles, up to 10^6 and beyond", (name) => {
    const points = Array.from({ length: 4000 }, (_, index) => (index - 2000) * 510.2718281828);
    // Doubles next to multiples of π/2, where nearly everything cancels.
    for (let n = 1; n < 640000; n += n < 5400 ? 1 : 997) {
      points.push((n * Math.PI) / 2);
    }
    const values = evaluate(name, points, fused);
    points.forEach((point, index) => {
      expect(distance(values[index]!, exactValue(name, point)), `${name}(${point})`).toBeLessThanOrEqual(2);
    });
  });
});

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
