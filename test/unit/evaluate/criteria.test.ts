import { expect, test } from "vitest";
import { Evaluator } from "../../../src/evaluate/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { SpaceTime } from "../../../src/optimisers/index.js";

const sgd = (N: number, E: number): SpaceTime => ({
  optimiser: "sgd",
  parameters: { N, E, B: 1, shuffle: "same" },
});

async function criteriaOf(statements: string, eta: number, spacetime: SpaceTime) {
  const { landscapes, diagnostics } = await analyzeText(`landscape l { ${statements} }`);
  expect(diagnostics).toEqual([]);
  return new Evaluator(landscapes.get("l")!, { order: 0 }).criteria(eta, spacetime)!;
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

test("are those of coupled weights, by the inverse of a matrix of two rows", async () => {
  // Gradient (2u + v/2 − x, v/2·2 + u/2 + y·u) at u = 1: C = [1, 0; 0, 4], H = [2, 1/2; 1/2, 1].
  const { tic, stic } = await criteriaOf(
    "weights u = 1, v = 0 data x ~ normal(0, 1), y ~ normal(0, 2) loss u^2 + v^2/2 + u*v/2 - x*u + y*u*v",
    0.2,
    sgd(10, 1),
  );
  const determinant = 2 * 1 - 1 / 4;
  expect(tic).toBeCloseTo((1 * (1 / determinant) + 4 * (2 / determinant)) / 10, 12);
  // Tr(C ∫_0^t e^(−Hs) ds), summed as a Taylor series.
  const time = 0.2 * 10;
  let power = [1, 0, 0, 1];
  let factor = time;
  let sum = 0;
  for (let k = 0; k < 60; k++) {
    sum += factor * (power[0]! + 4 * power[3]!);
    const [a, b, c, d] = power as [number, number, number, number];
    power = [2 * a + c / 2, 2 * b + d / 2, a / 2 + c, b / 2 + d];
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
