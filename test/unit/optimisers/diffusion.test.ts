import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { analyze } from "../../language/workspace.js";
import {
  add,
  Carried,
  type Example,
  type Measured,
  meanOf,
  measured,
  oneWeight,
  type Series,
  scale,
  stepped,
  twoWeights,
} from "./carried.js";

/** In place of a normal deviate: the same moments, to the fifth. */
const deviates = [
  { value: -Math.sqrt(3), probability: 1 / 6 },
  { value: 0, probability: 2 / 3 },
  { value: Math.sqrt(3), probability: 1 / 6 },
];

/**
 * Euler's and Maruyama's steps, `r` a unit of time, by all sequences of deviates. The datum has two outcomes, so that the
 * gradient's noise at any weights is one deviate times `√(p q)` of the difference of its two gradients.
 */
function diffused(example: Example, T: number, r: number, length: number, eta?: number): Measured {
  const carried = new Carried(example);
  const [one, other] = carried.example.outcomes;
  const share = Math.sqrt(one!.probability * other!.probability);
  let paths: { theta: readonly Series[]; probability: number }[] = [
    { theta: carried.start(length), probability: 1 },
  ];
  for (let step = 0; step < T * r; step++) {
    paths = paths.flatMap(({ theta, probability }) => {
      const [first, second] = [carried.gradient(theta, one!.x), carried.gradient(theta, other!.x)];
      const mean = first.map((slope, mu) =>
        add(scale(slope, one!.probability), scale(second[mu]!, other!.probability)),
      );
      return deviates.map((deviate) => {
        const down = mean.map((slope, mu) =>
          add(slope, scale(add(first[mu]!, scale(second[mu]!, -1)), Math.sqrt(r) * share * deviate.value)),
        );
        return {
          theta: stepped(carried, theta, down, r, eta),
          probability: probability * deviate.probability,
        };
      });
    });
  }
  return meanOf(paths.map(({ theta, probability }) => ({ probability, end: measured(carried, theta) })));
}

const cases = [
  ["one weight", 2, 1, oneWeight],
  ["one weight", 2, 2, oneWeight],
  ["one weight", 1, 3, oneWeight],
  ["one weight", 2, 3, oneWeight],
  ["two weights", 1, 3, twoWeights],
  ["two weights", 2, 2, twoWeights],
] as const;

describe.each(cases)("sde of %s, T = %i, refine = %i", (_, T, refine, example) => {
  test.each(["series", "order"] as const)("has the %s of all paths together", async (kind) => {
    const eta = 0.3;
    const file = await analyze(
      `${example.text}\nverify v { landscape example  sde(T = ${T}, refine = ${refine})  eta = ${eta}  observe test_loss, displacement  predict ${kind} 3 }`,
    );
    expect(file.diagnostics).toEqual([]);
    const { landscape, spacetime, observables } = file.verifies.get("v")!;
    const evaluator = new Evaluator(landscape, { order: 3 });
    const expected = diffused(example, T, refine, 4, kind === "series" ? undefined : eta);
    const found = observables.map((observable) =>
      [1, 2, 3].map((order) =>
        evaluator.orderTotal(
          { spacetime, eta, observable, selection: { kind, order: 3 }, sum: "exact" },
          order,
        ),
      ),
    );
    const power = (order: number) => (kind === "series" ? eta ** order : 1);
    [1, 2, 3].forEach((order) => {
      expect(found[0]![order - 1]![0]).toBeCloseTo(expected.test[order]! * power(order), 14);
      expected.moved.forEach((series, weight) => {
        expect(found[1]![order - 1]![weight]).toBeCloseTo(series[order]! * power(order), 14);
      });
    });
  });
});
