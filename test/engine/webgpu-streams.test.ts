/** Training data that a GPU draws, against docs/streams.md in double precision. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyOfSeed, philoxBlock, roundKeys } from "../../src/compile/philox.js";
import { type Engine, openCpuEngine } from "../../src/engines/index.js";
import { openWebGpuEngine } from "../../src/engines/webgpu/engine.js";
import type { DataSource, Landscape } from "../../src/landscape/index.js";
import { normalOfWord } from "../unit/compile/normal-oracle.js";
import { call, number, product, requestOf, sgd, sum, symbol } from "./simulate-landscapes.js";
import { describeOnGpu, softwareGpu } from "./software-gpu.js";

let gpu: Engine;
const cpu = openCpuEngine(0);

beforeAll(async () => {
  if (softwareGpu.lacks === undefined) {
    gpu = await openWebGpuEngine(softwareGpu);
  }
});

afterAll(async () => {
  await gpu?.close();
  await cpu.close();
});

/** One step of rate 1 takes what multiplies a weight off it: displacements are data with the other sign. */
function linear(data: readonly DataSource[], factors: readonly Landscape["loss"][]): Landscape {
  const weights = factors.map((_, index) => ({ name: `w${index}`, start: 0 }));
  return {
    name: "linear",
    weights,
    data,
    loss: sum(...weights.map(({ name }, index) => product(symbol(name), factors[index]!))),
  };
}

function reading(data: readonly DataSource[], factors: readonly Landscape["loss"][], seed: bigint | number) {
  return requestOf(linear(data, factors), sgd(1), {
    eta: 1,
    seed,
    observables: [{ name: "displacement", weights: factors.map((_, index) => index) }],
  });
}

const normal: DataSource = { kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] };

/**
 * Trials whose first word with seed 5 is far out, or next to the middle: one in 2^32 is. They were found by a search
 * through the first 2^32 trials.
 */
const rareTrials = [
  [2459722739, 0],
  [1636389257, 2],
  [4094660088, 8],
  [387409623, 2 ** 32 - 4],
  [1981647555, 2 ** 32 - 3],
  [2971197511, 2 ** 32 - 1],
  [2300518494, 2 ** 31 - 1],
  [670281276, 2 ** 31 + 3],
] as const;

describeOnGpu("training data on a GPU", () => {
  test("are those of docs/streams.md, from every source", async () => {
    const outcomes = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        value: index * 0.37 - 2,
        probability: (index + 1) / ((count * (count + 1)) / 2),
      }));
    const geometric = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        value: index,
        probability: 2 ** -(index + 1 === count ? index : index + 1),
      }));
    const rows = Array.from({ length: 7 }, (_, index) => [Math.sqrt(index), index / 3 - 1]);
    const sources: DataSource[] = [
      { kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] },
      { kind: "continuous", name: "y", distribution: "normal", parameters: [-3, 0.01] },
      { kind: "continuous", name: "u", distribution: "uniform", parameters: [-2.5, 0.125] },
      { kind: "finite", name: "k", outcomes: outcomes(5) },
      { kind: "finite", name: "m", outcomes: outcomes(40) },
      // Their last outcomes are too rare to be drawn.
      { kind: "finite", name: "g", outcomes: geometric(70) },
      { kind: "finite", name: "h", outcomes: [...geometric(3), { value: 9, probability: 1e-12 }] },
      { kind: "rows", names: ["p", "q"], values: rows.flat() },
    ];
    const names = ["x", "y", "u", "k", "m", "g", "h", "p", "q"];
    const trials = 2 ** 17;
    const request = { ...reading(sources, names.map(symbol), 2n ** 60n + 7n), trials };
    const [found, expected] = [await gpu.trialValues(request), await cpu.trialValues(request)];
    names.forEach((name, column) => {
      let worst = 0;
      expected[column]!.forEach((value, trial) => {
        const miss = Math.abs(found[column]![trial]! - value) / Math.max(1, Math.abs(value));
        if (!(miss <= worst)) {
          worst = miss;
        }
      });
      // What is looked up is only rounded.
      expect(worst, name).toBeLessThan({ x: 4e-7, y: 2e-7, u: 3e-7 }[name] ?? 2 ** -24);
    });
  });

  test("are right for words at both ends and in the middle", async () => {
    const ends: DataSource = { kind: "continuous", name: "x", distribution: "uniform", parameters: [-3, 1] };
    const block = new Uint32Array(4);
    for (const source of [normal, ends]) {
      for (const [firstTrial, word] of rareTrials) {
        philoxBlock(roundKeys(keyOfSeed(5)), 0, 0, firstTrial, 0, block);
        expect(block[0]).toBe(word);
        const request = { ...reading([source], [symbol("x")], 5), firstTrial, trials: 1 };
        const datum = -(await gpu.trialValues(request))[0]![0]!;
        if (source === normal) {
          expect(datum / normalOfWord(word)).toBeCloseTo(1, 6);
        } else {
          expect(datum).toBeCloseTo(-3 + (4 * (word + 0.5)) / 2 ** 32, 6);
          expect(datum).toBeGreaterThan(-3);
          expect(datum).toBeLessThan(1);
        }
      }
    }
  });

  test("never are the ends of an interval, where a loss may be infinite", async () => {
    const inside = call("log", sum(number(1), product(number(-1), symbol("u"))));
    const uniform: DataSource = {
      kind: "continuous",
      name: "u",
      distribution: "uniform",
      parameters: [0, 1],
    };
    const request = reading([uniform], [inside, call("log", symbol("u"))], 5);
    for (const [firstTrial, word] of rareTrials) {
      const [above, below] = (await gpu.trialValues({ ...request, firstTrial, trials: 1 })).map(
        ([one]) => -one!,
      );
      // As far as single precision tells numbers from 1.
      if (word > 2 ** 31 + 3) {
        expect(above).toBeLessThan(-15);
        expect(above).toBeGreaterThanOrEqual(Math.fround(-24 * Math.LN2));
        expect(Math.abs(below!)).toBeLessThan(1e-7);
      } else {
        expect(below).toBeCloseTo(Math.log((word + 0.5) / 2 ** 32), 5);
        expect(above).toBeCloseTo(Math.log1p(-(word + 0.5) / 2 ** 32), 6);
      }
    }
  });
});
