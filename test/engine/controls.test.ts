import { describe, expect, test } from "vitest";
import { simulateLocally } from "../../src/engines/index.js";
import { expectedLoss, type Observable, trainingLoss } from "../../src/observables/index.js";
import type { Descent } from "../../src/optimisers/index.js";
import {
  controlsOf,
  mergeResults,
  type ObservableStatistics,
  requestProblem,
  type SimulationRequest,
} from "../../src/simulate/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { discrete, landscapeOf, normal, uniform } from "../unit/landscape/read.js";
import { gauss, requestOf, sgd } from "./simulate-landscapes.js";

/** Numbers less their controls, on the processor: means, how much less they vary, and bits. */

const archimedes = landscapeOf(
  "(u^2 + v^2 + (cos(z)*u + sin(z)*v)^2)/2 + x*(cos(z - pi/4)*u + sin(z - pi/4)*v)",
  { u: 0, v: 0, z: 0 },
  [normal("x")],
);
/** Two weights; the loss is not convex, and has two sources. */
const saddle = landscapeOf("u*v + u^4/4 + v^4/4 + x*(u - v^2/2) + k*u*v/4", { u: 0.5, v: -0.2 }, [
  normal("x", 0, 0.5),
  discrete("k", { "-1": 0.5, "1": 0.5 }),
]);
const gd = (N: number, T: number): Descent => ({ optimiser: "gd", parameters: { N, T } });

const testLoss: Observable = { name: "test_loss", weights: [] };
const gap: Observable = { name: "gen_gap", weights: [] };
const trainLoss: Observable = { name: "train_loss", weights: [] };

interface Case {
  readonly name: string;
  readonly request: SimulationRequest;
  /** By how much the variance is less, at least. */
  readonly factor: number;
}

const caseOf = (
  name: string,
  landscape: SimulationRequest["landscape"],
  spacetime: Descent,
  eta: number,
  observables: readonly Observable[],
  factor: number,
): Case => ({
  name,
  request: requestOf(landscape, spacetime, { eta, observables, trials: 4000, seed: 12 }),
  factor,
});

const cases: readonly Case[] = [
  caseOf("Gauss", gauss, sgd(10), 0.05, [testLoss], 1e5),
  caseOf("Gauss, long", gauss, sgd(100), 0.05, [testLoss], 1e4),
  caseOf("Gauss, losses and gap", gauss, sgd(10), 0.05, [testLoss, trainLoss, gap], 1e4),
  caseOf("Gauss, batches", gauss, sgd(20, 1, 2), 0.05, [testLoss], 1e5),
  caseOf("Gauss, two epochs", gauss, sgd(10, 2), 0.05, [testLoss], 30),
  caseOf("Gauss, reshuffled", gauss, sgd(10, 2, 1, "reshuffled"), 0.05, [testLoss], 20),
  caseOf("Gauss, gradient descent", gauss, gd(10, 10), 0.05, [testLoss], 100),
  caseOf("Archimedes", archimedes, sgd(200), 0.025, [{ name: "displacement", weights: [2] }], 300),
  caseOf("a saddle", saddle, sgd(10), 0.05, [testLoss, { name: "displacement", weights: [0, 1] }], 100),
];

/** Controls of a case's numbers, which are the same for any number of trials. */
const fitted = new Map<SimulationRequest["numbers"], NonNullable<SimulationRequest["controls"]>>();

/** A request of its numbers and of each less its control. */
function withControls(request: SimulationRequest): SimulationRequest {
  const controls = fitted.get(request.numbers) ?? controlsOf(request)!;
  fitted.set(request.numbers, controls);
  return {
    ...request,
    controls,
    numbers: [
      ...request.numbers,
      ...request.numbers.map((number, control) => ({ ...number, label: `${number.label} less`, control })),
    ],
  };
}

const bits = (statistics: readonly ObservableStatistics[]) =>
  statistics.map(({ label, moments }) => ({ label, moments }));

describe("numbers less their controls", () => {
  test.each(cases)("$name: means agree, and variances are far less", async ({ request, factor }) => {
    const { statistics } = await simulateLocally(withControls(request), { workers: 0 });
    request.numbers.forEach((_, number) => {
      const plain = statistics[number]!;
      const less = statistics[number + request.numbers.length]!;
      expect(Math.abs(plain.mean - less.mean)).toBeLessThan(4.5 * plain.standardError);
      expect((plain.standardError / less.standardError) ** 2).toBeGreaterThan(factor);
      expect(less.count).toBe(plain.count);
    });
  });

  test.each([cases[2]!, cases[3]!, cases[4]!])(
    "$name: bits are the same on both kernels, in shards, and after a fit has been through JSON",
    async ({ request }) => {
      const whole = withControls({ ...request, trials: 70 });
      const expected = await simulateLocally(whole, { workers: 0 });
      const twin = await simulateLocally(whole, { workers: 0, backend: "js" });
      expect(bits(twin.statistics)).toEqual(bits(expected.statistics));
      const kept = { ...whole, controls: JSON.parse(JSON.stringify(whole.controls)) };
      const first = await simulateLocally({ ...kept, trials: 33 }, { workers: 0 });
      const rest = await simulateLocally({ ...whole, firstTrial: 33, trials: 37 }, { workers: 0 });
      expect(bits(mergeResults(first, rest).statistics)).toEqual(bits(expected.statistics));
    },
  );

  test("plain numbers are the same bits beside controls as without", async () => {
    const { request } = cases[1]!;
    const few = { ...request, trials: 40 };
    const plain = await simulateLocally(few, { workers: 0 });
    const both = await simulateLocally(withControls(few), { workers: 0 });
    expect(bits(both.statistics.slice(0, 1))).toEqual(bits(plain.statistics));
  });

  test.each([sgd(10), sgd(20, 1, 2), sgd(6, 2)])("and so are orders, %o", async (spacetime) => {
    const { numbers, ...rest } = requestOf(gauss, spacetime, { observables: [testLoss, trainLoss] });
    const ofOrders = numbers.flatMap(({ label }, kind) =>
      [1, 2].map((order) => ({
        label: `${label} ${order}`,
        combination: [{ factor: 1, quantity: { ...(kind === 0 ? expectedLoss : trainingLoss), order } }],
      })),
    );
    const expansion = { order: 2, keepsCurvature: true };
    const alone = await simulateLocally({ ...rest, numbers: ofOrders, expansion }, { workers: 0 });
    const { controls, numbers: both } = withControls({ ...rest, numbers });
    const request: SimulationRequest = {
      ...rest,
      expansion,
      controls: controls!,
      numbers: [...ofOrders, ...both],
    };
    const { statistics } = await simulateLocally(request, { workers: 0 });
    expect(bits(statistics.slice(0, ofOrders.length))).toEqual(bits(alone.statistics));
    expect(statistics.at(-1)!.standardError).toBeLessThan(statistics.at(-3)!.standardError / 5);
  });

  test("a closed form is met: a quadratic's weight has the mean that it must have", async () => {
    // θ ← θ − η(θ + u − ½): the mean is start·(1 − η)^T.
    const landscape = landscapeOf("t^2/2 + t*(u - 1/2)", { t: 1 }, [uniform("u", 0, 1)]);
    const request = requestOf(landscape, sgd(20), {
      eta: 0.1,
      observables: [{ name: "displacement", weights: [0] }],
      trials: 100,
    });
    const { statistics } = await simulateLocally(withControls(request), { workers: 0 });
    expect(statistics[1]!.mean).toBeCloseTo(0.9 ** 20 - 1, 13);
    expect(statistics[1]!.standardError).toBeLessThan(1e-14);
  });
});

describe("controls", () => {
  const { request } = cases[0]!;

  test("depend on the seed, and not on how many trials there are", () => {
    const { trials: _, ...same } = request;
    expect(controlsOf({ ...same, trials: 17 })).toEqual(controlsOf(request));
    expect(controlsOf({ ...request, seed: 4 })).not.toEqual(controlsOf(request));
  });

  test("are left out where the loss does not separate, where all is known, and where there is too much", () => {
    const observables = [testLoss];
    const coupled = landscapeOf("w^2/2 + log(1 + exp(w*x))", { w: 0.2 }, [normal("x")]);
    expect(controlsOf(requestOf(coupled, sgd(5), { observables }))).toBeUndefined();
    const still = landscapeOf("w^2/2", { w: 1 });
    expect(controlsOf(requestOf(still, sgd(5), { observables }))).toBeUndefined();
    expect(controlsOf(requestOf(gauss, sgd(2 ** 22), { observables }))).toBeUndefined();
    const wide = landscapeOf(
      Array.from({ length: 40 }, (_, at) => `w${at}^2/2 + x*w${at}^3`).join(" + "),
      Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`w${at}`, 0.1])),
      [normal("x")],
    );
    expect(controlsOf(requestOf(wide, sgd(5), { observables }))).toBeUndefined();
  });

  test("of another run are refused, and so are numbers whose control is missing", () => {
    const whole = withControls(request);
    expect(() => planSimulation({ ...whole, spacetime: sgd(11) })).toThrow(/controls are not of this run/);
    expect(() => planSimulation(whole, "calls")).toThrow(/double precision/);
    const { controls: _, ...without } = whole;
    expect(requestProblem(without)).toMatch(/"test_loss less" is to be less control number 0/);
  });
});
