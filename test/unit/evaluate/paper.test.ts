/**
 * The rows of THEORY §5 that concern artificial landscapes, each as a test with its numbers.
 */
import { describe, expect, test } from "vitest";
import { parseShortForm } from "../../../src/diagram/index.js";
import { Evaluator, type Selection, type SumMode } from "../../../src/evaluate/index.js";
import type { Landscape } from "../../../src/landscape/index.js";
import { analyzeText } from "../../../src/language/index.js";
import type { Observable } from "../../../src/observables/index.js";
import { type Descent, formatSpaceTime } from "../../../src/optimisers/index.js";
import { written } from "../../written.js";

async function landscapeOf(body: string): Promise<Landscape> {
  const file = await analyzeText(`landscape l { ${body} }`);
  expect(file.diagnostics).toEqual([]);
  return written(file.landscapes.get("l"));
}

const sgd = (N: number, E = 1, B = 1, shuffle: "same" | "reshuffled" = "same"): Descent => ({
  optimiser: "sgd",
  parameters: { N, E, B, shuffle },
});
const gd = (N: number, T: number): Descent => ({ optimiser: "gd", parameters: { N, T } });
const testLoss: Observable = { name: "test_loss", weights: [] };
const displacement: Observable = { name: "displacement", weights: [0] };
const named = (...forms: string[]): Selection => ({
  kind: "diagrams",
  diagrams: forms.map((name) => ({ name, diagram: parseShortForm(name) })),
});
const order = (edges: number): Selection => ({ kind: "order", order: edges });

function evaluate(
  landscape: Landscape,
  spacetime: Descent,
  observable: Observable,
  selection: Selection,
  eta: number,
  sum: SumMode = "exact",
) {
  return new Evaluator(landscape, { order: 4 }).evaluate({ spacetime, observable, selection, eta, sum });
}

/** Coefficients of eta, by uvalues. */
function series(landscape: Landscape, spacetime: Descent, observable: Observable, edges: number) {
  return evaluate(landscape, spacetime, observable, { kind: "series", order: edges }, 1).series;
}

/**
 * `l_x = a x t + b t² x²/2 + c t³/6 + d t⁴ x/24` at `t = s` for a skewed two-point datum, with its
 * tensors worked out by hand from the definition.
 */
async function onePoint() {
  const [a, b, c, d, s] = [1.3, 0.7, -0.9, 0.5, 0.4];
  const landscape = await landscapeOf(
    `weights t = ${s} data x ~ discrete(-1: 2/3, 2: 1/3)
     loss ${a}*x*t + ${b}*t^2*x^2/2 + ${c}*t^3/6 + ${d}*t^4*x/24`,
  );
  const points = [
    { x: -1, p: 2 / 3 },
    { x: 2, p: 1 / 3 },
  ];
  const mean = (f: (x: number) => number) => points.reduce((sum, { x, p }) => sum + p * f(x), 0);
  const slope = (x: number) => a * x + b * s * x * x + (c * s * s) / 2 + (d * s ** 3 * x) / 6;
  const curve = (x: number) => b * x * x + c * s + (d * s * s * x) / 2;
  const G = mean(slope);
  const H = mean(curve);
  const C = mean((x) => (slope(x) - G) ** 2);
  const gradC = 2 * mean((x) => (slope(x) - G) * (curve(x) - H));
  return { landscape, G, H, C, gradC };
}

const grids = [
  sgd(5),
  sgd(6, 1, 3),
  sgd(3, 4),
  sgd(4, 3, 2),
  sgd(4, 3, 2, "reshuffled"),
  sgd(3, 4, 1, "reshuffled"),
  gd(3, 5),
];

describe("the paper's results", () => {
  test.each(grids.map((grid) => ({ grid, name: formatSpaceTime(grid) })))(
    "Proposition 2 in $name",
    async ({ grid }) => {
      const { landscape, G, H, C, gradC } = await onePoint();
      const { N, E, B = N!, T = (E! * N!) / B } = grid.parameters as Record<string, number>;
      const M = T / N!;
      const [, first, second] = series(landscape, grid, testLoss, 2);
      expect(first![0]).toBeCloseTo(-T * G * G, 10);
      const expected =
        T * (T - 0.5) * G * H * G + T * (M / 2) * C * H + T * ((M - 1 / B) / 2) * 0.5 * gradC * G;
      expect(second![0]).toBeCloseTo(expected, 9);
    },
  );

  test("Example 1: skewed noise against J, exactly and by integrals", async () => {
    const [h, k] = [0.8, 0.3];
    const landscape = await landscapeOf(
      `weights u = 0, v = 0 data x ~ discrete(-1: 2/3, 2: 1/3), y ~ discrete(-2: 1/3, 1: 2/3)
       loss ${h}*u^2/2 + ${k}*v^2/2 + x*u + y*v + x*v/2 + (u^3 - 2*u^2*v + 3*u*v^2 + v^3)/6`,
    );
    // Third cumulants of (x, y + x/2): κ3(x) = 2, κ3(y) = −2.
    const [gx, gy] = [
      [1, 0.5],
      [0, 1],
    ];
    const S = (i: number, j: number, l: number) =>
      2 * gx![i]! * gx![j]! * gx![l]! - 2 * gy![i]! * gy![j]! * gy![l]!;
    const J = (i: number, j: number, l: number) => [1, -2 / 3, 1, 1][i + j + l]!;
    const [eta, T] = [0.1, 25];
    const rates = [h, k];
    for (const sum of ["exact", "integral"] as const) {
      let expected = 0;
      for (const i of [0, 1]) {
        for (const j of [0, 1]) {
          for (const l of [0, 1]) {
            const kept = [i, j, l].reduce((product, m) => product * (1 - eta * rates[m]!), 1);
            const rate = eta * (rates[i]! + rates[j]! + rates[l]!);
            const time = sum === "exact" ? (1 - kept ** T) / (1 - kept) : (1 - Math.exp(-rate * T)) / rate;
            expected += (-(eta ** 3) / 6) * S(i, j, l) * J(i, j, l) * time;
          }
        }
      }
      const { total, terms } = evaluate(landscape, sgd(T), testLoss, named("(012-3)(03-13-23)"), eta, sum);
      expect(total[0]).toBeCloseTo(expected, 13);
      expect(terms[1]).toMatchObject({ automorphisms: 6, embeddings: T });
    }
  });

  test("Corollary 1: displacement from a minimum as T → ∞, by integrals", async () => {
    const landscape = await landscapeOf(
      `weights u = 0, v = 0 data x ~ normal(0, 1), y ~ normal(0, 2)
       loss 0.9*u^2/2 + 0.4*v^2/2 + x*u + (y - x)*v + (0.5*u^3 - 1.5*u^2*v + 0.9*u*v^2 + 0.7*v^3)/6`,
    );
    const H = [0.9, 0.4];
    const C = [
      [1, -1],
      [-1, 5],
    ];
    const J = [
      [
        [0.5, -0.5],
        [-0.5, 0.3],
      ],
      [
        [-0.5, 0.3],
        [0.3, 0.7],
      ],
    ];
    const eta = 0.01;
    const { total } = evaluate(
      landscape,
      sgd(1_000_000),
      { name: "displacement", weights: [0, 1] },
      named("(01-2-3)(02-12-23)"),
      eta,
      "integral",
    );
    [0, 1].forEach((l) => {
      let sum = 0;
      for (const m of [0, 1]) {
        for (const n of [0, 1]) {
          sum += (C[m]![n]! / (eta * (H[m]! + H[n]!))) * J[m]![n]![l]! * (1 / (eta * H[l]!));
        }
      }
      expect(total[l]! / ((-(eta ** 3) / 2) * sum)).toBeCloseTo(1, 9);
    });
  });

  const archimedes =
    "weights u = 0, v = 0, z = 0 data x ~ normal(0, 1) " +
    "loss (u^2 + v^2 + (cos(z)*u + sin(z)*v)^2) / 2 + x * (cos(z - pi/4)*u + sin(z - pi/4)*v)";

  test.each([
    { eta: 0.05, share: 0.17241 },
    { eta: 0.1, share: 0.17857 },
  ])("Archimedes drifts by $share η² a step at η = $eta", async ({ eta, share }) => {
    const landscape = await landscapeOf(archimedes);
    const z: Observable = { name: "displacement", weights: [2] };
    const speed = (sum: SumMode, edges: number) => {
      const at = (T: number) => evaluate(landscape, sgd(T), z, order(edges), eta, sum).total[0]!;
      return (at(20_000) - at(10_000)) / 10_000 / eta ** 2;
    };
    expect(speed("exact", 3)).toBeCloseTo(share, 5);
    expect(speed("exact", 3)).toBeCloseTo(1 / (6 - 4 * eta), 9);
    expect(speed("integral", 3)).toBeCloseTo(1 / 6, 9);
  });

  test("Corollary 2: overfitting and gap of gradient descent from a minimum, by integrals", async () => {
    const landscape = await landscapeOf(
      `weights u = 0, v = 0 data x ~ normal(0, 1), y ~ normal(0, 2)
       loss 0.9*u^2/2 + 0.4*v^2/2 + x*u + (y - x)*v`,
    );
    const [H, C, eta, N, T] = [[0.9, 0.4], [1, 5], 0.02, 7, 60];
    const excess = evaluate(landscape, gd(N, T), testLoss, order(2), eta, "integral");
    const gap = evaluate(landscape, gd(N, T), { name: "gen_gap", weights: [] }, order(2), eta, "integral");
    let overfitting = 0;
    let difference = 0;
    [0, 1].forEach((m) => {
      const forgotten = 1 - Math.exp(-eta * T * H[m]!);
      overfitting += (C[m]! / N / (2 * H[m]!)) * forgotten ** 2;
      difference += (C[m]! / N / H[m]!) * forgotten;
    });
    expect(excess.total[0]).toBeCloseTo(overfitting, 12);
    expect(gap.total[0]).toBeCloseTo(difference, 12);
    const late = evaluate(
      landscape,
      gd(N, 100_000),
      { name: "gen_gap", weights: [] },
      order(2),
      eta,
      "integral",
    );
    expect(late.total[0]).toBeCloseTo((C[0]! / H[0]! + C[1]! / H[1]!) / N, 10);
  });

  test("Corollary 3: many epochs at a small rate against one at a large one", async () => {
    const { landscape, G, H, gradC } = await onePoint();
    const [N, M] = [6, 3];
    const many = series(landscape, sgd(N, M), displacement, 2);
    const one = series(landscape, sgd(N), displacement, 2);
    expect(many[1]![0]! / M).toBeCloseTo(one[1]![0]!, 10);
    const difference = many[2]![0]! / M ** 2 - one[2]![0]!;
    expect(difference).toBeCloseTo((((M - 1) * N) / (4 * M)) * (gradC + 2 * G * H), 9);
  });

  test("Corollary 4: gradient descent against SGD at T = N", async () => {
    const { landscape, gradC } = await onePoint();
    const N = 6;
    const [plain, noisy] = [gd(N, N), sgd(N)].map((grid) => series(landscape, grid, displacement, 2));
    expect(plain![1]![0]).toBeCloseTo(noisy![1]![0]!, 10);
    expect(plain![2]![0]! - noisy![2]![0]!).toBeCloseTo(((N - 1) / 4) * gradC, 9);
  });

  test("Corollary 5: at a minimum (T/2) C:H of order η², and −(T/6) S·J by skew", async () => {
    const landscape = await landscapeOf(
      "weights t = 0 data x ~ discrete(-1: 2/3, 2: 1/3) loss 1.5*t^2/2 + x*t + 0.8*t^3/6",
    );
    const T = 9;
    expect(series(landscape, sgd(T), testLoss, 2)[2]![0]).toBeCloseTo((T / 2) * 2 * 1.5, 10);
    const skew = evaluate(landscape, sgd(T), testLoss, named("(012-3)(03-13-23)"), 1);
    expect(skew.series[3]![0]).toBeCloseTo(-(T / 6) * 2 * 0.8, 10);
  });

  const gauss = (start: string) =>
    landscapeOf(`weights h = ${start} data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2`);

  test("Gauss from its minimum: 1.25 η² − 6.458 η³", async () => {
    const coefficients = series(await gauss("0"), sgd(10), testLoss, 3);
    expect(coefficients[0]![0]).toBeCloseTo(0.5, 13);
    expect(coefficients[1]![0]).toBeCloseTo(0, 13);
    expect(coefficients[2]![0]).toBeCloseTo(1.25, 12);
    expect(coefficients[3]![0]).toBeCloseTo(-155 / 24, 11);
  });

  test.each([
    { grid: sgd(3), loss: [-3 / 16, 21 / 128, 5 / 256], shift: [-3 / 4, 3 / 16, 9 / 128] },
    { grid: sgd(2, 2), loss: [-1 / 4, 9 / 32, -17 / 768], shift: [-1, 1 / 8, 13 / 64] },
    { grid: sgd(4, 1, 2), loss: [-1 / 8, 1 / 16, 5 / 768], shift: [-1 / 2, 1 / 16, 1 / 64] },
    { grid: gd(2, 2), loss: [-1 / 8, 1 / 16, -1 / 768], shift: [-1 / 2, 0, 1 / 64] },
  ])("Gauss from h = log 2 in $grid", async ({ grid, loss, shift }) => {
    const landscape = await gauss("log(2)");
    const losses = series(landscape, grid, testLoss, 3).map((one) => one[0]!);
    const shifts = series(landscape, grid, displacement, 3).map((one) => one[0]!);
    [1 / 4 + Math.LN2 / 2, ...loss].forEach((value, d) => {
      expect(losses[d]).toBeCloseTo(value, 12);
    });
    [0, ...shift].forEach((value, d) => {
      expect(shifts[d]).toBeCloseTo(value, 12);
    });
  });

  test("mean estimation by gradient descent: overfitting and gap exactly", async () => {
    const [H, S, N, T, eta] = [0.7, 3, 5, 40, 0.05];
    const landscape = await landscapeOf(`weights t = 0 data x ~ normal(0, 1) loss ${H}*t^2/2 + x*${S}*t`);
    const forgotten = 1 - (1 - eta * H) ** T;
    const excess = evaluate(landscape, gd(N, T), testLoss, order(2), eta);
    const gap = evaluate(landscape, gd(N, T), { name: "gen_gap", weights: [] }, order(2), eta);
    expect(excess.total[0]).toBeCloseTo((S ** 2 / (2 * N * H)) * forgotten ** 2, 12);
    expect(gap.total[0]).toBeCloseTo((S ** 2 / (N * H)) * forgotten, 12);
  });

  test("Smith et al. 2021: one shuffled epoch of m minibatches, averaged over training sets", async () => {
    // E‖∇L‖² = G² + C/N and E‖∇L_k‖² = G² + C/B for minibatch losses L_k.
    const { landscape, G, H, gradC } = await onePoint();
    const [N, B] = [6, 2];
    const m = N / B;
    const gradient = 2 * G * H + gradC / N - (2 * G * H + gradC / B) / m;
    const found = series(landscape, sgd(N, 1, B, "reshuffled"), displacement, 2);
    expect(found[1]![0]).toBeCloseTo(-m * G, 10);
    expect(found[2]![0]).toBeCloseTo((m ** 2 / 4) * gradient, 9);
  });

  test("Barrett & Dherin 2021: gradient descent follows the flow of L + (η/4)‖∇L‖² to order η²", async () => {
    const landscape = await landscapeOf("weights t = 0.3 data x ~ normal(0, 0) loss exp(t) + t^3 + x");
    const slope = (t: number) => Math.exp(t) + 3 * t * t;
    const curve = (t: number) => Math.exp(t) + 6 * t;
    const T = 4;
    const miss = (eta: number) => {
      const flow = (t: number) => -(slope(t) + (eta / 2) * slope(t) * curve(t));
      let t = 0.3;
      const steps = 2000;
      const dt = (eta * T) / steps;
      for (let step = 0; step < steps; step++) {
        const k1 = flow(t);
        const k2 = flow(t + (dt * k1) / 2);
        const k3 = flow(t + (dt * k2) / 2);
        const k4 = flow(t + dt * k3);
        t += (dt * (k1 + 2 * k2 + 2 * k3 + k4)) / 6;
      }
      const { total } = evaluate(landscape, gd(1, T), displacement, order(4), eta);
      return Math.abs(total[0]! - (t - 0.3));
    };
    expect(miss(0.01) / miss(0.005)).toBeGreaterThan(7);
    expect(miss(0.01)).toBeLessThan(1e-4);
  });

  test("Mandt et al. 2017, discrete: ΣH + HΣ − ηHΣH = (η/B) C on a quadratic", async () => {
    // H and C do not commute; Σ is found here by iterating the update of the covariance.
    const H = [
      [0.9, 0.3],
      [0.3, 0.5],
    ];
    const C = [
      [1, -1],
      [-1, 5],
    ];
    const [eta, B] = [0.2, 2];
    const landscape = await landscapeOf(
      `weights u = 0, v = 0 data x ~ normal(0, 1), y ~ normal(0, 2)
       loss 0.9*u^2/2 + 0.3*u*v + 0.5*v^2/2 + x*u + (y - x)*v`,
    );
    const times = (a: number[][], b: number[][]) =>
      a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, i) => sum + x * b[i]![j]!, 0)));
    const K = H.map((row, i) => row.map((h, j) => (i === j ? 1 : 0) - eta * h));
    let sigma = [
      [0, 0],
      [0, 0],
    ];
    for (let step = 0; step < 2000; step++) {
      sigma = times(times(K, sigma), K).map((row, i) =>
        row.map((value, j) => value + (eta ** 2 / B) * C[i]![j]!),
      );
    }
    const residual = times(sigma, H).map((row, i) =>
      row.map(
        (value, j) =>
          value + times(H, sigma)[i]![j]! - eta * times(times(H, sigma), H)[i]![j]! - (eta / B) * C[i]![j]!,
      ),
    );
    expect(Math.max(...residual.flat().map(Math.abs))).toBeLessThan(1e-12);
    const energy = times(H, sigma).reduce((trace, row, i) => trace + row[i]!, 0) / 2;
    const { total } = evaluate(landscape, sgd(2_000_000, 1, B), testLoss, order(2), eta);
    expect(total[0]).toBeCloseTo(energy, 11);
  });
});
