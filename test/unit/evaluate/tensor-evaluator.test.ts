import { describe, expect, test } from "vitest";
import {
  directionalTensors,
  directionalValuation,
  EvaluationError,
  Evaluator,
  type EvaluatorOptions,
  type Selection,
} from "../../../src/evaluate/index.js";
import { type Expression, withMetric } from "../../../src/landscape/index.js";
import type { Observable } from "../../../src/observables/index.js";
import type { Descent } from "../../../src/optimisers/index.js";
import { type TensorExpression, type TensorLandscape, unfoldLandscape } from "../../../src/tensors/index.js";
import { dense, nets } from "../tensors/networks.js";

const sgd = (N: number, E: number, B: number): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle: "same" },
});
const observables = (weights: number, first: string): Observable[] => [
  { name: "test_loss", weights: [] },
  { name: "gen_gap", weights: [] },
  { name: "displacement", weights: Array.from({ length: weights }, (_, index) => index) },
  { name: "covariance", weights: [], operands: [{ name: "test_loss" }, { weight: 0 }] },
  { name: "bump", weights: [], value: bump(first) },
];
/** `exp(w/2)`. */
const bump = (name: string): Expression => ({
  kind: "call",
  name: "exp",
  argument: {
    kind: "divide",
    numerator: { kind: "symbol", name },
    denominator: { kind: "number", value: 2 },
  },
});

/** @param metric one number an entry. */
function tensorEvaluator(
  net: TensorLandscape,
  options: EvaluatorOptions,
  metric?: readonly number[],
): Evaluator {
  const { at } = options;
  const directional = directionalTensors(net, { ...(at && { at }), ...(metric && { metric }) });
  const { weights } = directional;
  return new Evaluator({ name: net.name, weights }, options, directionalValuation(directional, options));
}

describe.each(nets)("%s", (_, make) => {
  const net = make();
  const scalars = unfoldLandscape(net);
  const { length } = scalars.weights;
  const metric = scalars.weights.map((__, index) => 1 + (index % 3) / 2);
  const diagonal = metric.map((entry, i) => metric.map((__, j) => (i === j ? entry : 0)));

  test.each([
    ["one epoch", sgd(4, 1, 2), 3],
    ["two epochs", sgd(3, 2, 1), 2],
    ["gradient descent", { optimiser: "gd", parameters: { N: 3, T: 4 } } satisfies Descent, 2],
  ] as const)("is worth what the same loss of scalars is, %s", (__, spacetime, order) => {
    const mine = tensorEvaluator(net, { order }, metric);
    const theirs = new Evaluator(withMetric(scalars, diagonal), { order });
    for (const observable of observables(length, scalars.weights[0]!.name)) {
      for (const kind of ["series", "order"] as const) {
        const selection: Selection = { kind, order };
        const request = { spacetime, eta: 0.1, observable, selection, sum: "exact" } as const;
        const [found, expected] = [mine, theirs].map((evaluator) => evaluator.evaluate(request));
        const pairs = [found!, expected!].map(({ total, series }) => [total, ...series].flat());
        const scale = Math.max(...pairs[1]!.map(Math.abs));
        pairs[0]!.forEach((value, index) => {
          expect(Math.abs(value - pairs[1]![index]!), `${observable.name} ${kind}`).toBeLessThanOrEqual(
            1e-11 * scale,
          );
        });
      }
    }
    const rates = [0.1, 1, 10].map((eta) => [mine, theirs].map((one) => one.divergence(eta, spacetime)));
    for (const [found, expected] of rates) {
      expect(found).toBe(expected);
    }
  });
});

test("what does not hang on the data has no cumulants, however many rows are added up", () => {
  const rows = 7;
  const scalar = (kind: "weight" | "datum", name: string): TensorExpression => ({ kind, name, shape: [] });
  const net: TensorLandscape = {
    name: "apart",
    weights: [
      { name: "u", shape: [], start: Float64Array.of(0.3) },
      { name: "v", shape: [], start: Float64Array.of(0.7) },
    ],
    data: [
      {
        kind: "rows",
        rows,
        digest: "apart",
        columns: [{ name: "x", shape: [], values: Float64Array.from({ length: rows }, (_, i) => i * i - 3) }],
      },
    ],
    loss: {
      kind: "sum",
      shape: [],
      terms: [
        { kind: "product", shape: [], factors: [scalar("weight", "u"), scalar("datum", "x")] },
        { kind: "elementwise", name: "sin", argument: scalar("weight", "v"), shape: [] },
      ],
    },
  };
  const evaluator = tensorEvaluator(net, { order: 2 });
  const operands: Observable["operands"][] = [[{ weight: 1 }], [{ weight: 1 }, { name: "test_loss" }]];
  for (const kind of ["series", "order"] as const) {
    for (const own of operands) {
      const observable: Observable = {
        name: own!.length === 1 ? "variance" : "covariance",
        weights: [],
        operands: own!,
      };
      const selection: Selection = { kind, order: 2 };
      const request = { spacetime: sgd(4, 2, 2), eta: 0.1, observable, selection, sum: "exact" } as const;
      const { series, total } = evaluator.evaluate(request);
      const numbers = [...total, ...series.flat()].map(Math.abs);
      expect(numbers, `${observable.name} ${kind}`).toEqual(numbers.map(() => 0));
    }
  }
});

test("functions that are not smooth at the start are refused", () => {
  const evaluator = tensorEvaluator(dense(), { order: 1, at: new Array(12).fill(0) });
  const value: Expression = { kind: "call", name: "sqrt", argument: { kind: "symbol", name: "a[1]" } };
  const request = {
    spacetime: sgd(2, 1, 1),
    eta: 0.1,
    selection: { kind: "series", order: 1 },
    sum: "exact",
  } as const;
  expect(() => evaluator.evaluate({ ...request, observable: { name: "root", weights: [], value } })).toThrow(
    new EvaluationError(
      "root or a derivative of it is not finite at the start; start elsewhere, or observe what is smooth there",
    ),
  );
});
