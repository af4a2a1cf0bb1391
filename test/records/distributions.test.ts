import { readFileSync } from "node:fs";
import { describe, expect, it as test, vi } from "vitest";
import { makeLine } from "../../src/landscape/adaptive/index.js";
import { type ContinuousSource, continuousOf, distributions } from "../../src/landscape/index.js";
import { drawnFrom } from "../unit/compile/drawn.js";

vi.mock("../../src/landscape/distributions/list.js", async (original) => {
  const { distributions: known } =
    await original<typeof import("../../src/landscape/distributions/list.js")>();
  const { ramp } = await import("./ramp.js");
  return { distributions: [...known, ramp] };
});

function factorial(k: number): number {
  return k <= 1 ? 1 : k * factorial(k - 1);
}

/** Moments about 0, from tables: of each distribution with a density, at two places. */
const moments: Record<string, readonly [parameters: readonly number[], moment: (k: number) => number][]> = {
  normal: [
    [[0, 1], (k) => (k % 2 === 1 ? 0 : [1, 1, 3, 15, 105][k / 2]!)],
    [[-2, 0.5], (k) => [1, -2, 4.25, -9.5, 22.1875, -53.875, 135.484375][k]!],
  ],
  uniform: [
    [[-1, 1], (k) => (k % 2 === 1 ? 0 : 1 / (k + 1))],
    [[0.5, 3], (k) => (3 ** (k + 1) - 0.5 ** (k + 1)) / (2.5 * (k + 1))],
  ],
  laplace: [
    [[0, 1], (k) => (k % 2 === 1 ? 0 : factorial(k))],
    [[1, 0.5], (k) => [1, 1, 1.5, 2.5, 5.5, 13.5, 42.25][k]!],
  ],
  exponential: [
    [[1], factorial],
    [[2.5], (k) => factorial(k) / 2.5 ** k],
  ],
  gamma: [
    [[2.5, 1], (k) => [1, 2.5, 8.75, 39.375, 216.5625, 1407.65625, 10557.421875][k]!],
    [[3, 0.5], (k) => [1, 1.5, 3, 7.5, 22.5, 78.75, 315][k]!],
  ],
  lognormal: [
    [[0, 0.25], (k) => Math.exp(k ** 2 / 32)],
    [[-1, 0.1], (k) => Math.exp(-k + k ** 2 / 200)],
  ],
  student_t: [9, 30].map((n): [readonly number[], (k: number) => number] => [
    [n],
    (k) =>
      [
        1,
        0,
        n / (n - 2),
        0,
        (3 * n ** 2) / ((n - 2) * (n - 4)),
        0,
        (15 * n ** 3) / ((n - 2) * (n - 4) * (n - 6)),
      ][k]!,
  ]),
  ramp: [
    [[1], (k) => 2 / (k + 2)],
    [[2.5], (k) => (2 * 2.5 ** k) / (k + 2)],
  ],
};

const continuous = distributions.filter((distribution) => distribution.continuous !== undefined);

test("every distribution with a density is tried here", () => {
  expect(Object.keys(moments)).toEqual(continuous.map(({ name }) => name));
});

describe.each(
  Object.entries(moments).flatMap(([name, places]) =>
    places.map(([parameters, moment]) => ({ name, parameters, moment })),
  ),
)("$name($parameters)", ({ name, parameters, moment }) => {
  const source: ContinuousSource = { kind: "continuous", name: "x", distribution: name, parameters };
  const record = continuousOf(source);
  const powers = [0, 1, 2, 3, 4, 5, 6];
  const expectMoments = (points: Float64Array, weights: Float64Array, digits: number) => {
    for (const k of powers) {
      const found = points.reduce((sum, x, q) => sum + weights[q]! * x ** k, 0);
      const size = points.reduce((sum, x, q) => sum + weights[q]! * Math.abs(x) ** k, 0);
      expect(Math.abs(found - moment(k)) / size).toBeLessThan(10 ** -digits);
    }
  };

  test("has its mean and its deviation", () => {
    expect(record.mean(parameters)).toBeCloseTo(moment(1), 14);
    expect(record.deviation(parameters)).toBeCloseTo(Math.sqrt(moment(2) - moment(1) ** 2), 14);
  });

  test("has its moments by every rule", () => {
    const exact = record.exactRule(parameters, 4);
    expectMoments(exact.points, exact.weights, 13);
    for (const make of record.ladder(parameters)) {
      const { points, weights } = make();
      expectMoments(points, weights, 6);
    }
    const fine = record.ladder(parameters)[record.reference]!();
    expectMoments(fine.points, fine.weights, 12);
    const paired = record.paired.rule(parameters, { step: record.paired.steps - 1, reach: 4 }, []);
    for (const { columns, weights } of paired) {
      expectMoments(columns[0]!, weights, 12);
    }
    const pieces = record.paired.rule(parameters, { step: 8, reach: 4 }, [moment(1)]);
    for (const { columns, weights } of pieces) {
      expectMoments(columns[0]!, weights, 11);
    }
  });

  test("has a density that is bounded as it says", () => {
    const line = makeLine(source, 0);
    const steps = 4000;
    let all = 0;
    for (const [i, high] of line.breaks.slice(1).entries()) {
      const low = line.breaks[i]!;
      const step = (high - low) / steps;
      let mass = 0;
      for (let k = 0; k < steps; k++) {
        mass += line.density(low + (k + 0.5) * step) * step;
      }
      // A midpoint rule errs by so much.
      expect(mass).toBeLessThanOrEqual(Math.exp(line.logMass(low, high)) * (1 + 1e-6));
      all += mass;
    }
    expect(all).toBeCloseTo(1, 5);
    for (const x of [moment(1), moment(1) + 0.1]) {
      expect(line.logDensity(x, 0)).toBeCloseTo(Math.log(line.density(x)), 12);
      expect(line.logDensity(x, 0.1)).toBeGreaterThanOrEqual(Math.log(line.density(x + 0.1)) - 1e-12);
    }
  });

  test("is drawn with its moments, strictly inside its extent", () => {
    const count = 2 ** 12;
    const words = Array.from({ length: count }, (_, i) => (i + 0.5) * (2 ** 32 / count));
    const drawn = drawnFrom(source, [...words, 0, 2 ** 32 - 1]);
    const [low, high] = record.extent(parameters);
    for (const x of drawn) {
      expect(x).toBeGreaterThan(low);
      expect(x).toBeLessThan(high);
    }
    // Ascending with the words or, where only small words have all digits in the tail, descending.
    const sign = drawn[0]! < drawn[1]! ? 1 : -1;
    expect(drawn.toSorted((a, b) => sign * (a - b)).slice(1, -1)).toEqual(drawn.slice(0, count));
    for (const k of [1, 2]) {
      const mean = drawn.slice(0, count).reduce((sum, x) => sum + x ** k / count, 0);
      expect(mean).toBeCloseTo(moment(k), 2);
    }
  });

  test("is the same where it is counted from another place", () => {
    const [low, high] = record.extent(parameters);
    expect(low).toBeLessThan(high);
    const shifted = record.shifted(parameters);
    if (shifted !== undefined) {
      expect(record.mean(shifted.parameters) + shifted.shift).toBeCloseTo(moment(1), 12);
      expect(record.deviation(shifted.parameters)).toBeCloseTo(record.deviation(parameters), 12);
    }
  });
});

describe("pages and grammars", () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const built = distributions.filter(({ name }) => name !== "ramp");

  test("have all distributions", () => {
    const page = read("docs/language.md");
    for (const { signature, table } of built) {
      expect(page).toContain(`\n| \`${signature}\` | ${table.means} | ${table.holds} |\n`);
    }
    const rows = /\n\| distribution \|.*\n\|---.*\n((?:\|.*\n)+)/.exec(page)![1]!;
    expect(rows.trim().split("\n")).toHaveLength(built.length);
    const names = built.map(({ name }) => name).join("|");
    expect(read("syntaxes/diag.tmLanguage.json")).toContain(JSON.stringify(`\\b(?:${names})\\b(?=\\s*\\()`));
  });
});
