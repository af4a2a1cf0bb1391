/** Sums over trials on a GPU are exact, and independent of how the work is cut. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { exactInteger } from "../../src/compile/exact-double.js";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { LinkedEngine } from "../../src/engines/linked-engine.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import { shaderOf } from "../../src/engines/webgpu/shader.js";
import type { DataSource, Landscape } from "../../src/landscape/index.js";
import type { Descent } from "../../src/optimisers/index.js";
import { mergeResults, type SimulationRequest, type SimulationResult } from "../../src/simulate/index.js";
import { call, gauss, mixed, power, product, requestOf, sgd, sum, symbol } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";
import { startGpu } from "./webgpu-probe.js";

let gpu: Engine;

beforeAll(async () => {
  if (softwareGpu.lacks === undefined) {
    gpu = await openWebGpuEngine(softwareGpu);
  }
});

afterAll(async () => {
  await gpu?.close();
});

/** What must not depend on how the work is cut. */
const known = ({ statistics, trials, diverged, steps }: SimulationResult) => ({
  statistics,
  trials,
  diverged,
  steps,
});

/** The sums that a simulation tells are those of its trials, bit for bit. */
async function expectExactSums(request: SimulationRequest): Promise<SimulationResult> {
  const result = await gpu.simulate(request);
  const values = await gpu.trialValues(request);
  expect(result.trials).toBe(request.trials);
  result.statistics.forEach(({ count, moments }, column) => {
    const finite = values[column]!.filter((value) => !Number.isNaN(value));
    expect(count).toBe(finite.length);
    expect(result.diverged).toBe(request.trials - finite.length);
    const integers = finite.map(exactInteger);
    expect(moments.count).toBe(finite.length);
    expect(moments.sum).toBe(integers.reduce((total, one) => total + one, 0n));
    expect(moments.squares).toBe(integers.reduce((total, one) => total + one * one, 0n));
  });
  return result;
}

const largest = (2 ** 24 - 1) * 2 ** 104;

/** Displacements are these numbers with the other sign, one a trial. */
function numbers(...values: number[]): SimulationRequest {
  const rows: DataSource = { kind: "rows", names: ["p"], values };
  const landscape: Landscape = {
    name: "numbers",
    weights: [{ name: "t", start: 0 }],
    data: [rows],
    loss: product(symbol("t"), symbol("p")),
  };
  const observables = [{ name: "displacement" as const, weights: [0] }];
  return requestOf(landscape, sgd(1), { eta: 1, observables, seed: 3 });
}

describeOnGpu("sums on a GPU", () => {
  test("are those of the trials, about centers of all kinds", async () => {
    const result = await expectExactSums(requestOf(mixed, sgd(5, 2), { trials: 3001, seed: 17 }));
    expect(result.diverged).toBe(0);
    // Those of losses, and of the gap where the expected loss has a constant that is taken off.
    expect(result.statistics.map(({ moments }) => moments.center !== 0)).toEqual([
      true,
      true,
      result.statistics[2]!.origin.offset !== 0,
      false,
      false,
    ]);
    // Only then is a sum of squares about the center of any use.
    expect(result.statistics[0]!.standardError).toBeGreaterThan(0);
  });

  test("hold the tiniest and the largest numbers, with either sign", async () => {
    const tiny = [1e-30, -1e-30, 3e-38, -7.7e-35];
    const large = [1e30, -1e30, 3.4e38, -3.4e38, -2.5e37];
    const values = [...tiny, ...large, 1, -1, 0, 1 / 3, 2 ** 100, -(2 ** -100)];
    const result = await expectExactSums({ ...numbers(...values), trials: 2 ** 15 + 77 });
    expect(result.diverged).toBe(0);
    const moments = result.statistics[0]!.moments;
    // Tiny numbers are not lost beside large ones.
    expect(moments.sum % 2n ** (1074n - 130n)).not.toBe(0n);
    await expectExactSums({ ...numbers(3.4e38), trials: 5000 });
    await expectExactSums({ ...numbers(-3.4e38, -3.3e38), trials: 5000 });
    await expectExactSums({ ...numbers(2 ** -126, -(2 ** -126), -(2 ** -125)), trials: 700 });
  });

  test("have room for as many trials as run side by side, whatever the digits", async () => {
    const trials = 2 ** 20;
    const link = startGpu();
    await link.ask("open", {});
    // All bits of a mantissa, at places where they reach farthest beyond a digit.
    for (const value of [largest, -(2 ** 24 - 1) * 2 ** (15 - 149)]) {
      await link.ask("load", shaderOf(numbers(-value)));
      const { count, sums } = await link.ask("run", { first: 5, trials });
      const integer = exactInteger(value);
      const hexadecimal = (number: bigint) => (BigInt(trials) * number).toString(16);
      expect(count).toBe(trials);
      expect(sums).toEqual([{ sum: hexadecimal(integer), squares: hexadecimal(integer * integer) }]);
    }
    link.close();
  });

  test("leave out the trials that diverge, whatever is not finite in them, and count them", async () => {
    // Rows with something wrong: log(−1), 1/0, e^800, √−2, and two that are fine.
    const bad = [
      [-1, 1, 1, 1],
      [2, 0, 1, 1],
      [2, 1, 800, 1],
      [2, 1, 1, -2],
      [2, 1, 1, 1],
      [0.5, -3, 0.25, 4],
    ];
    const names = ["p", "q", "r", "s"];
    const landscape: Landscape = {
      name: "divergent",
      weights: names.map((name) => ({ name: `w${name}`, start: 0.5 })),
      data: [{ kind: "rows", names, values: bad.flat() }],
      loss: sum(
        product(symbol("wp"), call("log", symbol("p"))),
        product(symbol("wq"), power(symbol("q"), -1)),
        product(symbol("wr"), call("exp", symbol("r"))),
        product(symbol("ws"), call("sqrt", symbol("s"))),
      ),
    };
    const observables = [{ name: "displacement" as const, weights: [0, 2] }];
    const request = requestOf(landscape, sgd(1), { observables, trials: 900 });
    const result = await expectExactSums(request);
    const cpu = openCpuEngine(0);
    const [own, theirs] = [await gpu.trialValues(request), await cpu.trialValues(request)];
    await cpu.close();
    for (const column of [0, 1]) {
      expect(own[column]!.map(Number.isNaN)).toEqual(theirs[column]!.map(Number.isNaN));
    }
    // Four rows of six.
    expect(result.diverged).toBeGreaterThan(540);
    expect(result.diverged).toBeLessThan(660);
  });

  test("add up over shards to the same bits, also where a trial's number needs its second word", async () => {
    const request = requestOf(gauss, sgd(6, 2), { trials: 1500, firstTrial: 2 ** 32 - 700 });
    const whole = await gpu.simulate(request);
    const cuts = [0, 1, 65, 699, 700, 701, 1244, 1500];
    const shards: SimulationResult[] = [];
    for (let i = 0; i + 1 < cuts.length; i++) {
      const shard = { firstTrial: request.firstTrial! + cuts[i]!, trials: cuts[i + 1]! - cuts[i]! };
      shards.push(await gpu.simulate({ ...request, ...shard }));
    }
    expect(known(shards.reverse().reduce(mergeResults))).toEqual(known(whole));
    // Trials beyond are others.
    const beyond = await gpu.simulate({ ...request, firstTrial: 0 });
    expect(beyond.statistics[0]!.moments.sum).not.toBe(whole.statistics[0]!.moments.sum);
  });
});

describeOnGpu("dispatches", () => {
  /** All at once; two blocks of all trials; a block of 64 trials. */
  const sizes = [2 ** 30, 1300, 1];
  const engines: Engine[] = [];

  beforeAll(async () => {
    for (const visits of sizes) {
      engines.push(await LinkedEngine.open("webgpu", startGpu(), { visits }, { of: shaderOf }));
    }
  });

  afterAll(async () => {
    for (const engine of engines) {
      await engine.close();
    }
  });

  test.each([
    ["epochs of batches that end within blocks", sgd(18, 3, 6)],
    ["reshuffled epochs", sgd(18, 3, 2, "reshuffled")],
    ["gradient descent", { optimiser: "gd", parameters: { N: 13, T: 3 } }],
  ] as [string, Descent][])("cut %s anywhere and change nothing", async (_, spacetime) => {
    const observables = [
      { name: "train_loss" as const, weights: [] },
      { name: "displacement" as const, weights: [0] },
    ];
    const request = requestOf(gauss, spacetime, { trials: 150, seed: 8, observables });
    const results = [];
    for (const engine of engines) {
      results.push([known(await engine.simulate(request)), await engine.trialValues(request)] as const);
    }
    for (const result of results.slice(1)) {
      expect(result).toEqual(results[0]);
    }
    expect(results[0]![0]).toMatchObject({ trials: 150, diverged: 0 });
    expect(new Set(results[0]![1][1]).size).toBeGreaterThan(140);
  });
});
