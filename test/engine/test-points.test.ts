import { expect, test } from "vitest";
import { keyOfSeed, philoxBlock, roundKeys } from "../../src/compile/philox.js";
import { openCpuEngine } from "../../src/engines/processor/cpu-engine.js";
import { largeLandscape } from "../../src/evaluate/index.js";
import { errorRate, expectedLoss, trainingLoss, weightDisplacement } from "../../src/observables/index.js";
import { columnsOf, withOrders } from "../../src/simulate/index.js";
import type { AnyRequest, RequestedNumber } from "../../src/simulate/request.js";
import type { TensorColumn } from "../../src/tensors/index.js";
import { rows, softmaxRegression } from "../unit/tensors/networks.js";
import { sgd } from "./simulate-landscapes.js";

// Softmax regression with weight decay: three classes, two features.
const net = softmaxRegression();
const landscape = largeLandscape(net, "it is tried so");
const [features, labels] = (net.data[0] as { columns: readonly TensorColumn[] }).columns.map(
  ({ values }) => values,
) as [ArrayLike<number>, ArrayLike<number>];

/** The loss of a row, written out. */
function lossOf(theta: readonly number[], row: number): number {
  const logits = [0, 1, 2].map(
    (one) =>
      theta[2 * one]! * features[2 * row]! + theta[2 * one + 1]! * features[2 * row + 1]! + theta[6 + one]!,
  );
  const normal = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return normal - logits[labels[row]!]! + 0.1 * theta.slice(0, 6).reduce((sum, one) => sum + one * one, 0);
}

const whole = { label: "test", combination: [{ factor: 1, quantity: expectedLoss }] };
const displacements = landscape.weights.map(({ name }, index) => ({
  label: name,
  combination: [{ factor: 1, quantity: weightDisplacement(index) }],
}));

function request(numbers: readonly RequestedNumber[], more: Partial<AnyRequest> = {}): AnyRequest {
  return {
    landscape,
    spacetime: sgd(4, 2, 2),
    eta: 0.5,
    numbers,
    trials: 9,
    firstTrial: 3,
    seed: 11,
    ...more,
  };
}

/** What each trial measures of each number, in double precision, or as runs have it. */
async function measuredOf(request: AnyRequest, isPrecise = true): Promise<number[][]> {
  const engine = openCpuEngine(0);
  const values = await (isPrecise ? engine.preciseValues! : engine.trialValues)(request);
  return columnsOf(request).map(({ center, origin }, column) =>
    values[column]!.map((value) => origin.offset + center + value),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("the test loss of a trial is the start's and how far its own test points have gone", async () => {
  const points = 5;
  const asked = request([whole, ...displacements], { testPoints: points });
  const [found, ...moved] = await measuredOf(asked);
  const start = landscape.weights.map((weight) => weight.start);
  const everywhere = (theta: readonly number[]) =>
    mean(Array.from({ length: rows }, (_, row) => lossOf(theta, row)));
  const keys = roundKeys(keyOfSeed(11));
  found!.forEach((value, index) => {
    // docs/streams.md: a table is one source; the domain of test points is 2, and the highest bit of their last word is set.
    const drawn = Array.from({ length: points }, (_, point) => {
      const block = new Uint32Array(4);
      philoxBlock(keys, Math.floor(point / 4), 2, 3 + index, 2 ** 31, block);
      return Math.floor((block[point % 4]! * rows) / 2 ** 32);
    });
    const end = start.map((one, weight) => one + moved[weight]![index]!);
    const gone = mean(drawn.map((row) => lossOf(end, row) - lossOf(start, row)));
    expect(value).toBeCloseTo(everywhere(start) + gone, 12);
  });
  const rounded = await measuredOf(asked, false);
  rounded[0]!.forEach((value, index) => {
    expect(value).not.toBe(found![index]!);
    expect(Math.abs(value - found![index]!)).toBeLessThan(1e-6);
  });
  // training points are those of trials without test points
  for (const isPrecise of [true, false]) {
    const without = await measuredOf(request([whole, ...displacements]), isPrecise);
    const own = isPrecise ? [found, ...moved] : rounded;
    expect(own.slice(1)).toEqual(without.slice(1));
    expect(own[0]).not.toEqual(without[0]);
  }
});

/** Whether the largest logit of a row is another class's. */
function isMissed(theta: readonly number[], row: number): boolean {
  const logits = [0, 1, 2].map(
    (one) =>
      theta[2 * one]! * features[2 * row]! + theta[2 * one + 1]! * features[2 * row + 1]! + theta[6 + one]!,
  );
  return logits.indexOf(Math.max(...logits)) !== labels[row];
}

const errors = { label: "errors", combination: [{ factor: 1, quantity: errorRate }] };

test("the error rate of a trial is how many rows, or test points, have another largest logit than their own", async () => {
  const start = landscape.weights.map((weight) => weight.start);
  const keys = roundKeys(keyOfSeed(11));
  const points = 4;
  for (const [testPoints, isPrecise] of [
    [undefined, true],
    [undefined, false],
    [points, true],
    [points, false],
  ] as const) {
    const asked = request([errors, ...displacements], testPoints === undefined ? {} : { testPoints });
    const [found, ...moved] = await measuredOf({ ...asked, eta: 3 }, isPrecise);
    expect(new Set(found).size).toBeGreaterThan(1);
    found!.forEach((value, index) => {
      const end = start.map((one, weight) => one + moved[weight]![index]!);
      const block = new Uint32Array(4);
      philoxBlock(keys, 0, 2, 3 + index, 2 ** 31, block);
      const drawn =
        testPoints === undefined
          ? Array.from({ length: rows }, (_, row) => row)
          : [...block].map((word) => Math.floor((word * rows) / 2 ** 32));
      expect(value).toBeCloseTo(mean(drawn.map((row) => (isMissed(end, row) ? 1 : 0))), 12);
    });
  }
});

test("as many test points as there are rows, or more, are all rows", async () => {
  const numbers = [whole];
  const all = await measuredOf(request(numbers));
  expect(await measuredOf(request(numbers, { testPoints: rows }))).toEqual(all);
  expect(await measuredOf(request(numbers, { testPoints: 1000 }))).toEqual(all);
  expect(await measuredOf(request(numbers, { testPoints: rows - 1 }))).not.toEqual(all);
});

test("test points put neither the test loss nor the gap nor any order off", async () => {
  const gap = {
    label: "gap",
    combination: [...whole.combination, { factor: -1, quantity: trainingLoss }],
  };
  const numbers = [whole, gap].flatMap((one) => {
    const { orders, remainder } = withOrders(one, 3);
    return [one, ...orders, remainder];
  });
  for (const keepsCurvature of [false, true]) {
    const asked = request(numbers, { trials: 4000, eta: 0.3, expansion: { order: 3, keepsCurvature } });
    const [all, sampled] = [await measuredOf(asked), await measuredOf({ ...asked, testPoints: 2 })];
    numbers.forEach(({ label }, number) => {
      const differences = sampled[number]!.map((value, trial) => value - all[number]![trial]!);
      const average = mean(differences);
      const error = Math.sqrt(mean(differences.map((one) => (one - average) ** 2)) / differences.length);
      expect(Math.abs(average), label).toBeLessThan(4.5 * error + 1e-13);
      if (label.endsWith("order 0")) {
        expect(Math.max(...differences.map(Math.abs)), label).toBeLessThan(1e-13);
      } else {
        expect(error, label).toBeGreaterThan(0);
      }
    });
  }
});

test("test points that are none are refused in a line, and so are those of losses that are found exactly", async () => {
  for (const testPoints of [0, 1.5, -3, 1e10]) {
    await expect(measuredOf(request([whole], { testPoints }))).rejects.toThrow(
      /^test_points = \S+ is not a positive/,
    );
  }
});
