import { describe, expect, test } from "vitest";
import {
  type AnyLandscape,
  directionalTensors,
  directionalValuation,
  Evaluator,
  isWritten,
} from "../../src/evaluate/index.js";
import { analyzeText } from "../../src/language/index.js";

/** Orders 0 to 3 after an epoch, found from the loss written with scalars, and along directions. */
async function ordersOf(loss: string): Promise<number[][]> {
  const { landscapes, diagnostics } = await analyzeText(
    `landscape l { weights W[2, 2] = randn(3)  data x[2] ~ discrete(-1, 2)  loss ${loss} + sum(square(W)) }`,
  );
  expect(diagnostics).toEqual([]);
  const landscape: AnyLandscape = landscapes.get("l")!;
  if (!isWritten(landscape)) {
    throw new Error("too large");
  }
  const options = { order: 3 };
  const directional = directionalTensors(landscape.whole!, {});
  const { weights, name } = landscape;
  return [
    new Evaluator(landscape, options),
    new Evaluator({ name, weights }, options, directionalValuation(directional, options)),
  ].map((evaluator) =>
    evaluator
      .evaluate({
        spacetime: { optimiser: "sgd", parameters: { N: 2, E: 1, B: 1, shuffle: "same" } },
        eta: 0.1,
        observable: { name: "test_loss", weights: [] },
        selection: { kind: "series", order: 3 },
        sum: "exact",
      })
      .series.flat(),
  );
}

describe.each([1, 300, 10_000])(
  "exponentials of tensors that are written out, of numbers about %i",
  (scale) => {
    const u = `(${scale} * (W @ x))`;
    test.each([
      [`sum(log(1 + exp(${u})))`, `sum(softplus(${u}))`],
      [`sum(log1p(exp(${u})))`, `sum(softplus(${u}))`],
      [`sum(log2(exp(-${u}) + 1))`, `sum(softplus(-${u})) / LN2`],
      [`sum(1 / (1 + exp(-${u})))`, `sum(sigmoid(${u}))`],
      [`sum((1 + exp(-${u}))^-1)`, `sum(sigmoid(${u}))`],
      [`sum(exp(${u}) / (1 + exp(${u})))`, `sum(sigmoid(${u}))`],
      [`sum(x * exp(${u}) / (1 + exp(${u})))`, `sum(x * sigmoid(${u}))`],
      [`sum(log(cosh(${u})))`, `sum(logcosh(${u}))`],
      [`log(exp(${u}[0]) + exp(${u}[1]))`, `logsumexp(${u})`],
      [`log(sum(exp(${u})))`, `logsumexp(${u})`],
      [`log(mean(exp(${u})))`, `logsumexp(${u}) - log(2)`],
      [`sum(log(3 * exp(${u}) + exp(x)))`, `sum(logsumexp(log(3) + ${u}, x))`],
      [`dot(x, exp(${u}) / sum(exp(${u})))`, `dot(x, softmax(${u}))`],
      [`-log(softmax(${u})[0])`, `-log_softmax(${u})[0]`],
      [`-sum(log(sigmoid(${u})))`, `sum(softplus(-${u}))`],
    ])("%s", async (written, meant) => {
      const [own, same] = [await ordersOf(written), await ordersOf(meant)];
      for (const orders of [...own, same[1]!]) {
        orders.forEach((value, order) => {
          const other = same[0]![order]!;
          expect(Math.abs(value - other), `${value} for ${other}`).toBeLessThanOrEqual(
            1e-9 * Math.max(1, Math.abs(other)),
          );
        });
      }
    });
  },
);

test("0 · log 0 of data is 0", async () => {
  const loss = (one: string) => `sum(square(W)) * (1 + ${one})`;
  const text = (one: string) =>
    `landscape l { weights W[2] = 1  data x[2] ~ discrete(0, 1)  loss ${loss(one)} }`;
  const values = await Promise.all(
    [`sum(x * log(x))`, "0"].map(async (one) => {
      const { landscapes } = await analyzeText(text(one));
      const landscape = landscapes.get("l")!;
      return new Evaluator(landscape, { order: 0 }).evaluate({
        spacetime: { optimiser: "gd", parameters: { N: 1, T: 1 } },
        eta: 0.1,
        observable: { name: "test_loss", weights: [] },
        selection: { kind: "order", order: 0 },
        sum: "exact",
      }).total;
    }),
  );
  expect(values).toEqual([[2], [2]]);
});
