/** Verdicts of whole verifications: of few trials, and of losses with a constant that all else is small beside. */

import { describe, expect, it as test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { analyzeText } from "../../src/language/index.js";
import type { Run } from "../../src/runs/index.js";
import { evaluatorFor, exitStatus, runVerification } from "../../src/verify/index.js";

async function specified(text: string, name: string) {
  const file = await analyzeText(text);
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return file.verifies.get(name)!;
}

/** One for all, which compiles what runs have in common once. */
const engine = openCpuEngine(0);
const engines = { open: async () => engine };

describe("a right prediction", () => {
  test.each([2, 3, 10])("is not called wrong by %d trials more often than by many", async (trials) => {
    // The displacement is −Σ η (1 − η)^(9 − t) (1 − x_t): a normal number, which order 9 predicts exactly.
    const specification = await specified(
      `landscape bowl { weights u = 1 data x ~ normal(0, 1) loss (u - x)^2 / 2 }
       verify few { landscape bowl sgd(N = 3, E = 1, B = 1) eta = 0.1 observe displacement predict order 3 }`,
      "few",
    );
    const evaluator = evaluatorFor(specification);
    let wrong = 0;
    for (let seed = 0; seed < 60; seed++) {
      const [run] = await runVerification(specification, { evaluator, engines, trials, seed });
      if (run!.verdict === "disagrees") {
        wrong++;
      }
    }
    // 0.16 are expected; three or more come once in 1,500 times, and these seeds are always the same.
    expect(wrong).toBeLessThanOrEqual(2);
  });

  test("is undecided by one trial", async () => {
    const specification = await specified(
      `landscape bowl { weights u = 1 data x ~ normal(0, 1) loss (u - x)^2 / 2 }
       verify few { landscape bowl sgd(N = 3, E = 1, B = 1) eta = 0.1 observe displacement predict order 3 }`,
      "few",
    );
    const [run] = await runVerification(specification, { engines, trials: 1 });
    expect(run).toMatchObject({ verdict: "inconclusive", standardError: null });
  });
});

test("what is measured without a prediction has no verdict, and the same trials", async () => {
  const measured = (more: string) =>
    specified(
      `landscape bowl { weights u = 1 data x ~ normal(0, 1) loss (u - x)^2 / 2 }
       verify few { landscape bowl sgd(N = 3, E = 1, B = 1) eta = 0.1 observe s = u^2, test_loss ${more} }`,
      "few",
    ).then((specification) => runVerification(specification, { engines, trials: 100_000, backend: "cpu" }));
  const [alone, predicted] = await Promise.all([measured(""), measured("predict order 1 measure = total")]);
  expect(exitStatus(alone)).toBe(0);
  alone.forEach((run, index) => {
    const nothing = {
      predicted: null,
      truncation: null,
      verdict: null,
      reason: "",
      orders: null,
      remainder: null,
    };
    expect(run).toMatchObject({ ...nothing, difference: null, trials: 100_000 });
    const { measured: mean, standardError } = predicted[index]!;
    expect(run.plain).toEqual({ measured: mean, standardError });
    // Controls take away most of the error, and need no prediction.
    expect(run.standardError!).toBeLessThan(standardError! / 2);
    expect(Math.abs(run.measured! - mean!)).toBeLessThan(5 * standardError!);
  });
  expect(predicted.every(({ verdict }) => verdict !== null)).toBe(true);
});

describe("a constant of the loss", () => {
  const small = "1e-4 * (u - x)^2 / 2";
  const losses = {
    none: small,
    added: `1e8 + ${small}`,
    computed: `(1e4^2 + ${small}) - 7`,
    within: `2 * (1e8 / 2 + 1e-4 * (u - x)^2 / 4)`,
    over: `(3e8 + 3e-4 * (u - x)^2 / 2) / 3`,
    negative: `-(1e8 - ${small})`,
  };
  const runsOf = async (loss: string, prediction: string): Promise<Run[]> => {
    const specification = await specified(
      `diagram pair = (01-2)(02-12)
       landscape bowl { weights u = 1 data x ~ normal(0, 1) loss ${loss} }
       verify constant {
         landscape bowl
         sgd(N = 10, E = 1, B = 1)
         eta = 100
         observe ${prediction === "pair" ? "test_loss" : "test_loss, train_loss, gen_gap, displacement"}
         predict ${prediction}
       }`,
      "constant",
    );
    return runVerification(specification, { engines, trials: 4000, seed: 5 });
  };
  const seen = (runs: readonly Run[]) =>
    runs.map(({ observable, verdict, difference }) => [observable, verdict, difference?.toPrecision(6)]);

  test("changes no verdict and no difference, wherever it stands", async () => {
    for (const prediction of ["order 3", "pair"]) {
      const plain = await runsOf(losses.none, prediction);
      for (const loss of Object.values(losses)) {
        expect(seen(await runsOf(loss, prediction)), loss).toEqual(seen(plain));
      }
    }
    // Without the first order the prediction is off by thousands of standard errors, and that is seen.
    const [wrong] = await runsOf(losses.added, "pair");
    expect(wrong!.verdict).toBe("disagrees");
    expect(Math.abs(wrong!.difference!) / wrong!.standardError!).toBeGreaterThan(100);
    expect(wrong!.measured! - 1e8).toBeCloseTo(9.1e-5, 6);
  });

  test("that comes of the data alone hides nothing of the test loss", async () => {
    const plain = await runsOf(losses.none, "pair");
    const [test] = await runsOf(`1e8 * x^2 + ${small}`, "pair");
    expect(test!.verdict).toBe("disagrees");
    expect(test!.difference! / plain[0]!.difference!).toBeCloseTo(1, 6);
  });

  test("that is hidden in a function of the weights rounds as it must, and calls nothing wrong", async () => {
    const flat = `1e8 * cos(1e-9 * (u - 1)) + ${small}`;
    const [right] = await runsOf(flat, "order 3");
    expect(right!.verdict).not.toBe("disagrees");
    expect(right!.rounding).toBeGreaterThan(1e-8);
    const [wrong] = await runsOf(flat, "pair");
    expect(wrong!.verdict).toBe("disagrees");
  });
});
