import { expect, test } from "vitest";
import { unfoldLandscape } from "../../../src/tensors/index.js";
import { evaluatorFor } from "../../../src/verify/predict.js";
import type { VerifySpecification } from "../../../src/verify/specification.js";
import { nets } from "../tensors/networks.js";

const net = nets[0]![1]();

/** On a landscape so small that exact sums of one order more are cheap. */
const small = (order: number, more: Partial<VerifySpecification>): VerifySpecification => ({
  name: "small",
  landscape: { ...unfoldLandscape(net), whole: net },
  spacetime: { optimiser: "sgd", parameters: { N: 4, E: 1, B: 1, shuffle: "same" } },
  etas: [0.1],
  observables: [{ name: "test_loss", weights: [] }],
  prediction: { kind: "series", order },
  sum: "exact",
  ...more,
});

test("a verification is predicted from samples where they are asked for, up to the last order that they tell", () => {
  for (const order of [1, 2, 3]) {
    expect(evaluatorFor(small(order, { samples: 64 })).isEstimate).toBe(true);
    expect(evaluatorFor(small(order, {})).isEstimate).toBe(false);
  }
});

test("where orders that samples do not tell are needed, they are refused rather than left out", () => {
  expect(evaluatorFor(small(1, { samples: 64, measure: "total" })).isEstimate).toBe(true);
  expect(() => evaluatorFor(small(2, { samples: 64, measure: "total" }))).toThrow(
    "samples estimate orders up to 3, and 2 beyond order 2 are asked for; lower the order, or leave samples out",
  );
});
