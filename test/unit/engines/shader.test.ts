import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { SimulationError } from "../../../src/compile/error.js";
import { above, below, literal, single, split, wordOf } from "../../../src/engines/webgpu/numbers.js";
import { shaderOf } from "../../../src/engines/webgpu/shader.js";
import type { Landscape } from "../../../src/landscape/landscape.js";
import type { Descent } from "../../../src/optimisers/index.js";
import {
  call,
  gauss,
  number,
  power,
  product,
  requestOf,
  sgd,
  sum,
  symbol,
} from "../../engine/simulate-landscapes.js";

/** Numbers of single precision that no device takes for zero, and zero. */
const singles = fc
  .float({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (Math.abs(value) < 2 ** -126 ? 0 * value : value));

describe("numbers of a shader", () => {
  test("are written so that they are read as themselves", () => {
    fc.assert(
      fc.property(singles, (value) => {
        const text = literal(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?(e[+-]?\d+)?f$/);
        expect(Math.fround(Number(text.slice(0, -1)))).toBe(value);
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect([0, -0, 1, 0.1, 2 ** -126, -(2 - 2 ** -23) * 2 ** 127].map(literal)).toEqual([
      "0f",
      "-0f",
      "1f",
      "0.100000001f",
      "1.17549435e-38f",
      "-3.40282347e+38f",
    ]);
  });

  test.each([1e39, -1e300, Number.NaN, Number.POSITIVE_INFINITY, 1e-39, -1e-300, 2 ** -127])(
    "are refused in one line where single precision has none like %d",
    (value) => {
      for (const use of [literal, single, split]) {
        expect(() => use(value)).toThrow(SimulationError);
        expect(() => use(value)).toThrow(
          `the simulation has the number ${Number(value.toPrecision(6))}, which single precision does not reach; use --backend cpu`,
        );
      }
    },
  );

  test("are split in two that together have twice the precision", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), (value) => {
        if (value !== 0 && Math.abs(value) < 1e-20) {
          return;
        }
        const { high, low } = split(value);
        expect(high).toBe(Math.fround(value));
        expect(low).toBe(Math.fround(low));
        expect(Math.abs(high + low - value)).toBeLessThanOrEqual(2 ** -47 * Math.abs(value));
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test("have neighbours", () => {
    fc.assert(
      fc.property(fc.oneof(singles, fc.double({ noNaN: true, min: -1e30, max: 1e30 })), (value) => {
        const [next, before] = [above(value), below(value)];
        expect(next).toBeGreaterThan(value);
        expect(before).toBeLessThan(value);
        for (const one of [next, before]) {
          expect(Math.fround(one)).toBe(one);
        }
        if (Math.abs(value) < 2 ** -120) {
          return;
        }
        // Nothing is between.
        const own = Math.fround(value) === value;
        expect(Math.abs(wordOf(next) - wordOf(before))).toBe(own ? 2 : 1);
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect([above(0), below(0), above(1), below(1), above(-1)]).toEqual([
      2 ** -126,
      -(2 ** -126),
      1 + 2 ** -23,
      1 - 2 ** -24,
      -1 + 2 ** -24,
    ]);
  });
});

describe("a shader", () => {
  const withLoss = (loss: Landscape["loss"]): Landscape => ({ ...gauss, loss });
  const x = symbol("x");
  const h = symbol("h");
  const rows = (...values: number[]): Landscape => ({
    ...withLoss(product(h, symbol("p"))),
    data: [{ kind: "rows", names: ["p"], values }],
  });
  const displacement = { observables: [{ name: "displacement" as const, weights: [0] }] };

  test.each([
    // The rate and a factor of the derivative are in it.
    ["a number of the loss", withLoss(product(number(1e40), power(h, 2))), sgd(4), /2e\+39/],
    ["a tiny number of the loss", withLoss(sum(product(number(1e-50), h, x), power(h, 2))), sgd(4), /1e-50/],
    ["a row", rows(1, 1e60), sgd(4), /1e\+60/],
    ["a tiny row", rows(1, 1e-60), sgd(4), /1e-60/],
    ["a start", { ...gauss, weights: [{ name: "h", start: 1e-39 }] }, sgd(4), /1e-39/],
    [
      "a deviation",
      { ...gauss, data: [{ kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1e39] }] },
      sgd(4),
      /1e\+39/,
    ],
  ] as [string, Landscape, Descent, RegExp][])(
    "is refused for %s out of reach",
    (_, landscape, spacetime, message) => {
      const write = () => shaderOf(requestOf(landscape, spacetime, displacement));
      expect(write).toThrow(SimulationError);
      expect(write).toThrow(/^the simulation has the number \S+, which single precision does not reach/);
      expect(write).toThrow(message);
    },
  );

  test("is refused for more points than it can number", () => {
    expect(shaderOf(requestOf(gauss, sgd(2 ** 32 - 4), displacement)).blocks).toBe(2 ** 30 - 1);
    expect(() => shaderOf(requestOf(gauss, sgd(2 ** 33), displacement))).toThrow(
      "N = 8589934592 is too large for a GPU; use --backend cpu",
    );
  });

  test("is not refused for the small weights of quadrature far out", () => {
    const soft = withLoss(sum(call("log1p", call("exp", product(h, x))), power(h, 2)));
    const job = shaderOf(requestOf(soft, sgd(4)));
    expect(job.extraVisits).toBeGreaterThan(10);
    expect(job.table.length).toBe(3 * job.extraVisits);
  });

  test("keeps training data only where their order changes", () => {
    const kept = (spacetime: Descent, landscape = gauss) => {
      const { stored, blocks, descentBlocks } = shaderOf(requestOf(landscape, spacetime));
      return [stored, blocks, descentBlocks];
    };
    const none: Landscape = { ...gauss, data: [], loss: power(h, 2) };
    expect(kept(sgd(6, 2, 1, "same"))).toEqual([0, 2, 2]);
    expect(kept(sgd(6, 1, 1, "reshuffled"))).toEqual([0, 2, 2]);
    expect(kept(sgd(6, 2, 1, "reshuffled"))).toEqual([6, 2, 4]);
    expect(kept(sgd(6, 2, 1, "reshuffled"), none)).toEqual([0, 2, 2]);
  });
});

describe("tables of a shader", () => {
  const landscape = (data: Landscape["data"], names: readonly string[]): Landscape => ({
    ...gauss,
    data,
    loss: power(sum(symbol("h"), ...names.map(symbol)), 2),
  });

  test("hold more numbers than a call takes arguments", () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => [index, -index]);
    const names = ["p", "q"];
    const { table } = shaderOf(
      requestOf(landscape([{ kind: "rows", names, values: rows.flat() }], names), sgd(4)),
    );
    expect(table.length).toBeGreaterThanOrEqual(200_000);
    expect(table.slice(2, 4)).toEqual([wordOf(1), wordOf(-1)]);
  });

  test("hold words of 32 bits only, also where the last outcomes are too rare to be drawn", () => {
    const outcomes = Array.from({ length: 70 }, (_, index) => ({
      value: index,
      probability: 2 ** -Math.min(index + 1, 69),
    }));
    const { table } = shaderOf(
      requestOf(landscape([{ kind: "finite", name: "k", outcomes }], ["k"]), sgd(4)),
    );
    expect(table.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)).toBe(true);
    expect(table.slice(0, 3)).toEqual([2 ** 31, 2 ** 31 + 2 ** 30, 2 ** 32 - 2 ** 29]);
  });
});
