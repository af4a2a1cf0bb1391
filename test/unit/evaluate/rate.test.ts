import { expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { analyze } from "../../language/workspace.js";

const file = (
  rate: string,
) => `landscape gauss { weights h = log(2)  data x ~ normal(0, 1)  loss (h + x^2*exp(-h))/2 }
verify v { landscape gauss  sgd(N = 2, E = 2, B = 1${rate})  eta = 0.1  observe test_loss  predict order 3 }`;

async function evaluated(rate: string, eta: number) {
  const { landscape, spacetime, observables } = (await analyze(file(rate))).verifies.get("v")!;
  const evaluator = new Evaluator(landscape, { order: 3 });
  return (["order", "series"] as const).map((kind) =>
    evaluator.evaluate({
      spacetime,
      eta,
      observable: observables[0]!,
      selection: { kind, order: 3 },
      sum: "exact",
    }),
  );
}

test("a rate multiplies the learning rate in totals, and its powers are in the series", async () => {
  const slow = await evaluated(", rate = 1/4", 0.4);
  const plain = await evaluated("", 0.1);
  slow.forEach((one, index) => {
    expect(one.total[0]).toBeCloseTo(plain[index]!.total[0]!, 14);
    // Exact coefficients of `eta` at rate 1.
    [-1 / 4, 9 / 32, -17 / 768].forEach((coefficient, order) => {
      expect(one.series[order + 1]![0]).toBeCloseTo(coefficient / 4 ** (order + 1), 14);
    });
  });
});
