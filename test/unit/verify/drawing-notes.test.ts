import { expect, test } from "vitest";
import { analyzeText } from "../../../src/language/index.js";
import { drawingNotes, shiftingMoments } from "../../../src/verify/drawing-notes.js";

/** A block with a gradient linear in a datum's square: order `k` takes its moments up to `2k`. */
async function blockOf(distribution: string, order: number) {
  const { verifies } = await analyzeText(
    `landscape l { weights u = 1 data x ~ ${distribution} loss x^2*u^2/2 }
verify v { landscape l sgd(N = 5, E = 1, B = 1) eta = 0.01 observe test_loss predict order ${order} }`,
    { path: "v.diag" },
  );
  return verifies.get("v")!;
}

// Beyond its quantile 1 - 2^-32, at z = 6.23, the standard lognormal has Q(6.23 - k) of its k-th moment: for k = 6 that is 0.41.
test("moments of which a percent is not drawn may shift an order", async () => {
  const heavy = await blockOf("lognormal(0, 1)", 3);
  expect(shiftingMoments(heavy)).toEqual([
    expect.stringMatching(/^moments 3 to 6 of x ~ lognormal\(0, 1\) are off by 0\.01 % to [34]0 %$/),
  ]);
  expect(drawingNotes(heavy)).toEqual([
    `In simulations ${shiftingMoments(heavy)}, since what is rarer than 2^-32 is not drawn`,
  ]);
});

test("smaller shares do not, though they are noted", async () => {
  const light = await blockOf("student_t(9)", 3);
  expect(drawingNotes(light)).toHaveLength(1);
  expect(shiftingMoments(light)).toEqual([]);
});

test("what is drawn right has neither", async () => {
  const normal = await blockOf("normal(0, 1)", 3);
  expect([...shiftingMoments(normal), ...drawingNotes(normal)]).toEqual([]);
});
