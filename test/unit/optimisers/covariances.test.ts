import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { withMetric } from "../../../src/landscape/metric.js";
import type { Observable, Operand } from "../../../src/observables/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";
import { analyze } from "../../language/workspace.js";
import { covarianceOf, type Example, type Measured, oneWeight, type Series, twoWeights } from "./carried.js";
import { diffusedEnds } from "./diffused.js";
import { penalisedEnds } from "./penalised.js";

const loss = ({ test }: Measured): Series => test;
const weight =
  (index: number) =>
  ({ moved }: Measured): Series =>
    moved[index]!;

const ofLoss: Operand = { name: "test_loss" };
const observed = (...operands: Operand[]): Observable => ({
  name: operands.length === 1 ? "variance" : "covariance",
  weights: [],
  operands,
});

/** Each with what covaries, by hand. */
function covariances(
  example: Example,
): [Observable, readonly [(end: Measured) => Series, (end: Measured) => Series]][] {
  const last = example.start.length - 1;
  return [
    [observed({ weight: 0 }), [weight(0), weight(0)]],
    [observed(ofLoss), [loss, loss]],
    [observed(ofLoss, { weight: last }), [loss, weight(last)]],
  ];
}

async function evaluatorOf(example: Example, order: number): Promise<Evaluator> {
  const landscape = (await analyze(example.text)).landscapes.get("example")!;
  return new Evaluator(withMetric(landscape, example.metric), { order });
}

const byMetric: Example = {
  ...twoWeights,
  metric: [
    [2, 1 / 4],
    [1 / 4, 1],
  ],
};

describe.each([
  ["one weight", 2, 2, oneWeight],
  ["two weights", 1, 3, twoWeights],
  ["two weights", 2, 2, twoWeights],
  ["two weights by a metric", 2, 2, byMetric],
] as const)("sde of %s, T = %i, refine = %i", (_, T, refine, example) => {
  const spacetime: SpaceTime = { optimiser: "sde", parameters: { T, refine } };

  test.each(["series", "order"] as const)("has covariances of the %s of all paths", async (kind) => {
    const evaluator = await evaluatorOf(example, 3);
    const eta = 0.3;
    const all = diffusedEnds(example, T, refine, 4, kind === "series" ? undefined : eta);
    for (const [observable, pair] of covariances(example)) {
      const expected = covarianceOf(all, pair);
      for (const order of [1, 2, 3]) {
        const selection = { kind, order: 3 } as const;
        const found = evaluator.orderTotal({ spacetime, eta, observable, selection, sum: "exact" }, order);
        expect(found[0]).toBeCloseTo(expected[order]! * (kind === "series" ? eta ** order : 1), 13);
      }
    }
  });
});

describe.each([
  ["one weight", 3, 3, oneWeight],
  ["two weights", 3, 2, twoWeights],
  ["two weights by a metric", 3, 2, byMetric],
] as const)("gdc of %s, N = %i, T = %i", (_, N, T, example) => {
  test.each([undefined, 0.3])(
    "has covariances of all training sets through order 2, at eta = %s",
    async (eta) => {
      const evaluator = await evaluatorOf(example, 2);
      const spacetime: SpaceTime = { optimiser: "gdc", parameters: { N, T } };
      const all = penalisedEnds(example, N, T, 3, eta);
      for (const [observable, pair] of covariances(example)) {
        const expected = covarianceOf(all, pair);
        for (const order of [1, 2]) {
          const kind = eta === undefined ? "series" : "order";
          const selection = { kind, order: 2 } as const;
          const request = { spacetime, eta: eta ?? 1, observable, selection, sum: "exact" } as const;
          expect(evaluator.orderTotal(request, order)[0]).toBeCloseTo(expected[order]!, 13);
        }
      }
    },
  );
});

test("nothing covaries along a flow", async () => {
  const evaluator = await evaluatorOf(oneWeight, 2);
  const spacetime: SpaceTime = { optimiser: "ode", parameters: { T: 2 } };
  const selection = { kind: "order", order: 2 } as const;
  const request = { spacetime, eta: 0.1, observable: observed(ofLoss), selection, sum: "exact" } as const;
  expect(() => evaluator.terms(request)).toThrow(
    "variance is of what is random, and in ode nothing is; observe something else",
  );
});
