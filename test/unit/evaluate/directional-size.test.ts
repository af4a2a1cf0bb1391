import { describe, expect, test } from "vitest";
import { enumerateDiagrams, formatShortForm } from "../../../src/diagram/index.js";
import { contract, decaysOf } from "../../../src/evaluate/contraction.js";
import { DirectionalContraction } from "../../../src/evaluate/directional/contraction.js";
import { propagatorProblem } from "../../../src/evaluate/directional/limits.js";
import { RowExpansion } from "../../../src/evaluate/directional/row-expansion.js";
import { symmetricEigenbasis } from "../../../src/evaluate/eigen.js";
import {
  directionalProblem,
  directionalValuation,
  EvaluationError,
  Evaluator,
  type Selection,
} from "../../../src/evaluate/index.js";
import type { Observable } from "../../../src/observables/index.js";
import { type Descent, scheduleOf } from "../../../src/optimisers/index.js";
import { planEmbeddings } from "../../../src/spacetime/index.js";
import { ends, mean, plus, type Series, scaled, times } from "./carried.js";
import { linearNet, type Sample } from "./linear-net.js";

const hidden = 1500;
const s = 0.02;
const samples: readonly Sample[] = [
  { x: 0.5, y: 1 },
  { x: -1, y: 0.25 },
  { x: 1.5, y: 2 },
];
/** All weights are alike and stay so: `s ← s (1 − η x (h s² x − y))`, a landscape of one number. */
const start = new Float64Array(2 * hidden).fill(s);
const residual = (weight: Series, { x, y }: Sample): Series =>
  times(weight, weight).map((value, k) => hidden * x * value - (k === 0 ? y : 0));
const lossOf = (weight: Series, sample: Sample): Series =>
  scaled(1 / 2, times(residual(weight, sample), residual(weight, sample)));
const carried = (points: number, epochs: number, batch: number) => ({
  starts: [s],
  outcomes: samples.map((_, value) => ({ value, probability: 1 / 3 })),
  slope: ([weight]: readonly Series[], row: number) => [
    scaled(samples[row]!.x, times(weight!, residual(weight!, samples[row]!))),
  ],
  points,
  epochs,
  batch,
});
const sgd = (N: number, E: number, B: number): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle: "same" },
});
const testLoss: Observable = { name: "test_loss", weights: [] };
const landscape = {
  name: "net",
  weights: Array.from({ length: 2 * hidden }, (_, i) => ({ name: `w${i}`, start: s })),
};
const series = (order: number): Selection => ({ kind: "series", order });

describe("three thousand weights", () => {
  test.each([
    ["one epoch", sgd(3, 1, 1), carried(3, 1, 1)],
    ["two epochs", sgd(2, 2, 1), carried(2, 2, 1)],
    ["batches", sgd(4, 1, 2), carried(4, 1, 2)],
    ["gradient descent", { optimiser: "gd", parameters: { N: 2, T: 3 } } satisfies Descent, carried(2, 3, 2)],
  ])("have the series of one, %s", (_, spacetime, one) => {
    const values = directionalValuation(linearNet(start, samples), { order: 3 });
    const evaluator = new Evaluator(landscape, { order: 3 }, values);
    const found = ends(one, 3);
    const weight = mean(found, ([own]) => own!);
    const loss = mean(found, ([own]) =>
      scaled(1 / 3, plus(...samples.map((sample) => lossOf(own!, sample)))),
    );
    const last = 2 * hidden - 1;
    for (const [observable, expected] of [
      [testLoss, loss],
      [{ name: "displacement", weights: [0, last] }, weight.map((value, k) => (k === 0 ? 0 : value))],
    ] as const) {
      const { series: coefficients } = evaluator.evaluate({
        spacetime,
        eta: 0.1,
        observable,
        selection: series(3),
        sum: "exact",
      });
      coefficients.forEach((coefficient, order) => {
        for (const value of coefficient) {
          expect(value / (expected[order]! || 1), `${observable.name} ${order}`).toBeCloseTo(
            expected[order] === 0 ? 0 : 1,
            11,
          );
        }
      });
    }
  });

  test("take as many gradients as there are different vectors", () => {
    const passes: [number, number, number] = [0, 0, 0];
    const valuation = directionalValuation(linearNet(start, samples, passes), { order: 3 });
    const rows = samples.length;
    const grid = scheduleOf({ optimiser: "gd", parameters: { N: 3, T: 4 } });
    const upTo = (edges: number) => {
      for (const { diagram } of enumerateDiagrams(edges)) {
        valuation.contract(diagram, planEmbeddings(diagram, grid), 0, "loss");
      }
      return [...passes];
    };
    // The mean gradient.
    expect(upTo(1)).toEqual([rows, 0, 0]);
    // Rows' gradients; along them rows' and the mean's curvature, and the mean's along its own.
    expect(upTo(2)).toEqual([2 * rows, 2 * rows + rows ** 2, 0]);
    // Rows' curvature along the mean; third derivatives of the mean along it and along rows' gradients, of rows along both.
    expect(upTo(3)).toEqual([2 * rows, 3 * rows + rows ** 2, 3 * rows + rows ** 2]);
    upTo(3);
    expect(passes).toEqual([2 * rows, 3 * rows + rows ** 2, 3 * rows + rows ** 2]);
  });

  test("have the steepest direction found in few products, however many curvatures there are", () => {
    const passes: [number, number, number] = [0, 0, 0];
    const scale = (unit: number) => 1 / (1 + unit / 10);
    const values = directionalValuation(linearNet(start, samples, passes, scale), { order: 3 });
    // Along (1, −1) of a unit the second derivatives are its scale times less E x r, and elsewhere they are less.
    const q = Array.from({ length: hidden }, (_, unit) => scale(unit) * s * s).reduce(
      (sum, one) => sum + one,
      0,
    );
    const steepest = -samples.reduce((sum, { x, y }) => sum + x * (q * x - y), 0) / 3;
    expect(values.alternates((1 - 1e-9) / steepest)).toBe(false);
    expect(values.alternates((1 + 1e-9) / steepest)).toBe(true);
    expect(passes[1] / samples.length).toBeLessThan(30);
  });

  test("have the steepest direction found, and nothing that needs all", () => {
    const values = directionalValuation(linearNet(start, samples), { order: 3 });
    // Along the start E x² h s² · 2 + E x r, and along (1, −1, …) E x r less.
    const q = hidden * s * s;
    const bend = samples.reduce((sum, { x }) => sum + x * x, 0) / 3;
    const slope = samples.reduce((sum, { x, y }) => sum + x * (q * x - y), 0) / 3;
    const steepest = 2 * q * bend + slope;
    const spacetime = sgd(3, 1, 1);
    expect(values.alternates(0.999 / steepest)).toBe(false);
    expect(values.alternates(1.001 / steepest)).toBe(true);
    expect(values.divergence(1.99 / steepest, spacetime)).toBeUndefined();
    expect(values.divergence(2.5 / steepest, spacetime)).toContain("eta*h = 2.5 is more than 2");
    expect(values.criteria(0.1, spacetime)).toBeUndefined();
    const evaluator = new Evaluator(landscape, { order: 3 }, values);
    const request = { spacetime, eta: 0.1, observable: testLoss, sum: "exact" } as const;
    expect(() => evaluator.evaluate({ ...request, selection: { kind: "order", order: 2 } })).toThrow(
      new EvaluationError(
        "orders with propagators need the curvature along all directions, and there are 3000 weights; up to 300 fit: use series instead of order",
      ),
    );
  });
});

describe("too much work", () => {
  const many = Array.from({ length: 20_000 }, (_, row) => samples[row % 3]!);

  test("is said beforehand with how many rows and which order would do", () => {
    const passes: [number, number, number] = [0, 0, 0];
    const net = linearNet(start, many, passes);
    expect(() => directionalValuation(net, { order: 3 })).toThrow(
      // 30,000 operations for each of 2·20,000² curvatures and 4·20,000² third derivatives.
      /^exact values of order 3 over 20000 rows take about 7·10\^13 operations; about 400 rows fit, or order 1$/,
    );
    expect(passes).toEqual([0, 0, 0]);
    const size = { dimension: 2 * hidden, rows: 20_000, operations: 30_000 };
    expect([1, 2, 3].map((order) => directionalProblem(size, order) === undefined)).toEqual([
      true,
      false,
      false,
    ]);
    expect(directionalProblem({ ...size, rows: 400 }, 3)).toBeUndefined();
    const values = directionalValuation(net, { order: 1 });
    expect(values.loss).toBeGreaterThan(0);
    expect(() => directionalValuation(net, { order: 4 })).toThrow("order 3 is the highest that fits");
  });

  test("is said of single diagrams where they are named", () => {
    const net = linearNet(start, many);
    const values = directionalValuation(net, { order: 3, named: 2 });
    const grid = scheduleOf(sgd(3, 1, 1));
    const pair = { parents: [2, 2, -1], parts: [0, 0, 1] };
    expect(() => values.contract(pair, planEmbeddings(pair, grid), 0, "loss")).toThrow(
      /^the exact value of diagram \(01-2\)\(02-12\) over 20000 rows takes about 2·10\^13 operations; about 700 rows fit, or a lower order$/,
    );
    const apart = { parents: [2, 2, -1], parts: [0, 1, 2] };
    expect(values.contract(apart, planEmbeddings(apart, grid), 0, "loss")[0]).toBeGreaterThan(0);
  });
});

describe("twenty-eight weights with curvatures of their own", () => {
  const own = Float64Array.from({ length: 28 }, (_, i) => Math.cos(i) / 5);
  const net = linearNet(own, samples, undefined, (unit) => 1 + Math.sin(unit * unit));
  const names = Array.from(own, (value, i) => ({ name: `w${i}`, start: value }));
  const all = [...own.keys()];

  test.each([
    ["one epoch", sgd(30, 1, 1), "loss"],
    [
      "gradient descent",
      { optimiser: "gd", parameters: { N: 3, T: 30 } } satisfies Descent as Descent,
      "loss",
    ],
    ["the displacement", sgd(30, 1, 1), "open"],
  ] as const)("have the same orders by few directions as by all, %s", (_, spacetime, root) => {
    const values = directionalValuation(net, { order: 3 });
    const { curvature } = new DirectionalContraction(net).vectors;
    const square = all.map((row) => Array.from(curvature.matrix.subarray(row * 28, (row + 1) * 28)));
    const basis = symmetricEigenbasis(square);
    const expansion = new RowExpansion(net.loss, basis.vectors, basis.values);
    for (const { diagram } of enumerateDiagrams(3, { irreducible: true })) {
      const isOne = diagram.parents.filter((parent) => parent === 3).length === 1;
      const plan = planEmbeddings(diagram, scheduleOf(spacetime));
      if (plan.count() === 0 || (root === "open" && !isOne)) {
        continue;
      }
      const exact = contract(diagram, expansion, plan, decaysOf(0.05, basis.values), root);
      const expected =
        root === "open"
          ? all.map((weight) => exact.reduce((sum, one, mu) => sum + one * basis.vectors[mu]![weight]!, 0))
          : exact;
      const scale = Math.max(...expected.map(Math.abs));
      values.contract(diagram, plan, 0.05, root).forEach((value, index) => {
        expect(Math.abs(value - expected[index]!), formatShortForm(diagram)).toBeLessThanOrEqual(
          1e-11 * scale,
        );
      });
    }
  });

  test("are refused where that would be too much", () => {
    const many = linearNet(
      own,
      Array.from({ length: 100_000 }, (_, row) => samples[row % 3]!),
    );
    const evaluator = new Evaluator(
      { name: "net", weights: names },
      { order: 3 },
      directionalValuation(many, { order: 3, named: 1 }),
    );
    const diagrams = [{ name: "cubic", diagram: { parents: [3, 3, 3, -1], parts: [0, 0, 0, 1] } }];
    expect(() =>
      evaluator.terms({
        spacetime: sgd(3, 1, 1),
        eta: 0.1,
        observable: testLoss,
        selection: { kind: "diagrams", diagrams },
        sum: "exact",
      }),
    ).toThrow(
      "derivatives along 28 directions over 100000 rows take about 5·10^10 operations; take fewer rows or a lower order, or use series instead of order",
    );
  });

  test("of which all diagrams of three edges are too much are refused before the first", () => {
    const rows = 100;
    const many = linearNet(
      new Float64Array(300).fill(s),
      Array.from({ length: rows }, (_, row) => samples[row % 3]!),
    );
    const cubic = { parents: [3, 3, 3, -1], parts: [0, 1, 2, 3] };
    const plan = planEmbeddings(cubic, scheduleOf(sgd(3, 2, 1)));
    const problem =
      "order 3 along 300 directions over 100 rows takes about 5·10^10 operations; about 55 rows fit, or order 2, or use series instead of order";
    expect(() => directionalValuation(many, { order: 3 }).contract(cubic, plan, 0.1, "loss")).toThrow(
      problem,
    );
    expect(propagatorProblem({ dimension: 300, rows }, 3)).toBe(problem);
    expect(propagatorProblem({ dimension: 300, rows: 55 }, 3)).toBeUndefined();
    expect(propagatorProblem({ dimension: 300, rows }, 2)).toBeUndefined();
    expect(propagatorProblem({ dimension: 300, rows }, 3, true)).toBeUndefined();
    expect(propagatorProblem({ dimension: 301, rows: 1 }, 2)).toContain("up to 300 fit");
  });
});
