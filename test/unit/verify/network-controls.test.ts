import { describe, expect, test } from "vitest";
import { largeLandscape } from "../../../src/evaluate/index.js";
import { expectedLoss, weightDisplacement } from "../../../src/observables/index.js";
import { statisticsOf } from "../../../src/simulate/index.js";
import type {
  AnyRequest,
  LargeRequest,
  SimulatedNumber,
  SimulationResult,
} from "../../../src/simulate/request.js";
import { costOfTest, mostOfExpectation } from "../../../src/simulate/tensors/index.js";
import type { TensorSource } from "../../../src/tensors/index.js";
import { controlsOfNetwork } from "../../../src/verify/network-controls.js";
import { orderNumbers } from "../../../src/verify/order-numbers.js";
import { add, call, datum, landscapeOf, matrixProduct, numbers, rowsOf, weight } from "../tensors/make.js";

const loss = call("squared_error", [
  add(matrixProduct(weight("w", 3), datum("x", 3)), weight("b")),
  datum("y"),
]);
const table = (rows: number): TensorSource[] => [
  rowsOf(rows, {
    x: { shape: [3], values: numbers(3 * rows, 1) },
    y: { shape: [], values: numbers(rows, 2) },
  }),
];
const landscapeOn = (data: readonly TensorSource[]) =>
  largeLandscape(landscapeOf(loss, { w: [3], b: [] }, data), "it is tried so");
const observed: readonly SimulatedNumber[] = [
  { label: "test_loss", combination: [{ factor: 1, quantity: expectedLoss }] },
];

function requestOn(data: readonly TensorSource[], change: Partial<LargeRequest> = {}): LargeRequest {
  const spacetime = { optimiser: "sgd", parameters: { N: 4, E: 1, B: 1, shuffle: "same" } };
  const landscape = landscapeOn(data);
  return { landscape, spacetime, eta: 0.1, numbers: observed, trials: 1000, seed: 1, ...change };
}

interface Variance {
  readonly own: number;
  readonly ofPoints: number;
}

/** Trials whose numbers have such variances, plain and less their controls. */
function trialsWith(plain: Variance, less: Variance, { asked = [] as AnyRequest[], diverged = 0 } = {}) {
  return async (pilot: AnyRequest): Promise<SimulationResult> => {
    asked.push(pilot);
    const count = pilot.trials;
    return {
      statistics: pilot.numbers.map((number) => {
        const { own, ofPoints } = "control" in number ? less : plain;
        const standardError = Math.sqrt((own + ofPoints / (pilot.testPoints ?? Infinity)) / count);
        return { ...statisticsOf(number.label, { center: 0, count, sum: 0n, squares: 0n }), standardError };
      }),
      trials: count,
      diverged,
      steps: count,
      seconds: 1,
      backend: "js",
    };
  };
}

function found(
  request: LargeRequest,
  simulate: ReturnType<typeof trialsWith>,
  { mayChoose = true, of = observed } = {},
) {
  return controlsOfNetwork(request, of, orderNumbers(of, -1, true), { simulate, mayChoose });
}

const plain = { own: 1, ofPoints: 100 };
const natural = { testPoints: 10 };

describe("controls of a network", () => {
  test("have the number of test points of the least variance for what trials take with them", async () => {
    const request = requestOn(table(2000), natural);
    for (const less of [
      { own: 1e-3, ofPoints: 1e-3 },
      { own: 1e-5, ofPoints: 1e-3 },
      { own: 1e-4, ofPoints: 1e-6 },
    ]) {
      const controls = await found(request, trialsWith(plain, less));
      const { trial, point } = costOfTest({
        ...request,
        numbers: orderNumbers(observed, -1, true),
        ...controls!.fits,
      });
      const price = (points: number) => (trial + points * point) * (less.own + less.ofPoints / points);
      const best = Array.from({ length: 1999 }, (_, at) => at + 1).reduce((one, other) =>
        price(other) < price(one) ? other : one,
      );
      expect(Math.abs(controls!.testPoints! - best)).toBeLessThanOrEqual(1);
    }
  });

  test("have all rows where those are best, and a block's own number where it has one", async () => {
    const request = requestOn(table(300), natural);
    const less = { own: 1e-9, ofPoints: 1 };
    expect(await found(request, trialsWith(plain, less))).toMatchObject({ testPoints: undefined });
    const asked: AnyRequest[] = [];
    const own = { own: 1e-3, ofPoints: 1e-3 };
    const controls = await found(request, trialsWith(plain, own, { asked }), { mayChoose: false });
    expect(controls!.testPoints).toBe(10);
    expect(asked.map(({ testPoints }) => testPoints)).toEqual([10]);
  });

  test("leave the number of test points alone where orders are measured", async () => {
    const expansion = { order: 1, keepsCurvature: false };
    const less = { own: 1e-6, ofPoints: 1e-3 };
    const request = requestOn(table(2000), { ...natural, expansion, trials: 1e6 });
    expect((await found(request, trialsWith(plain, less)))!.testPoints).toBe(10);
    // There is not much to be had of them then, and so they may cost no more than the trials.
    expect(await found({ ...request, trials: 30 }, trialsWith(plain, less))).toBeUndefined();
  });

  test("have fewer test points where trials with them may have no more, unless the block says how many", async () => {
    const expansion = { order: 1, keepsCurvature: false };
    const less = { own: 1e-6, ofPoints: 1e-3 };
    const plainRequest = requestOn(table(2000), { ...natural, expansion, trials: 1e6 });
    const testPoints = Math.floor(mostOfExpectation / costOfTest(plainRequest).point);
    const request = { ...plainRequest, testPoints };
    const asked: AnyRequest[] = [];
    const controls = await found(request, trialsWith(plain, less, { asked }));
    expect(controls!.testPoints).toBeLessThan(testPoints);
    expect(controls!.testPoints).toBeGreaterThan(testPoints / 10);
    const withThem = { ...request, numbers: orderNumbers(observed, -1, true), ...controls!.fits };
    expect(controls!.testPoints! * costOfTest(withThem).point).toBeLessThanOrEqual(mostOfExpectation);
    expect(asked.map((pilot) => pilot.testPoints)).toEqual([controls!.testPoints]);
    expect(await found(request, trialsWith(plain, less), { mayChoose: false })).toBeUndefined();
  });

  test("are none where they add variance, or take off less than they cost", async () => {
    const request = requestOn(table(2000), natural);
    expect(await found(request, trialsWith(plain, { own: 2, ofPoints: 200 }))).toBeUndefined();
    expect(await found(request, trialsWith(plain, { own: 0.95, ofPoints: 95 }))).toBeUndefined();
    expect(await found(request, trialsWith(plain, { own: 0.5, ofPoints: 50 }))).toBeDefined();
  });

  test("are none where trials of a pilot diverge", async () => {
    const less = { own: 1e-3, ofPoints: 1e-3 };
    const request = requestOn(table(2000), natural);
    expect(await found(request, trialsWith(plain, less, { diverged: 1 }))).toBeUndefined();
  });

  test("are none where descent with all rows does not stay finite", async () => {
    const asked: AnyRequest[] = [];
    const request = requestOn(table(50), { eta: 1e300 });
    expect(await found(request, trialsWith(plain, plain, { asked }))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test("are none of data that have infinitely many values, and of more values than there is time for", async () => {
    const entry = (kind: object) =>
      ({ kind: "independent", name: "x", shape: [3], entry: kind }) as unknown as TensorSource;
    const y = { kind: "independent", name: "y", shape: [], entry: entry({}) };
    const normal = { kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] };
    const many = {
      kind: "finite",
      name: "x",
      outcomes: Array.from({ length: 4096 }, (_, value) => ({ value, probability: 1 / 4096 })),
    };
    const moved: readonly SimulatedNumber[] = [
      { label: "w", combination: [{ factor: 1, quantity: weightDisplacement(0) }] },
    ];
    for (const kind of [normal, many]) {
      const asked: AnyRequest[] = [];
      const data = [entry(kind), { ...y, entry: { ...many, name: "y" } } as unknown as TensorSource];
      const request = requestOn(data, { numbers: moved });
      expect(await found(request, trialsWith(plain, plain, { asked }), { of: moved })).toBeUndefined();
      expect(asked).toEqual([]);
    }
  });

  test("are judged by trials that no run has, and are the same however many are asked for", async () => {
    const asked: AnyRequest[] = [];
    const less = { own: 1e-3, ofPoints: 1e-3 };
    const few = await found(requestOn(table(600), natural), trialsWith(plain, less, { asked }));
    const many = await found(
      requestOn(table(600), { ...natural, trials: 1e6 }),
      trialsWith(plain, less, { asked }),
    );
    expect(many).toEqual(few);
    expect(asked.map(({ firstTrial, trials }) => [firstTrial, trials])).toEqual(
      Array.from({ length: 4 }, () => [2 ** 52 + 2 ** 34, 32]),
    );
  });
});
