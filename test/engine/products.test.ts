/** Columns that are products of columns, on the processor: by integers of the test's own, and by closed forms. */
import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import { openSimulator, simulateLocally } from "../../src/engines/index.js";
import { expectedLoss, trainingLoss, weightDisplacement } from "../../src/observables/index.js";
import {
  columnsOf,
  mergeResults,
  type ProductNumber,
  requestProblem,
  type SimulationRequest,
  type SimulationResult,
} from "../../src/simulate/index.js";
import { readTrials, writeTrials } from "../../src/verify/kept-trials.js";
import { simulateInSegments } from "../../src/verify/segments.js";
import { discrete, landscapeOf, normal } from "../unit/landscape/read.js";
import { multiplied, productsOf, rows, sumsOf } from "./product-oracle.js";
import { landscapes, mixed, requestOf, sgd, spacetimes } from "./simulate-landscapes.js";
import { cases, requestOf as testLossRequest } from "./test-loss-cases.js";

/** A request with products of all pairs of its numbers, and products of these. */
function withProducts(
  request: SimulationRequest,
  products: readonly ProductNumber[] = productsOf(request.numbers.length),
): SimulationRequest {
  return { ...request, numbers: [...request.numbers, ...products] };
}

/** What must be the same whatever carries trials out, and however they are cut. */
const bits = ({ statistics, trials, diverged, unfound }: SimulationResult) => ({
  statistics,
  trials,
  diverged,
  unfound,
});

async function alike(request: SimulationRequest): Promise<SimulationResult> {
  const wasm = await simulateLocally(request, { workers: 0 });
  expect(bits(await simulateLocally(request, { workers: 0, backend: "js" }))).toEqual(bits(wasm));
  return wasm;
}

/** What each trial is measured by less the centers, by one trial at a time of a request without products. */
async function measuredAlone(request: SimulationRequest): Promise<number[][]> {
  const simulator = openSimulator(0);
  const trials: number[][] = [];
  for (let trial = 0; trial < request.trials; trial++) {
    const firstTrial = (request.firstTrial ?? 0) + trial;
    const { statistics } = await simulator.simulate({ ...request, firstTrial, trials: 1 });
    trials.push(
      statistics.map(({ moments }) => {
        expect(moments.sum * moments.sum).toBe(moments.squares);
        // A sum of one double is that double.
        return moments.count === 0 ? Number.NaN : doubleOf(moments.sum);
      }),
    );
  }
  return trials;
}

/** The double that is so many 2^-1074. */
function doubleOf(units: bigint): number {
  let left = units;
  let power = -1074;
  while (left !== 0n && left % 2n === 0n && power < 900) {
    left /= 2n;
    power++;
  }
  const half = Math.trunc(power / 2);
  return Number(left) * 2 ** half * 2 ** (power - half);
}

function expectSums(result: SimulationResult, trials: readonly (readonly number[])[], from = 0): void {
  result.statistics.slice(from).forEach(({ label, moments }, index) => {
    const { overflowed, ...sums } = sumsOf(trials.map((values) => values[from + index]!));
    expect({ count: moments.count, sum: moments.sum, squares: moments.squares }, label).toEqual(sums);
    expect(moments.overflowed ?? 0, label).toBe(overflowed);
  });
}

describe("products of a trial's numbers", () => {
  test("are those of the doubles that are summed, rounded once, in both kernels", async () => {
    await fc.assert(
      fc.asyncProperty(landscapes, spacetimes, fc.nat(1000), async (landscape, spacetime, seed) => {
        const request = requestOf(landscape, spacetime, { seed, trials: 9 });
        const asked = withProducts(request);
        const products = productsOf(request.numbers.length);
        const result = await alike(asked);
        const trials = await measuredAlone(request);
        expectSums(
          result,
          trials.map((values) => multiplied(values, products)),
        );
      }),
      { numRuns: 6, seed: 11 },
    );
  });

  test("change nothing else, and are the same on any threads and however cut", async () => {
    const request = requestOf(mixed, sgd(6, 2, 2, "reshuffled"), { trials: 1500 });
    const asked = withProducts(request);
    const simulator = openSimulator(2);
    const whole = await simulator.simulate(asked);
    const plain = await simulator.simulate(request);
    expect(whole.statistics.slice(0, request.numbers.length)).toEqual(plain.statistics);
    const shards = await Promise.all(
      [
        { firstTrial: 0, trials: 333 },
        { firstTrial: 333, trials: 1167 },
      ].map((shard) => simulateLocally({ ...asked, ...shard }, { workers: 0 })),
    );
    expect(bits(mergeResults(shards[0]!, shards[1]!))).toEqual(bits(whole));
    expect(bits(mergeResults(shards[1]!, shards[0]!))).toEqual(bits(whole));
    const keep = async () => undefined;
    const resumed = await simulateInSegments(simulator, asked, { done: shards[0]!, keep });
    await simulator.close();
    expect(bits(resumed)).toEqual(bits(whole));
  });

  test("of sixty columns are as any", async () => {
    const request = requestOf(mixed, sgd(4), { trials: 30 });
    const products = Array.from(
      { length: 55 },
      (_, place): ProductNumber => ({
        label: `${place}`,
        product: [place % 5, (place * 3) % (place < 15 ? 5 : 20)].sort((a, b) => a - b) as [number, number],
      }),
    );
    const asked = withProducts(request, products);
    expect(asked.numbers).toHaveLength(60);
    const result = await alike(asked);
    const trials = await measuredAlone(request);
    expectSums(
      result,
      trials.map((values) => multiplied(values, products)),
    );
  });
});

describe("products out of the ordinary", () => {
  const tiny = 2 ** -1074;

  test("are exact wherever they are doubles, and are counted apart where they are none", async () => {
    const request = rows(
      [1e308, -1.7e308],
      [1e154, 1.3e154],
      [-1.3e154, 1.4e154],
      [tiny, 1],
      [tiny, tiny],
      [3 * tiny, 0.5],
      [1e-170, 1e-160],
      [2 ** -537, -(2 ** -537)],
      [1 + 2 ** -52, 1 - 2 ** -53],
      [1e77, -1e77],
      [0, -1e308],
    );
    const products = productsOf(2, 3);
    const result = await alike(withProducts(request, products));
    const trials = await measuredAlone(request);
    const expected = trials.map((values) => multiplied(values, products));
    expectSums(result, expected);
    expect(result.diverged).toBe(0);
    const [, , square] = result.statistics;
    expect(square!.moments.overflowed).toBeGreaterThan(20);
    expect(square!.count + square!.moments.overflowed!).toBe(400);
    // Of a number that some trials put out of reach there is no mean; the others have theirs.
    expect([square!.mean, square!.standardError]).toEqual([Number.NaN, Number.NaN]);
    expect(result.statistics.slice(0, 2).every(({ mean }) => Number.isFinite(mean))).toBe(true);
    // Shards say the same of it, and so does a file.
    const asked = withProducts(request, products);
    const [first, second] = await Promise.all(
      [
        { firstTrial: 0, trials: 150 },
        { firstTrial: 150, trials: 250 },
      ].map((shard) => simulateLocally({ ...asked, ...shard }, { workers: 0 })),
    );
    expect(bits(mergeResults(second!, first!))).toEqual(bits(result));
    const kept = { result, eta: 1, wanted: 500, engines: ["cpu rounding once"], floors: new Map() };
    const kind = { columns: columnsOf(asked), updates: 1 };
    const read = readTrials("own", writeTrials("own", [kept]), kind);
    expect(read.kind === "sound" && read.refused).toEqual([]);
    const [back] = read.kind === "sound" ? read.trials : [];
    expect(bits(back!.result)).toEqual(bits(result));
  });

  test("that overflow are no measured number's, and no less than one: a file that says so is refused", async () => {
    const request = rows([1, 2], [3, 4]);
    const asked = withProducts(request);
    const result = await simulateLocally(asked, { workers: 0 });
    const kind = { columns: columnsOf(asked), updates: 1 };
    const readWith = (at: number, overflowed: number, count: number) => {
      const statistics = result.statistics.map((one, place) =>
        place === at ? { ...one, moments: { ...one.moments, count, overflowed } } : one,
      );
      const kept = {
        result: { ...result, statistics },
        eta: 1,
        wanted: 500,
        engines: ["cpu rounding once"],
        floors: new Map(),
      };
      return readTrials("own", writeTrials("own", [kept]), kind).kind;
    };
    expect(readWith(2, 2, 398)).toBe("sound");
    expect(readWith(1, 2, 398)).toBe("damaged");
    expect(readWith(2, 2, 399)).toBe("damaged");
    expect(readWith(2, 0, 400)).toBe("damaged");
    expect(readWith(2, -1, 401)).toBe("damaged");
  });

  test("do not make a trial diverge, and are in no sum of one that does", async () => {
    const landscape = landscapeOf("h^4 + x*h", { h: 0 }, [normal("x")]);
    const request = requestOf(landscape, sgd(60), { eta: 0.4, trials: 200 });
    const result = await alike(withProducts(request));
    expect(result.diverged).toBeGreaterThan(20);
    expect(result.diverged).toBeLessThan(180);
    for (const { moments } of result.statistics) {
      expect(moments.count + (moments.overflowed ?? 0)).toBe(200 - result.diverged);
    }
    expectSums(
      result,
      (await measuredAlone(request))
        .filter(([value]) => !Number.isNaN(value))
        .map((values) => multiplied(values, productsOf(request.numbers.length))),
    );
  });
});

describe("products with the expected loss", () => {
  test.each(cases.slice(2, 3))("are made again where it is found anew: $what", async (one) => {
    const request = testLossRequest(one, 60);
    const products = productsOf(request.numbers.length, 5);
    const result = await alike(withProducts(request, products));
    expectSums(
      result,
      (await measuredAlone(request)).map((values) => multiplied(values, products)),
    );
  });

  test("are in the sums of the trials whose loss was found, and the others in all", async () => {
    const landscape = landscapeOf("exp(u*x^2/8) - u*k", { u: 0 }, [
      normal("x"),
      discrete("k", { "6": 1 / 16, "2": 15 / 16 }),
    ]);
    const request = testLossRequest({ landscape, spacetime: sgd(1), eta: 1 }, 512);
    const products: ProductNumber[] = [
      { label: "with", product: [0, 3] },
      { label: "without", product: [2, 3] },
      { label: "both", product: [4, 5] },
    ];
    const result = await alike(withProducts(request, products));
    const unfound = result.unfound!.trials;
    expect(unfound).toBeGreaterThan(10);
    expect(result.statistics.slice(4).map(({ count }) => count)).toEqual([512 - unfound, 512, 512 - unfound]);
  });

  test("are, as all columns, in no sum of a trial that diverged in its train loss alone", async () => {
    const landscape = landscapeOf("-6*u + u^2/2 + exp(-(u*x)^2/2) + 1.5*10^308*k", { u: 0 }, [
      normal("x"),
      discrete("k", { "1": 1 / 2, "-1": 1 / 2 }),
    ]);
    const request: SimulationRequest = {
      ...testLossRequest({ landscape, spacetime: sgd(3), eta: 0.1 }, 100),
      numbers: [
        { label: "test", combination: [{ factor: 1, quantity: expectedLoss }] },
        { label: "train", combination: [{ factor: 1, quantity: trainingLoss }] },
        { label: "square", product: [0, 0] },
      ],
    };
    const result = await alike(request);
    expect(result.diverged).toBeGreaterThan(10);
    expect(result.statistics.map(({ count }) => count)).toEqual([0, 0, 0].map(() => 100 - result.diverged));
  });
});

describe("what products are asked of", () => {
  const base = requestOf(mixed, sgd(4));
  test.each([
    [
      [{ label: "p", product: [0, 5] }],
      '"p" is a product of what does not stand before it; take two of the numbers 0 to 4',
    ],
    [
      [{ label: "p", product: [-1, 0] }],
      '"p" is a product of what does not stand before it; take two of the numbers 0 to 4',
    ],
    [
      [{ label: "p", product: [0.5, 0] }],
      '"p" is a product of what does not stand before it; take two of the numbers 0 to 4',
    ],
    [
      [
        { label: "p", product: [0, 0] },
        { label: "q", product: [5, 5] },
        { label: "r", product: [6, 1] },
      ],
      '"r" is a product of 5 numbers; there may be 4',
    ],
    [
      [{ label: "p", product: [0, 0] }, base.numbers[0]!],
      '"test_loss" stands behind a product; put all numbers that are measured before the products',
    ],
    [[{ label: "p", product: [0, 4] }], undefined],
  ] as const)("is said in one line when it cannot be", (more, problem) => {
    expect(requestProblem({ ...base, numbers: [...base.numbers, ...more] } as SimulationRequest)).toBe(
      problem,
    );
  });
});

describe("what products measure", () => {
  test("is the covariance, the skewness and the fourth moment of a sum of independent data", async () => {
    // t ends at −η Σ (1 − η)^i x_i and u at −η Σ (1 − η/2)^i x_i, so that cumulants add up: x is 2 or −1 with 1/3 and 2/3.
    const landscape = landscapeOf("t^2/2 + x*t + u^2/4 + x*u", { t: 0, u: 0 }, [
      discrete("x", { "2": 1 / 3, "-1": 2 / 3 }),
    ]);
    const [eta, T, n] = [0.3, 6, 200_000];
    const displacement = (weight: number) => [{ factor: 1, quantity: weightDisplacement(weight) }];
    const result = await simulateLocally({
      ...{ landscape, spacetime: sgd(T), eta, trials: n, seed: 4 },
      numbers: [
        { label: "t", combination: displacement(0) },
        { label: "u", combination: displacement(1) },
        { label: "tt", product: [0, 0] },
        { label: "tu", product: [0, 1] },
        { label: "ttt", product: [0, 2] },
        { label: "tttt", product: [2, 2] },
        { label: "ttu", product: [2, 1] },
      ],
    });
    // Cumulants of x: 0, 2, 2, −6 by hand: E x² = 2, E x³ = 2, E x⁴ = 6.
    const joint = (a: number, b: number, cumulant: number) =>
      Array.from({ length: T }, (_, i) => (1 - eta) ** (a * i) * (1 - eta / 2) ** (b * i)).reduce(
        (total, one) => total + cumulant * (-eta) ** (a + b) * one,
        0,
      );
    const variance = joint(2, 0, 2);
    const expected = [
      variance,
      joint(1, 1, 2),
      joint(3, 0, 2),
      joint(4, 0, 6 - 3 * 2 ** 2) + 3 * variance ** 2,
      joint(2, 1, 2),
    ];
    result.statistics.slice(2).forEach(({ label, mean, standardError, moments }, index) => {
      expect(moments.center).toBe(0);
      expect(Math.abs(mean - expected[index]!), label).toBeLessThan(4 * standardError);
      // It must be able to tell.
      expect(standardError, label).toBeLessThan(Math.abs(expected[index]!) / 20);
    });
    // The covariance's error is told by the square of the product: Var(tu) = E t²u² − (E tu)².
    const fourth = joint(2, 2, 6 - 3 * 2 ** 2) + variance * joint(0, 2, 2) + 2 * joint(1, 1, 2) ** 2;
    const spread = result.statistics[3]!.standardError * Math.sqrt(n);
    expect(Math.abs(spread ** 2 / (fourth - joint(1, 1, 2) ** 2) - 1)).toBeLessThan(0.02);
  });
});
