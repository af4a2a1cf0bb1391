import { describe, expect, test } from "vitest";
import { isWritten } from "../../../src/evaluate/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { VerifySpecification } from "../../../src/verify/index.js";
import { trialledOf } from "../../../src/verify/trialled.js";

async function blockOf(
  body: string,
  statements: string,
  law = "bernoulli(1/2)",
): Promise<VerifySpecification> {
  const file = await analyzeText(`landscape net { data x[16] ~ ${law}, label ~ bernoulli(1/2) ${body} }
verify v { landscape net sgd(N = 3, E = 1, B = 1) eta = 0.1 observe displacement(a[0]) ${statements} }`);
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return file.verifies.get("v")!;
}

const layers = (hidden: number) =>
  `weights A[${hidden}, 16] = randn(1), a[${hidden}] = 0, D[2, ${hidden}] = randn(2)
  loss cross_entropy(xavier(D) @ tanh(xavier(A) @ x + a), one_hot(label, 2))`;

const predicting = (specification: VerifySpecification, order: number): VerifySpecification => ({
  ...specification,
  prediction: { kind: "order", order },
});

const hasTensors = (specification: VerifySpecification) =>
  !isWritten(trialledOf(specification).specification.landscape);

describe("trials of small landscapes of tensors", () => {
  test("are of scalars where these measure every order", async () => {
    const specification = await blockOf(layers(2), "predict series 2");
    expect(isWritten(specification.landscape)).toBe(true);
    expect(hasTensors(specification)).toBe(false);
  });

  test("are of tensors where programs of scalars would be too long for an order", async () => {
    const specification = predicting(await blockOf(layers(8), ""), 2);
    expect(isWritten(specification.landscape)).toBe(true);
    const { specification: trialled, numbers } = trialledOf(specification);
    expect(isWritten(trialled.landscape)).toBe(false);
    expect(numbers.expansion?.order).toBe(2);
    // Without orders the same programs are short enough.
    expect(hasTensors({ ...specification, measure: "total" })).toBe(false);
  });

  test("are of tensors where second derivatives of a penalty would be too long", async () => {
    const beside = (specification: VerifySpecification): VerifySpecification => ({
      ...specification,
      spacetime: {
        first: { optimiser: "sgd", parameters: { N: 3, E: 1, B: 1, shuffle: "same" } },
        minus: { optimiser: "gdc", parameters: { N: 3, T: 3 } },
      },
    });
    const large = await blockOf(layers(16), "");
    expect(hasTensors(large)).toBe(false);
    expect(hasTensors(beside(large))).toBe(true);
    expect(
      hasTensors(beside(await blockOf("weights a[16] = 1/2 loss square(tanh(dot(a, x)) - label)", ""))),
    ).toBe(false);
  });

  test("are of scalars where expected losses are no means over rows", async () => {
    const specification = predicting(await blockOf(layers(8), "", "normal(0, 1)"), 2);
    expect(hasTensors(specification)).toBe(true);
    expect(hasTensors({ ...specification, observables: [{ name: "test_loss", weights: [] }] })).toBe(false);
  });
});
