import { describe, expect, test } from "vitest";
import {
  directionalTensors,
  directionalValuation,
  EvaluationError,
  Evaluator,
  type Selection,
} from "../../../src/evaluate/index.js";
import { withMetric } from "../../../src/landscape/index.js";
import type { Observable } from "../../../src/observables/index.js";
import type { Descent } from "../../../src/optimisers/index.js";
import { type TensorLandscape, unfoldFunctions, unfoldLandscape } from "../../../src/tensors/index.js";
import { call, datum, landscapeOf, matrixProduct, numbers, rowsOf, weight } from "../tensors/make.js";
import { tanh } from "../tensors/networks.js";

/** Few rows and few weights, so that the same written with scalars is quick. */
function small(kind: "regression" | "classes" | "attention" | "dropout"): TensorLandscape {
  const x = { shape: [2], values: numbers(8, 5) };
  const y = { shape: [], values: numbers(4, 6) };
  const h = tanh(matrixProduct(call("xavier", [weight("A", 2, 2)]), datum("x", 2)));
  switch (kind) {
    case "regression":
      return landscapeOf(
        call("squared_error", [matrixProduct(weight("b", 2), h), datum("y")]),
        { A: [2, 2], b: [2] },
        [rowsOf(4, { x, y })],
      );
    case "classes":
      return landscapeOf(
        call("cross_entropy", [matrixProduct(weight("W", 3, 2), datum("x", 2)), datum("y")]),
        { W: [3, 2] },
        [rowsOf(4, { x, y: { shape: [], values: [0, 2, 1, 2] } })],
      );
    case "attention": {
      const words = datum("x", 2, 2);
      const shares = call("softmax", [
        matrixProduct(matrixProduct(words, weight("Q", 2, 2)), call("transpose", [words])),
      ]);
      return landscapeOf(
        call("squared_error", [call("sum", [matrixProduct(shares, words)], undefined), datum("y")]),
        { Q: [2, 2] },
        [rowsOf(4, { x: { shape: [2, 2], values: numbers(16, 5) }, y })],
      );
    }
    case "dropout":
      return landscapeOf(
        call("squared_error", [call("dot", [call("concat", [datum("keep", 2)], -1), h]), datum("y")]),
        { A: [2, 2] },
        [
          rowsOf(3, { x, y }),
          {
            kind: "independent",
            name: "keep",
            shape: [2],
            entry: {
              kind: "finite",
              name: "keep",
              outcomes: [
                { value: 1, probability: 0.75 },
                { value: 0, probability: 0.25 },
              ],
            },
          },
        ],
      );
  }
}

const sgd = (N: number, E: number, B: number): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle: "same" },
});

const descents: readonly [string, Descent][] = [
  ["one epoch", sgd(3, 1, 1)],
  ["two epochs", sgd(2, 2, 1)],
  ["gradient descent", { optimiser: "gd", parameters: { N: 3, T: 4 } }],
];

const selections: readonly Selection[] = [
  { kind: "series", order: 3 },
  { kind: "order", order: 3 },
];

describe("diagrams on a landscape of tensors are worth what they are on the same with scalars", () => {
  test.each(["regression", "classes", "attention", "dropout"] as const)("%s", (kind) => {
    const tensors = small(kind);
    const scalars = unfoldLandscape(tensors);
    const along = new Evaluator(
      scalars,
      { order: 3 },
      directionalValuation(directionalTensors(tensors), { order: 3 }),
    );
    const whole = new Evaluator(scalars, { order: 3 });
    const [first] = tensors.weights;
    const norm = call("sum", [call("square", [tanh(weight(first!.name, ...first!.shape))])], undefined);
    const [[value]] = unfoldFunctions(tensors, [norm]) as [[never]];
    const observables: Observable[] = [
      { name: "test_loss", weights: [] },
      { name: "train_loss", weights: [] },
      { name: "displacement", weights: scalars.weights.map((_, i) => i) },
      { name: "variance", weights: [], operands: [{ name: "test_loss" }] },
      { name: "norm", weights: [], value },
    ];
    for (const [what, spacetime] of descents) {
      for (const observable of observables) {
        for (const selection of selections) {
          const request = { spacetime, eta: 0.1, observable, selection, sum: "exact" } as const;
          const wanted = whole.evaluate(request);
          const found = along.evaluate(request);
          const scale = wanted.terms.reduce(
            (sum, term) => sum + term.value.reduce((all, own) => all + Math.abs(own), 0),
            0,
          );
          expect(found.total).toHaveLength(wanted.total.length);
          found.total.forEach((own, i) => {
            const error = Math.abs(own - wanted.total[i]!);
            expect(error, `${what}, ${observable.name}, ${selection.kind}`).toBeLessThanOrEqual(
              1e-11 * scale,
            );
          });
          found.series.forEach((coefficient, order) => {
            coefficient.forEach((own, i) => {
              const error = Math.abs(own - wanted.series[order]![i]!);
              expect(error, `${what}, ${observable.name}, order ${order}`).toBeLessThanOrEqual(
                1e-11 * (scale / 0.1 ** order),
              );
            });
          });
        }
      }
    }
  });

  test("a function that is not smooth at the start is refused", () => {
    const tensors = small("regression");
    const value = { kind: "call", name: "log", argument: { kind: "number", value: -1 } } as const;
    const evaluator = new Evaluator(
      unfoldLandscape(tensors),
      { order: 1 },
      directionalValuation(directionalTensors(tensors), { order: 1 }),
    );
    expect(() =>
      evaluator.evaluate({
        spacetime: sgd(3, 1, 1),
        eta: 0.1,
        observable: { name: "depth", weights: [], value },
        selection: { kind: "series", order: 1 },
        sum: "exact",
      }),
    ).toThrow(
      new EvaluationError(
        "depth or a derivative of it is not finite at the start; start elsewhere, or observe what is smooth there",
      ),
    );
  });

  test("with a metric", () => {
    const tensors = small("regression");
    const scalars = unfoldLandscape(tensors);
    const metric = scalars.weights.map((_, i) => 1 + i / 4);
    const request = {
      spacetime: sgd(3, 1, 1),
      eta: 0.1,
      observable: { name: "test_loss", weights: [] },
      selection: { kind: "series", order: 3 },
      sum: "exact",
    } as const;
    const diagonal = metric.map((own, i) => metric.map((_, j) => (i === j ? own : 0)));
    const wanted = new Evaluator(withMetric(scalars, diagonal), { order: 3 }).evaluate(request);
    const found = new Evaluator(
      scalars,
      { order: 3 },
      directionalValuation(directionalTensors(tensors, { metric }), { order: 3 }),
    ).evaluate(request);
    expect(found.total[0]).toBeCloseTo(wanted.total[0]!, 12);
    expect(found.total[0]).not.toBeCloseTo(
      new Evaluator(scalars, { order: 3 }).evaluate(request).total[0]!,
      4,
    );
  });
});
