import { describe, expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { analyze } from "../../language/workspace.js";
import { oneWeight, twoWeights } from "./carried.js";
import { diffused } from "./diffused.js";

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
