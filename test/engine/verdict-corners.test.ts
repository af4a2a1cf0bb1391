/** The corners of the rule of verdicts, each by a whole verification. */

import { describe, expect, test } from "vitest";
import { openCpuEngine } from "../../src/engines/index.js";
import { analyzeText } from "../../src/language/index.js";
import { runVerification } from "../../src/verify/index.js";

const engines = { open: async () => openCpuEngine(0) };

async function verified(landscape: string, verify: string, trials = 4000) {
  const file = await analyzeText(
    `diagram pair = (01-2)(02-12)\nlandscape one { ${landscape} }\nverify corner { landscape one ${verify} }`,
  );
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const runs = await runVerification(file.verifies.get("corner")!, { engines, trials, seed: 1 });
  return runs[0]!;
}

const bowl = "weights u = 1 data x ~ normal(0, 1) loss (u - x)^2/2";

test("of order 0 alone nothing is carried of what was measured", async () => {
  const run = await verified(bowl, "sgd(N = 4, E = 1, B = 1) eta = 0.1 observe test_loss predict order 0");
  expect(run).toMatchObject({ verdict: "inconclusive", orders: [{ order: 0, predicted: 1 }] });
  expect(run.reason).toContain("predict order");
});

test("orders that are all zero agree, and nothing is left over", async () => {
  // Nothing pushes the weight, and nothing moves.
  const run = await verified(
    "weights u = 0 data x ~ normal(0, 1) loss u^2/2 + u^2*x/4",
    "sgd(N = 4, E = 1, B = 1) eta = 0.1 observe displacement predict order 3",
  );
  expect(run).toMatchObject({ verdict: "agrees", measured: 0, remainder: { measured: 0 } });
  expect(run.orders!.map(({ predicted }) => Math.abs(predicted!))).toEqual([0, 0, 0, 0]);
});

test("an order 0 without data is the evaluator's and has no error", async () => {
  const run = await verified(
    bowl,
    "sgd(N = 4, E = 1, B = 1) eta = 0.1 observe test_loss predict order 2",
    40_000,
  );
  expect(run.verdict).toBe("agrees");
  expect(run.orders![0]).toEqual({ order: 0, predicted: 1, measured: 1, standardError: 0 });
});

test("integrals are allowed what they differ by from exact sums", async () => {
  const run = await verified(
    bowl,
    "sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict order 2 sum = integral",
    200_000,
  );
  expect(run.verdict).toBe("agrees");
  const [, first] = run.orders!;
  // Further off than the error allows, and no further than the integral from the sum.
  expect(Math.abs(first!.measured! - first!.predicted!)).toBeGreaterThan(5 * first!.standardError!);
  expect(Math.abs(first!.measured! - first!.exact!)).toBeLessThan(5 * first!.standardError!);
});

test("of diagrams by name every order is judged, and the reason says what it lacks", async () => {
  const run = await verified(
    bowl,
    "sgd(N = 4, E = 1, B = 1) eta = 0.1 observe test_loss predict pair",
    40_000,
  );
  expect(run.verdict).toBe("disagrees");
  expect(run.reason).toContain("order 1 disagrees");
  expect(run.reason).toContain("order 1 lacks (0-1)(01); order 2 lacks (0-1-2)(02-12)");
});

test("trials that diverge make it inconclusive", async () => {
  const run = await verified(
    "weights u = 1 data x ~ normal(0, 1) loss u^2/2 - u^4 + x*u",
    "sgd(N = 20, E = 1, B = 1) eta = 1 observe test_loss predict order 1",
    200,
  );
  expect(run.verdict).toBe("inconclusive");
  expect(run.diverged).toBeGreaterThan(0);
  expect(run.reason).toContain("trials diverged");
});

const squares = "weights u = 1 data x ~ student_t(5) loss u^2/2 + x^2*u";

test("an order whose error has no expectation is named, and does not refuse those that have", async () => {
  const run = await verified(
    squares,
    "sgd(N = 4, E = 1, B = 1) eta = 0.01 observe test_loss predict order 2",
  );
  expect(run.verdict).toBe("inconclusive");
  expect(run.reason).toContain("the error of order 2 has no finite expectation");
  expect(run.orders![2]!.predicted).not.toBe(0);
});

test("a prediction that none of the trials comes near is not judged by the rare ones that they lack", async () => {
  // E x⁴ = exp(72), and of some thousands of trials none has so large a datum.
  const run = await verified(
    "weights u = 1 data x ~ lognormal(0, 3) loss u^2/2 + x^2*u",
    "sgd(N = 4, E = 1, B = 1) eta = 0.01 observe test_loss predict order 2",
    20_000,
  );
  expect(run.verdict).toBe("inconclusive");
  expect(run.reason).toContain("trials are too few for the errors of orders 1 and 2");
});

const screw = `weights u = 0, v = 0, z = 0 data x ~ normal(0, 1)
  loss (u^2 + v^2 + (cos(z)*u + sin(z)*v)^2)/2 + x*(cos(z - pi/4)*u + sin(z - pi/4)*v)`;

test("an order that cancels is zero, and the last that is not is what must be told from zero", async () => {
  const run = await verified(
    screw,
    "sgd(N = 20, E = 1, B = 1) eta = 0.05 observe displacement(z) predict order 4",
    40_000,
  );
  const [, first, second, third, fourth] = run.orders!;
  expect(third!.predicted).toBeGreaterThan(1e-5);
  for (const order of [first, second, fourth]) {
    expect(Math.abs(order!.predicted!)).toBeLessThan(1e-12);
    expect(Math.abs(order!.measured! - order!.predicted!)).toBeLessThan(5 * order!.standardError! + 1e-12);
  }
  expect(run.verdict).toBe("agrees");
});

test("a gradient that is zero but for rounding makes no order that must be told from zero", async () => {
  // 0.3 less a tenth of 1 + 3 + 5 thirds is 6e-17 in doubles.
  const run = await verified(
    "weights u = 0.3 data x ~ discrete(1: 1/3, 3: 1/3, 5: 1/3) loss u^2/2 - 0.1*x*u",
    "sgd(N = 5, E = 1, B = 1) eta = 0.1 observe displacement predict order 1",
  );
  expect(run.orders![1]!.predicted! + 0).toBe(0);
  expect(run.verdict).toBe("agrees");
});

test.each([
  // Every trial has x² = 1, so that both losses are one number, which rounding leaves.
  [
    "weights h = 0.3 data x ~ discrete(-1, 1) loss (h + x^2*exp(-h))/2",
    "sgd(N = 10, E = 1, B = 1) eta = 0.1 observe gen_gap predict order 2",
  ],
  // No trial hangs on its data; order 3 has no irreducible diagram, and large plain ones in both losses.
  [
    "weights w = 1, v = 0.3 data x ~ normal(0, 1) loss w^2/2 + v^4/7 + w*v/3",
    "sgd(N = 7, E = 2, B = 1) eta = 0.013 observe gen_gap predict series 3",
  ],
  [
    "weights h = 0.3 data x ~ discrete(-1, 1) loss (h + x^2*exp(-h))/2",
    "gd(N = 10, T = 10) eta = 0.1 observe gen_gap predict order 2",
  ],
  // Each update of a bowl turns it over: K = −1.
  [bowl, "gd(N = 10, T = 10) eta = 2 observe test_loss predict order 2"],
  [bowl, "gd(N = 5, T = 20) eta = 2 observe displacement predict order 2"],
])(
  "what rounding leaves of numbers that cancel is none that disagrees: %s, %s",
  async (landscape, verify) => {
    const run = await verified(landscape, verify, 2000);
    expect(run).toMatchObject({ verdict: "agrees" });
    expect(run.reason).toContain("nothing is left over");
  },
);

test("an outcome that no trial met is one to run more trials for", async () => {
  const rare = "weights u = 1 data x ~ bernoulli(1e-6) loss 1000*x*u + u^2/2 + u^3/10";
  const run = await verified(rare, "sgd(N = 10, E = 1, B = 1) eta = 0.1 observe test_loss predict order 2");
  expect(run).toMatchObject({ verdict: "inconclusive" });
  expect(run.trialsToDecide).toBeGreaterThan(1e6);
});

test("a function that is no number where trials end is no divergence by the learning rate", async () => {
  const run = await verified(bowl, "sgd(N = 10, E = 1, B = 1) eta = 0.1 observe c = log(u) predict order 1");
  expect(run.reason).toContain("trials diverged or ended where c is no number");
});

describe("orders whose trials hardly differ beside their mean", () => {
  const far = "weights u = 1000000 data x ~ normal(0, 1) loss (u - x)^2/2";
  const descent = "sgd(N = 10, E = 1, B = 1) eta = 0.1";

  test("are known by their own skewness, which no rounding makes", async () => {
    // The displacement's first order is a sum of normal numbers.
    const run = await verified(far, `${descent} observe displacement predict order 1`, 10_000);
    expect(run.verdict).toBe("agrees");
  });

  test("disagree with a prediction that lacks them", async () => {
    const run = await verified(far, `${descent} observe test_loss predict pair`, 10_000);
    expect(run.reason).toMatch(/^order 1 disagrees, and so does order 2: .*; order 1 lacks \(0-1\)\(01\)/);
  });

  test("are measured no more surely than a double holds", async () => {
    const near = "weights u = 0 data x ~ normal(1000, 0.001) loss (u - x/1000)^2/2 + u^4/10";
    const run = await verified(near, `${descent} observe test_loss predict order 3`, 10_000);
    expect(run.standardError!).toBeGreaterThanOrEqual(run.measured! * 2 ** -53);
  });
});
