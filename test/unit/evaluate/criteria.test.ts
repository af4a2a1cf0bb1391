import { expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { type Metric, withMetric } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { Descent } from "../../../src/optimisers/index.js";

const sgd = (N: number, E: number): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B: 1, shuffle: "same" },
});

async function criteriaOf(statements: string, eta: number, spacetime: Descent, metric?: Metric) {
  const { landscapes, diagnostics } = await analyzeText(`landscape l { ${statements} }`);
  expect(diagnostics).toEqual([]);
  return new Evaluator(withMetric(landscapes.get("l")!, metric), { order: 0 }).criteria(eta, spacetime)!;
}

test("are those of independent directions, summed", async () => {
  // Curvatures 2 and 3; gradients −2x and −3y of variances 4·0.25 and 9·4.
  const { aic, tic, stic } = await criteriaOf(
    "weights u = 1, v = 0 data x ~ normal(0, 0.5), y ~ normal(0, 2) loss (u - x)^2 + 3/2*(v - y)^2",
    0.1,
    sgd(5, 2),
  );
  expect(aic).toBeCloseTo(2 / 5, 14);
  expect(tic).toBeCloseTo((1 / 2 + 36 / 3) / 5, 12);
  expect(stic).toBeCloseTo(((1 / 2) * (1 - Math.exp(-2)) + (36 / 3) * (1 - Math.exp(-3))) / 5, 12);
});

test.each<[string, number, number, number]>([
  ["no metric", 1, 0, 1],
  ["a metric", 2, 1 / 4, 1 / 2],
])("are those of coupled weights, by the inverse of a matrix of two rows, with %s", async (_, m, off, n) => {
  // Gradient (2u + v/2 − x, v/2·2 + u/2 + y·u) at u = 1: C = [1, 0; 0, 4], H = [2, 1/2; 1/2, 1].
  const { tic, stic } = await criteriaOf(
    "weights u = 1, v = 0 data x ~ normal(0, 1), y ~ normal(0, 2) loss u^2 + v^2/2 + u*v/2 - x*u + y*u*v",
    0.2,
    sgd(10, 1),
    [
      [m, off],
      [off, n],
    ],
  );
  const determinant = 2 * 1 - 1 / 4;
  expect(tic).toBeCloseTo((1 * (1 / determinant) + 4 * (2 / determinant)) / 10, 12);
  // Tr(C m ∫_0^t e^(−Hms) ds), summed as a Taylor series.
  const time = 0.2 * 10;
  let power = [m, off, off, n];
  let factor = time;
  let sum = 0;
  for (let k = 0; k < 60; k++) {
    sum += factor * (power[0]! + 4 * power[3]!);
    const [a, b, c, d] = power as [number, number, number, number];
    // H times it, then m times that.
    const [p, q, r, t] = [2 * a + c / 2, 2 * b + d / 2, a / 2 + c, b / 2 + d];
    power = [m * p + off * r, m * q + off * t, off * p + n * r, off * q + n * t];
    factor *= -time / (k + 2);
  }
  expect(stic).toBeCloseTo(sum / 10, 10);
});

test("are infinite but for STIC where a flat direction has noise, and finite where it has none", async () => {
  const start = "weights u = 1, v = 0 data x ~ normal(0, 3)";
  const noisy = await criteriaOf(`${start} loss u^2/2 + x*v`, 0.1, sgd(4, 3));
  expect(noisy.tic).toBe(Number.POSITIVE_INFINITY);
  expect(noisy.stic).toBeCloseTo((0.1 * 12 * 9) / 4, 12);
  const quiet = await criteriaOf(`${start} loss (u - x)^2/2 + v`, 0.1, sgd(4, 3));
  expect(quiet.tic).toBeCloseTo(9 / 4, 12);
  expect(quiet.aic).toBe(1 / 2);
});

test("are infinite where data have no variance", async () => {
  const { aic, tic, stic } = await criteriaOf(
    "weights u = 1 data x ~ student_t(3/2) loss u^2/2 - x*u",
    0.1,
    sgd(4, 1),
  );
  expect({ aic, tic, stic }).toEqual({
    aic: 1 / 4,
    tic: Number.POSITIVE_INFINITY,
    stic: Number.POSITIVE_INFINITY,
  });
});

test("leave hyper weights where they are, and count the model's own", async () => {
  const own = "weights t = 1 data x ~ normal(0, 3) loss 0.7*t^2/2 + x*t + t^3/6 * 0.3";
  const hyper =
    "weights hyper s = 0.3 in [0, 1], t = 1, hyper r = 2 in [0, 9] data x ~ normal(0, 3) loss 0.7*t^2/2 + x*t*r/2 + t^3/6*s + s^2*t*r*0";
  for (const line of [1, 3]) {
    const [plain, marked] = [
      await criteriaOf(own, 0.1 * line, sgd(6, 1)),
      await criteriaOf(hyper, 0.1 * line, sgd(6, 1)),
    ];
    expect(marked.aic).toBeCloseTo(1 / 6, 15);
    expect(marked.tic).toBeCloseTo(plain.tic, 12);
    expect(marked.stic).toBeCloseTo(plain.stic, 12);
  }
  // Curvature 1 along `t` and a time of two: the metric between them says nothing of a weight that stays.
  const metric = [
    [2, 0.5],
    [0.5, 1],
  ];
  const raised = await criteriaOf(
    "weights t = 1, hyper s = 0 in [0, 1] data x ~ normal(0, 1) loss t^2/2 + x*t + s*t",
    0.1,
    sgd(10, 1),
    metric,
  );
  expect(raised.stic).toBeCloseTo((1 - Math.exp(-2)) / 10, 12);
});

test("nothing else is told of descents of hyper weights or of the penalty", async () => {
  const { landscapes } = await analyzeText(
    "landscape l { weights t = 1, hyper s = 0 in [0, 1] data x ~ normal(0, 1) loss t^2/2*(1 + s) + x*t } landscape k { weights t = 1 data x ~ normal(0, 1) loss t^2/2 + x*t }",
  );
  const penalised: Descent = { optimiser: "gd", parameters: { N: 2, T: 2, penalty: "stic" } };
  const observable = { name: "test_loss", weights: [] };
  const diagram = { parents: [1, -1], parts: [0, 1] };
  for (const [name, spacetime] of [
    ["l", sgd(2, 1)],
    ["k", penalised],
  ] as const) {
    const evaluator = new Evaluator(landscapes.get(name)!, { order: 1 });
    const request = {
      spacetime,
      eta: 0.1,
      observable,
      sum: "exact",
      selection: { kind: "order", order: 1 },
    } as const;
    expect(() => evaluator.evaluate(request)).toThrow(/no prediction/);
    expect(() => evaluator.orderTotal(request, 1)).toThrow(/no prediction/);
    expect(() => evaluator.contributions(diagram, 1, [], request)).toThrow(/no prediction/);
  }
});
