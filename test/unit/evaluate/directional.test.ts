import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { enumerateDiagrams, formatShortForm, splitRoot } from "../../../src/diagram/index.js";
import { contract } from "../../../src/evaluate/contraction.js";
import {
  directionalValuation,
  type Evaluation,
  Evaluator,
  type Selection,
} from "../../../src/evaluate/index.js";
import type { Root } from "../../../src/evaluate/root.js";
import { valuationOf } from "../../../src/evaluate/valuation.js";
import {
  type Expression,
  expandLandscape,
  type Landscape,
  withMetric,
} from "../../../src/landscape/index.js";
import { expectedLoss, type Observable, weightDisplacement } from "../../../src/observables/index.js";
import { type Descent, scheduleOf } from "../../../src/optimisers/index.js";
import { planEmbeddings } from "../../../src/spacetime/index.js";
import { times } from "../../times.js";
import { directional } from "./directional-rows.js";
import { term } from "./random-landscapes.js";

/** One to four weights off any minimum, two to five rows of skewed data. */
const landscape: fc.Arbitrary<Landscape> = fc
  .record({ size: fc.integer({ min: 1, max: 4 }), rows: fc.integer({ min: 2, max: 5 }) })
  .chain(({ size, rows }) => {
    const names = ["u", "v", "w", "z"].slice(0, size);
    const quarter = fc.integer({ min: 1, max: 5 }).map((k) => (k % 2 === 0 ? k / 5 : -k / 5));
    return fc.record({
      name: fc.constant("random"),
      weights: fc
        .array(quarter, { minLength: size, maxLength: size })
        .map((starts) => names.map((name, i) => ({ name, start: starts[i]! }))),
      data: fc
        .array(fc.integer({ min: -4, max: 9 }), { minLength: 2 * rows, maxLength: 2 * rows })
        .map((values) => [
          {
            kind: "rows" as const,
            names: ["x", "y"],
            values: values.map((value) => (value * value) / 20 - 1),
          },
        ]),
      loss: fc
        .array(term(names, ["x", "y"]), { minLength: 2, maxLength: 4 })
        .map((terms): Expression => ({ kind: "sum", terms })),
    });
  });

const cases = fc.sample(landscape, { seed: 17, numRuns: times(4) });
const radius: Expression = {
  kind: "call",
  name: "exp",
  argument: {
    kind: "product",
    factors: [
      { kind: "symbol", name: "u" },
      { kind: "symbol", name: "u" },
    ],
  },
};
const grid = scheduleOf({ optimiser: "gd", parameters: { N: 3, T: 4 } });

const sgd = (N: number, E: number, B: number, shuffle = "same"): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle },
});
const descents: [string, Descent][] = [
  ["one epoch", sgd(4, 1, 1)],
  ["two epochs", sgd(3, 2, 1)],
  ["shuffled batches", sgd(4, 2, 2, "reshuffled")],
  ["gradient descent", { optimiser: "gd", parameters: { N: 3, T: 4 } }],
  ["gradient descent on a corrected loss", { optimiser: "gdc", parameters: { N: 3, T: 3 } }],
];
const observables = (weights: number[]): Observable[] => [
  { name: "test_loss", weights: [] },
  { name: "train_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights },
  { name: "variance", weights: [], operands: [{ name: "test_loss" }] },
  { name: "covariance", weights: [], operands: [{ name: "test_loss" }, { weight: weights.at(-1)! }] },
  { name: "radius", weights: [], value: radius },
];

/** The sizes of the terms together. */
function magnitudeOf({ terms }: Evaluation): number {
  return terms.reduce((sum, { value }) => sum + value.reduce((all, one) => all + Math.abs(one), 0), 0);
}

function expectClose(
  found: readonly number[],
  expected: readonly number[],
  scale: number,
  what: string,
): void {
  expect(found.length, what).toBe(expected.length);
  found.forEach((value, index) => {
    const error = Math.abs(value - expected[index]!);
    expect(error, `${what}: ${value} for ${expected[index]}`).toBeLessThanOrEqual(1e-12 * scale);
  });
}

/** Where little fits: two rows at a time, and hardly a vector is kept. */
const tight = { batch: 2, room: 9 };

/** What is added up in a contraction, each product by its size: rounding is a share of it. */
function magnitude(one: Landscape, root: Root): (diagram: Parameters<typeof contract>[0]) => number {
  const expansion = expandLandscape(one, { order: 3, partSize: 4 });
  const absolute = {
    ...expansion,
    derivative: (indices: readonly number[]) => expansion.derivative(indices),
    cumulant: (ids: readonly number[]) => {
      const sizes = ids.map(
        (id) => Math.abs(expansion.cumulant([id])) + Math.sqrt(Math.abs(expansion.cumulant([id, id]))),
      );
      return sizes.reduce((product, size) => product * size, 1);
    },
  };
  return (diagram) =>
    contract(
      diagram,
      absolute,
      planEmbeddings(diagram, grid),
      new Float64Array(diagram.parents.length),
      typeof root === "string" ? root : () => 1,
    ).reduce((sum, value) => sum + value, 0);
}

function expectNear(
  found: readonly number[],
  expected: readonly number[],
  scale: number,
  what: string,
): void {
  expect(found.length, what).toBe(expected.length);
  found.forEach((value, index) => {
    expect(
      Math.abs(value - expected[index]!),
      `${what}: ${value} for ${expected[index]}`,
    ).toBeLessThanOrEqual(1e-12 * Math.max(scale, Math.abs(expected[index]!)));
  });
}

describe.each(cases.map((one, index) => [index, one] as const))("random landscape %i", (_, one) => {
  const entrywise = valuationOf(one, { order: 3 });
  const all = one.weights.map((__, index) => index);

  test("every diagram of up to three edges, with each root", () => {
    const valuations = [{}, tight].map((limits) =>
      directionalValuation(directional(one, limits), { order: 3 }),
    );
    for (const edges of [1, 2, 3]) {
      for (const { diagram } of enumerateDiagrams(edges, { rootInPart: true })) {
        const plan = planEmbeddings(diagram, grid);
        const isAlone = diagram.parts.filter((part) => part === diagram.parts.at(-1)).length === 1;
        const isOne = diagram.parents.filter((parent) => parent === edges).length === 1;
        const roots: Root[] = [
          "loss",
          ...(isAlone && isOne ? (["open"] as const) : []),
          ...(isAlone ? [{ name: "radius", value: radius }] : []),
        ];
        for (const root of roots) {
          const [theirs, ...mine] = [entrywise, ...valuations].map((each) => {
            const value = each.contract(diagram, plan, 0, root);
            return root === "open" ? each.toWeights(value, all) : value;
          });
          const what = `${formatShortForm(diagram)} ${JSON.stringify(root)}`;
          for (const value of mine) {
            expectNear(value, theirs!, magnitude(one, root)(diagram), what);
          }
        }
      }
    }
  });

  test("two roots", () => {
    const valuation = directionalValuation(directional(one, tight), { order: 3 });
    const sides = [
      [{ factor: 1, quantity: expectedLoss }],
      [{ factor: 1, quantity: weightDisplacement(0) }],
      [
        { factor: 2, quantity: expectedLoss },
        { factor: -3, quantity: weightDisplacement(all.at(-1)!) },
      ],
    ] as const;
    for (const edges of [2, 3]) {
      for (const enumerated of enumerateDiagrams(edges)) {
        for (const { diagram, isFirst } of splitRoot(enumerated)) {
          const plan = planEmbeddings(diagram, grid);
          for (const [first, second] of sides.flatMap((a) => sides.map((b) => [a, b] as const))) {
            const root: Root = { covaried: [first, second], isFirst };
            const [mine, theirs] = [valuation, entrywise].map((each) =>
              each.contract(diagram, plan, 0, root),
            );
            const scale = magnitude(one, "loss")(diagram);
            expectNear(mine!, theirs!, scale, `${formatShortForm(diagram)} ${JSON.stringify(root)}`);
          }
        }
      }
    }
  });

  test.each(descents)("every observable, %s", (_name, spacetime) => {
    const metric = all.map((index) => [2, 0.5, 1, 1.5][index]!);
    const diagonal = all.map((i) => all.map((j) => (i === j ? metric[i]! : 0)));
    const isMetric = spacetime.optimiser === "sgd";
    const scalar = isMetric ? withMetric(one, diagonal) : one;
    const rows = directional(one, isMetric ? { metric, ...tight } : tight);
    const options = { order: spacetime.optimiser === "gdc" ? 2 : 3 };
    const evaluators = [
      new Evaluator(one, options, directionalValuation(rows, options)),
      new Evaluator(scalar, options),
    ];
    for (const observable of observables(all)) {
      for (const kind of ["series", "order"] as const) {
        const selection: Selection = { kind, order: options.order };
        const request = { spacetime, eta: 0.07, observable, selection, sum: "exact" } as const;
        const [mine, theirs] = evaluators.map((evaluator) => evaluator.evaluate(request));
        const what = `${observable.name} ${kind}`;
        mine!.terms.forEach((term, index) => {
          const its = theirs!.terms[index]!;
          expect(term.diagram, what).toBe(its.diagram);
          expect(term.embeddings).toBe(its.embeddings);
          expectClose(term.value, its.value, magnitudeOf(theirs!), `${what} ${term.diagram}`);
        });
        expectClose(mine!.total, theirs!.total, magnitudeOf(theirs!), what);
        mine!.series.forEach((coefficient, order) => {
          const scale = Math.max(...theirs!.series[order]!.map(Math.abs));
          expectClose(coefficient, theirs!.series[order]!, Math.max(scale, 1), `${what} eta^${order}`);
        });
      }
    }
    const [mine, theirs] = evaluators.map((evaluator) => ({
      criteria: evaluator.criteria(0.07, spacetime)!,
      rates: [0.01, 0.3, 1, 3, 100].map((eta) => [
        evaluator.alternates(eta, spacetime),
        evaluator.divergence(eta, spacetime),
      ]),
    }));
    expect(mine!.rates).toEqual(theirs!.rates);
    expect(mine!.criteria.aic).toBe(theirs!.criteria.aic);
    expect(mine!.criteria.stic / theirs!.criteria.stic).toBeCloseTo(1, 8);
  });
});
