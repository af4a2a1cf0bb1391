import { describe, expect, it as test } from "vitest";
import { openCpuEngine, openSimulator, simulateLocally } from "../../src/engines/index.js";
import { settleTrials } from "../../src/engines/settle-trials.js";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { TensorSimulation } from "../../src/engines/tensors/tensor-trials.js";
import { mergeResults } from "../../src/simulate/index.js";
import { planSimulation } from "../../src/simulate/plan.js";
import { discrete, landscapeOf, normal } from "../unit/landscape/read.js";
import { sgd } from "./simulate-landscapes.js";
import { cases, errors, requestOf } from "./test-loss-cases.js";

/*
 * Test losses wherever trials end, beside closed forms of the expectations, at the weights that the same trials say they
 * ended at.
 */

describe("a trial's test loss", () => {
  test.each(cases)("is the expectation where it ended: $what", async (one) => {
    const request = requestOf(one);
    const engine = openCpuEngine(0);
    const values = await engine.trialValues(request);
    const { center } = planSimulation(request).columns[0]!;
    expect(values[0]!.every(Number.isFinite)).toBe(true);
    expect(Math.max(...errors(one, values, center))).toBeLessThan(2e-12);
    // the gap is what is left when the train loss is taken off
    values[1]!.forEach((gap, trial) => {
      const train = values[2]![trial]! + planSimulation(request).columns[2]!.center;
      expect(gap).toBeCloseTo(values[0]![trial]! + center - train, 12);
    });
  });

  test.each(cases)(
    "has the same bits in both kernels, on any number of workers, however cut: $what",
    async (one) => {
      const request = requestOf(one, 200);
      const whole = await simulateLocally(request, { workers: 0 });
      expect(whole.unfound).toBeUndefined();
      expect((await simulateLocally(request, { workers: 0, backend: "js" })).statistics).toEqual(
        whole.statistics,
      );
      expect((await simulateLocally(request, { workers: 2 })).statistics).toEqual(whole.statistics);
      const moments = whole.statistics[0]!.moments;
      let sum = 0n;
      for (const [firstTrial, trials] of [
        [0, 77],
        [77, 123],
      ] as const) {
        sum += (await simulateLocally({ ...request, firstTrial, trials }, { workers: 0 })).statistics[0]!
          .moments.sum;
      }
      expect(sum).toBe(moments.sum);
    },
  );

  test.each(cases)("is found on tensors: $what", async (one) => {
    const request = requestOf(one, 100);
    const { engine } = await openBundled("cpu");
    const simulation = new TensorSimulation(engine, request);
    const signal = new AbortController().signal;
    const done = await simulation.run({ first: 0, trials: 100, values: true }, signal);
    simulation.dispose();
    const values = done.values!.map((list) => list.map((value) => value ?? Number.NaN));
    const plan = planSimulation(request, "calls");
    const settled = await settleTrials(plan, done, 0, signal, values);
    expect(settled!.chunk.count).toBe(100);
    expect(settled!.chunk.unfound).toBeUndefined();
    expect(Math.max(...errors(one, values, plan.columns[0]!.center))).toBeLessThan(2e-5);
  });
});

describe("an expectation that does not exist where trials ended", () => {
  test("is counted, with the reason, and the weights are measured all the same", async () => {
    const landscape = landscapeOf("exp(u*x^2/8)/100 - 6*u", { u: 0 }, [normal("x")]);
    const request = requestOf(
      { landscape, spacetime: { optimiser: "gd", parameters: { N: 1, T: 1 } }, eta: 1 },
      300,
    );
    const result = await simulateLocally(request, { workers: 0 });
    const [test, gap, train, moved] = result.statistics;
    expect(result).toMatchObject({ trials: 300, diverged: 0, unfound: { first: 0 } });
    expect(result.unfound!.reason).toMatch(/^landscape .+/);
    expect(result.unfound!.trials).toBeGreaterThan(295);
    expect(test!.count).toBe(300 - result.unfound!.trials);
    expect(gap!.count).toBe(test!.count);
    expect([train!.count, moved!.count]).toEqual([300, 300]);
    // shards say the same together
    const [first, second] = await Promise.all(
      [
        { firstTrial: 0, trials: 120 },
        { firstTrial: 120, trials: 180 },
      ].map((shard) => simulateLocally({ ...request, ...shard }, { workers: 0 })),
    );
    for (const merged of [mergeResults(first!, second!), mergeResults(second!, first!)]) {
      expect(merged.unfound).toEqual(result.unfound);
      expect(merged.statistics).toEqual(result.statistics);
    }
  });

  test("is told of the trials that went that far alone", async () => {
    // u ends at 2 or, in one trial of 16, at 6; E exp(u x²/8) = 1/√(1 − u/4) exists below 4 only
    const landscape = landscapeOf("exp(u*x^2/8) - u*k", { u: 0 }, [
      normal("x"),
      discrete("k", { "6": 1 / 16, "2": 15 / 16 }),
    ]);
    const request = requestOf({ landscape, spacetime: sgd(1), eta: 1 }, 512);
    const simulator = openSimulator(0);
    const result = await simulator.simulate(request);
    const values = await openCpuEngine(0).trialValues(request);
    const ends = values[3]!;
    const far = ends.filter((end) => end > 4).length;
    expect(far).toBeGreaterThan(10);
    expect(result.unfound!.trials).toBe(values[0]!.filter(Number.isNaN).length);
    values[0]!.forEach((value, trial) => {
      if (ends[trial]! >= 4) {
        expect(value, `trial ${trial}`).toBeNaN();
      }
    });
    expect(result.unfound!.trials - far).toBeLessThan(10);
  });
});
