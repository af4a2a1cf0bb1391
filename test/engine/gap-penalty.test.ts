import { afterAll, describe, expect, test } from "vitest";
import { openSimulator, simulateLocally } from "../../src/engines/index.js";
import { numbersOf } from "../../src/observables/index.js";
import { controlsOf, type SimulationRequest } from "../../src/simulate/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { TrainingData } from "../../src/simulate/training-data.js";
import { analyze } from "../language/workspace.js";
import { simulated } from "../written.js";

/** A landscape as plain functions: of the weights, of which the first is the model's own, and of a datum. */
interface Plain {
  readonly text: string;
  readonly starts: readonly number[];
  readonly intervals: readonly (readonly [number, number] | undefined)[];
  loss(weights: readonly number[], x: number): number;
  /** The first and the second derivative along the first weight. */
  slope(weights: readonly number[], x: number): number;
  bend(weights: readonly number[], x: number): number;
}

const meanEstimation: Plain = {
  text: `landscape example {
  param H = 0.3
  weights t = 2, hyper lambda = 0 in [0, 0.4]
  data x ~ normal(0, 1)
  loss (H + lambda) * t^2 / 2 + 1.5 * x * t
}`,
  starts: [2, 0],
  intervals: [undefined, [0, 0.4]],
  loss: ([t, lambda], x) => ((0.3 + lambda!) * t! ** 2) / 2 + 1.5 * x * t!,
  slope: ([t, lambda], x) => (0.3 + lambda!) * t! + 1.5 * x,
  bend: ([, lambda]) => 0.3 + lambda!,
};

/** With third derivatives along every weight, curvatures of both signs, and the model's weight in the middle. */
const bent: Plain = {
  text: `landscape example {
  weights hyper a = 0.2 in [-1, 1], t = 0.5, hyper b = 0.9 in [0.5, 1]
  data x ~ normal(0, 1)
  loss sin(b*t + a) + x*t^2*a + t^3/6 - x*t/2 + b^2*t*x^2/4
}`,
  starts: [0.5, 0.2, 0.9],
  intervals: [undefined, [-1, 1], [0.5, 1]],
  loss: ([t, a, b], x) =>
    Math.sin(b! * t! + a!) + x * t! ** 2 * a! + t! ** 3 / 6 - (x * t!) / 2 + (b! ** 2 * t! * x ** 2) / 4,
  slope: ([t, a, b], x) =>
    b! * Math.cos(b! * t! + a!) + 2 * x * t! * a! + t! ** 2 / 2 - x / 2 + (b! ** 2 * x ** 2) / 4,
  bend: ([t, a, b], x) => -(b! ** 2) * Math.sin(b! * t! + a!) + 2 * x * a! + t!,
};

/** Flat along its weight: `Ĥ = 0` for every training set. */
const flat: Plain = {
  text: "landscape example { weights t = 1, hyper s = 0.5 in [0, 2] data x ~ normal(0, 1) loss s*x*t }",
  starts: [1, 0.5],
  intervals: [undefined, [0, 2]],
  loss: ([t, s], x) => s! * x * t!,
  slope: ([, s], x) => s! * x,
  bend: () => 0,
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** STIC of training points, by its definition. */
function stic({ slope, bend }: Plain, weights: readonly number[], data: readonly number[], time: number) {
  const N = data.length;
  const slopes = data.map((x) => slope(weights, x));
  const center = mean(slopes);
  const C = slopes.reduce((sum, one) => sum + (one - center) ** 2, 0) / (N - 1);
  const H = mean(data.map((x) => bend(weights, x)));
  return H === 0 ? (time * C) / N : (C * -Math.expm1(-time * H)) / (H * N);
}

/** A derivative along a weight by six differences: right to about 1e-11. */
function difference(of: (weights: readonly number[]) => number, at: readonly number[], weight: number) {
  const h = 1e-2;
  const around = (k: number) => of(at.map((value, index) => (index === weight ? value + k * h : value)));
  const pair = (k: number) => around(k) - around(-k);
  return (pair(1) * 45 - pair(2) * 9 + pair(3)) / (60 * h);
}

/** Where descent ends, in plain numbers. @param metric by the order of the example. */
function descended(
  example: Plain,
  data: readonly number[],
  step: number,
  T: number,
  metric: readonly (readonly number[])[] = example.starts.map((_, row) =>
    example.starts.map((__, column) => (row === column ? 1 : 0)),
  ),
): readonly number[] {
  let place = example.starts;
  const time = step * metric[0]![0]! * T;
  for (let t = 0; t < T; t++) {
    const objective = (weights: readonly number[]) =>
      mean(data.map((x) => example.loss(weights, x))) + stic(example, weights, data, time);
    const slopes = place.map((_, weight) => difference(objective, place, weight));
    place = place.map((value, weight) => {
      const along = slopes.reduce((sum, slope, other) => sum + metric[weight]![other]! * slope, 0);
      const next = value - step * along;
      const [low, high] = example.intervals[weight] ?? [-Infinity, Infinity];
      return Math.min(high, Math.max(low, next));
    });
  }
  return place;
}

const seed = 11;

async function requested(
  text: string,
  line: string,
  eta: number,
  trials = 1,
  observe = "displacement, test_loss, train_loss",
): Promise<SimulationRequest> {
  const file = await analyze(
    `${text}\nverify v { landscape example  ${line}  eta = ${eta}  observe ${observe} }`,
  );
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const { landscape, spacetime, observables } = simulated(file.verifies.get("v"));
  const numbers = observables.flatMap((observable) => numbersOf(observable, landscape));
  return { landscape, spacetime, eta, numbers, trials, seed };
}

/** The data of a trial's training points, as docs/streams.md draws them. */
function dataOf(request: SimulationRequest, trial: number): number[] {
  const plan = planSimulation(request);
  const data = new TrainingData(plan, seed, 1, 4 * Math.ceil(plan.points / 4));
  data.begin(trial, 0);
  data.draw(0, Math.ceil(plan.points / 4), 0);
  return Array.from({ length: plan.points }, (_, point) => data.values(point, 0)[0]!);
}

const simulator = openSimulator(0);
afterAll(() => simulator.close());

/** Where a trial ends, less where it starts, by the names of the weights. */
async function endOf(request: SimulationRequest, trial: number): Promise<ReadonlyMap<string, number>> {
  const { statistics } = await simulator.simulate({ ...request, firstTrial: trial, trials: 1 });
  return new Map(statistics.map(({ label, mean: end }) => [label, end]));
}

describe.each([
  ["mean estimation", meanEstimation, ["t", "lambda"], 0.1, 30],
  ["a bent landscape", bent, ["t", "a", "b"], 0.08, 12],
  ["a flat landscape", flat, ["t", "s"], 0.1, 8],
] as const)("gd with the penalty on %s", (_, example, names, eta, T) => {
  test.each([2, 5])("goes where plain numbers say, N = %i", async (N) => {
    const request = await requested(example.text, `gd(N = ${N}, T = ${T}, penalty = stic)`, eta);
    for (const trial of [0, 1, 2, 7]) {
      const end = await endOf(request, trial);
      const expected = descended(example, dataOf(request, trial), eta, T);
      names.forEach((name, weight) => {
        const moved = expected[weight]! - example.starts[weight]!;
        expect(end.get(`displacement(${name})`)).toBeCloseTo(moved, 8);
      });
    }
  });
});

test("with a metric steps and the time go by it", async () => {
  const line = "gd(N = 4, T = 10, penalty = stic)  metric [2, 1/4; 1/4, 1/2]";
  const request = await requested(meanEstimation.text, line, 0.1);
  for (const trial of [0, 3]) {
    const end = await endOf(request, trial);
    const expected = descended(meanEstimation, dataOf(request, trial), 0.1, 10, [
      [2, 1 / 4],
      [1 / 4, 1 / 2],
    ]);
    expect(end.get("displacement(t)")).toBeCloseTo(expected[0]! - 2, 8);
    expect(end.get("displacement(lambda)")).toBeCloseTo(expected[1]!, 8);
    expect(expected[1]!).toBeGreaterThan(0);
    expect(expected[1]!).toBeLessThan(0.4);
  }
});

test("its gradient is right far beyond where its series ends, and `rate` is part of the time", async () => {
  // One update, so that nothing is smoothed over: `ηTH` from −4 to 40.
  const at = (H: number) =>
    `landscape example { weights t = 1, hyper s = 0 in [-100, 100] data x ~ normal(0, 1) loss (${H} + s) * t^2/2 + x*t }`;
  for (const H of [-4, -1, -1e-9, 0, 1e-9, 0.5, 1, 3, 40]) {
    const request = await requested(at(H), "gd(N = 3, T = 1, rate = 1/2, penalty = stic)", 2);
    const data = dataOf(request, 0);
    const center = mean(data);
    const C = data.reduce((sum, x) => sum + (x - center) ** 2, 0) / 2;
    // (d/dH) (1 − e^(−H))/H by its integral, −∫₀¹ u e^(−Hu) du, in a thousand panels of Simpson's rule.
    const integrand = (u: number) => u * Math.exp(-H * u);
    let integral = 0;
    for (let panel = 0; panel < 1000; panel++) {
      const [a, b] = [panel / 1000, (panel + 1) / 1000];
      integral += (integrand(a) + 4 * integrand((a + b) / 2) + integrand(b)) / 6000;
    }
    const end = await endOf(request, 0);
    const expected = -(1 / 2 - (C / 3) * integral);
    expect(Math.abs(end.get("displacement(s)")! - expected)).toBeLessThan(
      1e-9 * Math.max(1, Math.abs(expected)),
    );
  }
});

test("where the model's weight is the only one of a quadratic loss, the penalty moves nothing", async () => {
  const text = "landscape example { weights t = 1 data x ~ normal(0, 1) loss t^2/2 + x*t }";
  const [plain, penalised] = await Promise.all(
    ["gd(N = 4, T = 9)", "gd(N = 4, T = 9, penalty = stic)"].map(async (line) =>
      simulateLocally(await requested(text, line, 0.1, 40), { workers: 0 }),
    ),
  );
  penalised!.statistics.forEach(({ mean: one }, index) => {
    expect(one).toBeCloseTo(plain!.statistics[index]!.mean, 13);
  });
});

describe("hyper weights", () => {
  const text = `landscape example {
  weights t = 0.5, hyper s = 0.1 in [-0.25, 0.5]
  data x ~ normal(0, 1)
  loss (s - 3*x)^2 / 2 + t^2 * s / 2
}`;

  /** Updates by batches of points in order, in plain numbers, and how often `s` was put back at either end. */
  function followed(data: readonly number[], batch: number, epochs: number, eta: number) {
    let [t, s] = [0.5, 0.1];
    const ends = { low: 0, high: 0 };
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let first = 0; first < data.length; first += batch) {
        const points = data.slice(first, first + batch);
        const along = mean(points.map((x) => s - 3 * x)) + t ** 2 / 2;
        const next = s - eta * along;
        t -= eta * t * s;
        ends.low += next < -0.25 ? 1 : 0;
        ends.high += next > 0.5 ? 1 : 0;
        s = Math.min(0.5, Math.max(-0.25, next));
      }
    }
    return { t, s, ends };
  }

  test.each([
    ["sgd(N = 6, E = 2, B = 1)", 1, 2],
    ["sgd(N = 6, E = 1, B = 3)", 3, 1],
    ["gd(N = 6, T = 5)", 6, 5],
  ] as const)("%s steps them like others and puts them back", async (line, batch, epochs) => {
    const request = await requested(text, line, 0.2);
    const ends = { low: 0, high: 0 };
    for (let trial = 0; trial < 12; trial++) {
      const expected = followed(dataOf(request, trial), batch, epochs, 0.2);
      const end = await endOf(request, trial);
      expect(end.get("displacement(t)")).toBeCloseTo(expected.t - 0.5, 12);
      expect(end.get("displacement(s)")).toBeCloseTo(expected.s - 0.1, 12);
      // A bound is met to the bit.
      if (expected.s === 0.5 || expected.s === -0.25) {
        expect(end.get("displacement(s)")).toBe(expected.s - 0.1);
      }
      ends.low += expected.ends.low;
      ends.high += expected.ends.high;
    }
    expect(Math.min(ends.low, ends.high)).toBeGreaterThan(0);
  });

  test("a trial that diverges along one is counted, and not put back", async () => {
    const trials = 40;
    const far =
      "landscape example { weights t = 1, hyper s = 1 in [0, 2] data x ~ normal(0, 1) loss exp(800*x)*s + t*x }";
    const request = await requested(far, "gd(N = 3, T = 2)", 1, trials, "displacement");
    const { diverged } = await simulateLocally(request, { workers: 0 });
    const isInfinite = (trial: number) => dataOf(request, trial).some((x) => Math.exp(800 * x) === Infinity);
    const expected = Array.from({ length: trials }, (_, trial) => trial).filter(isInfinite).length;
    expect(expected).toBeGreaterThan(10);
    expect(expected).toBeLessThan(30);
    expect(diverged).toBe(expected);
  });

  test("stay within their interval under an SDE's noise", async () => {
    const request = await requested(text, "sde(T = 3, refine = 2)", 0.2, 1, "displacement(s)");
    const ends = await Promise.all(
      Array.from({ length: 20 }, async (_, trial) => (await endOf(request, trial)).get("displacement(s)")!),
    );
    expect(Math.min(...ends)).toBe(-0.25 - 0.1);
    expect(Math.max(...ends)).toBe(0.5 - 0.1);
  });
});

test.each([
  "gd(N = 5, T = 12, penalty = stic)",
  "sgd(N = 6, E = 2, B = 2)",
  "gdc(N = 4, T = 4)",
  "gd(N = 5, T = 12, penalty = stic) - gd(N = 5, T = 12)",
])("%s has the same bits in WebAssembly and in JavaScript", async (line) => {
  const request = await requested(bent.text, line, 0.08, 70);
  const [kernel, twin] = await Promise.all(
    (["wasm", "js"] as const).map((backend) => simulateLocally(request, { workers: 0, backend })),
  );
  expect(twin!.statistics.map(({ moments }) => moments)).toEqual(
    kernel!.statistics.map(({ moments }) => moments),
  );
});

test("engines of single precision refuse both in a line", async () => {
  const penalised = await requested(meanEstimation.text, "gd(N = 5, T = 3, penalty = stic)", 0.1);
  expect(() => planSimulation(penalised, "calls")).toThrow(
    "gd(N = 5, T = 3, penalty = stic) is simulated on the processor alone; choose cpu, or leave the choice open",
  );
  const plain = await requested(meanEstimation.text, "gd(N = 5, T = 3)", 0.1);
  expect(() => planSimulation(plain, "calls")).toThrow(
    'descent of hyper weights, which landscape "example" has, is simulated on the processor alone; choose cpu, or leave the choice open',
  );
});

test("there are no orders, and no controls, whose updates nothing puts back", async () => {
  for (const line of ["gd(N = 5, T = 3, penalty = stic)", "sgd(N = 5, E = 1, B = 1)"]) {
    const request = await requested(meanEstimation.text, line, 0.1, 1000);
    expect(controlsOf(request)).toBeUndefined();
    expect(() => planSimulation({ ...request, expansion: { order: 1, keepsCurvature: true } })).toThrow(
      /no prediction/,
    );
  }
});
