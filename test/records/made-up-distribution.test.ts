import { expect, test, vi } from "vitest";
import { simulateLocally } from "../../src/engines/processor/local.js";
import { shaderOf } from "../../src/engines/webgpu/shader.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { observedNumbers, type SimulatedSpecification } from "../../src/verify/specification.js";
import { Editor } from "../language/lsp/editor.js";
import { hoverAt, imagesOf } from "../language/lsp/reading-editor.js";
import { analyze } from "../language/workspace.js";
import { simulated } from "../written.js";

// A distribution is added by its record alone: here one is, and everything that knows distributions knows it.

vi.mock("../../src/landscape/distributions/list.js", async (original) => {
  const { distributions } = await original<typeof import("../../src/landscape/distributions/list.js")>();
  const { ramp } = await import("./ramp.js");
  return { distributions: [...distributions, ramp] };
});

/** A specification: descent of ten steps on a loss of a datum `x` whose density is `2x/h²`. */
async function specificationOf(loss: string, start: number, order: number): Promise<SimulatedSpecification> {
  const { verifies, diagnostics } = await analyze(
    `landscape l { weights w = ${start} data x ~ ramp(3/2) loss ${loss} }
     verify v { landscape l sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict order ${order} }`,
  );
  expect(diagnostics).toEqual([]);
  return simulated(verifies.get("v"));
}

function predicted({
  landscape,
  spacetime,
  etas,
  observables,
  prediction,
  sum,
}: SimulatedSpecification): number {
  const evaluator = new Evaluator(landscape, { order: 2 });
  const [eta, observable] = [etas[0]!, observables[0]!];
  return evaluator.evaluate({ spacetime, eta, observable, selection: prediction!, sum }).total[0]!;
}

/** `E[l(w_T)]` of `(w − x)²/2` from `w = 2`: a mean that decays, and the noise of ten steps. */
const mean = 1;
const variance = 1.5 ** 2 / 18;
const rest = 0.9 ** 20;
const afterDescent = (mean ** 2 * rest + (0.1 ** 2 * variance * (1 - rest)) / (1 - 0.9 ** 2) + variance) / 2;

test("it is evaluated, polynomials exactly", async () => {
  expect(predicted(await specificationOf("(w - x)^2 / 2", 2, 2))).toBeCloseTo(afterDescent, 13);
});

test("it is evaluated, other functions to 1e-12", async () => {
  const expectation = (2 / (1.5 * 3) ** 2) * ((1.5 * 3 - 1) * Math.exp(1.5 * 3) + 1);
  expect(predicted(await specificationOf("exp(w*x)", 3, 0)) / expectation).toBeCloseTo(1, 11);
});

test("it is simulated", async () => {
  const specification = await specificationOf("(w - x)^2 / 2", 2, 2);
  const { landscape, spacetime, etas } = specification;
  const numbers = observedNumbers(specification);
  const request = { landscape, spacetime, eta: etas[0]!, numbers, trials: 100_000, seed: 3 };
  const results = [
    await simulateLocally(request, { workers: 1, backend: "wasm" }),
    await simulateLocally({ ...request, trials: 20_000 }, { workers: 1, backend: "js" }),
  ];
  for (const { statistics } of results) {
    const { mean: measured, standardError } = statistics[0]!;
    expect(Math.abs(measured - afterDescent)).toBeLessThan(4 * standardError);
    expect(standardError / afterDescent).toBeLessThan(0.01);
  }
  expect(shaderOf(request).code).toMatch(/sqrt\(unit\(word\)\)[^}]*return clamp\(/);
});

test("it is completed, hovered, proposed and refused", async () => {
  const text = "landscape l { weights w = 0 data x ~ ramp(3/2) loss (w - x)^2 }";
  const { main } = await Editor.of(text);
  const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, {
    ...main.identifier,
    position: { line: 0, character: text.indexOf("ramp") },
  });
  expect(list!.items.map(({ label, detail }) => [label, detail])).toContainEqual(["ramp", "ramp(high)"]);
  expect(await hoverAt(text.replace("ramp", "ra¦mp"))).toContain("rises from 0");
  const [datum] = imagesOf((await hoverAt(text.replace("x ~", "¦x ~"), commands))!);
  expect(datum!.alt).toBe("x \\sim \\mathrm{Ramp}\\left[0,\\, 1.5\\right]");
  const problems = async (written: string) =>
    (await analyze(text.replace("ramp(3/2)", written))).diagnostics.map(({ message }) => message);
  expect(await problems("incline(1)")).toEqual(["there is no distribution `incline`; did you mean `ramp`?"]);
  expect(await problems("ramp(1, 2)")).toEqual(["`ramp` takes 1 argument, not 2; write `ramp(high)`"]);
  expect(await problems("ramp(0)")).toEqual(["the ramp ends at 0; it must end above 0"]);
});

const commands = { initializationOptions: { commandLinks: true, theme: "dark" } };
