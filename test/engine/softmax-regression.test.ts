/**
 * Estimates of logistic regression on handwritten digits beside exact sums over all rows, by an oracle without diagrams.
 * `scripts/rooms/digits.mjs` tries it on all 1,797 digits and all pixels.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { rowWords } from "../../src/compile/index.js";
import { openCpuEngine } from "../../src/engines/index.js";
import { type AnyLandscape, type EvaluationRequest, evaluatorOn } from "../../src/evaluate/index.js";
import { analyzeFile, diskReader } from "../../src/language/index.js";
import { runVerification } from "../../src/verify/index.js";
import { type Digit, digits as fewDigits } from "../command/digits.js";
import { testFolder } from "../unit/data/folder.js";
import { idxBytes } from "../unit/data/writers.js";
import { SoftmaxRegression } from "./softmax-regression.js";

/** A folder with the IDX files of `examples/networks/digits.py`, of which all is tried. */
const given = process.env.DIAG_DIGITS;
const digits: readonly Digit[] = given === undefined ? fewDigits : digitsIn(given);
const updates = 10;
const replications = 200;
/** Rows for each expectation in a replication. */
const rowsOfReplication = given === undefined ? 64 : 256;
/** Rows in the estimate that is looked at by itself, and trials. */
const rowsOfOne = given === undefined ? 2048 : 16384;
const trials = given === undefined ? 500 : 10000;

/** What the logits are linear in: all pixels, or means over squares of four where few weights are to be quick. */
const features = given === undefined ? "flatten(avg_pool(image / 16, 2, 2))" : "flatten(image / 16)";
const count = given === undefined ? 16 : 64;
const text = (start: string) => `landscape digits {
  data image[8, 8, 1], label from idx("images", "labels")
  weights A[10, ${count}] = ${start}, a[10] = 0
  loss cross_entropy(A @ ${features} + a, label)
}
verify orders {
  landscape digits
  sgd(N = ${updates}, E = 1, B = 1)
  eta = 0.01
  observe test_loss
  predict series 3
  trials = ${trials}
  samples = ${rowsOfOne}
}`;

const folder = testFolder();

beforeAll(() => {
  folder.write(
    "images",
    idxBytes(
      "uint8",
      [digits.length, 8, 8],
      digits.flatMap(({ pixels }) => pixels),
    ),
  );
  folder.write(
    "labels",
    idxBytes(
      "uint8",
      [digits.length],
      digits.map(({ label }) => label),
    ),
  );
});

describe.each([
  ["zero", "0"],
  ["normal weights", "randn(1)"],
])("logistic regression on digits, from %s", (name, start) => {
  // From one start is enough where all is to be quick.
  const isTried = given !== undefined || start !== "0";

  async function analyzed() {
    const file = await analyzeFile(folder.write(`${name}.diag`, text(start)), diskReader);
    expect(file.diagnostics).toEqual([]);
    const specification = file.verifies.get("orders")!;
    return { specification, exact: exactOf(specification.landscape) };
  }

  test("has the series of exact sums, within its errors", async () => {
    const { specification, exact } = await analyzed();
    const { series, error } = estimate(specification.landscape, 0, rowsOfOne);
    tell(`${name}: exact ${exact.join(" ")}; estimated ${series.join(" ")}; errors ${error.join(" ")}`);
    expect(series[0]).toBeCloseTo(exact[0]!, 12);
    for (const order of [1, 2, 3]) {
      expect(Math.abs(series[order]! - exact[order]!)).toBeLessThan(4 * error[order]!);
      // So near that an error of a tenth would be found.
      expect(error[order]!).toBeLessThan(0.1 * Math.abs(exact[order]!));
    }
  });

  test.runIf(isTried)("has errors that say how far values are off, over 200 replications", async () => {
    const { specification, exact } = await analyzed();
    const scores = [1, 2, 3].map(() => [] as number[]);
    for (let seed = 1; seed <= replications; seed++) {
      const { series, error } = estimate(specification.landscape, seed, rowsOfReplication);
      scores.forEach((own, index) => {
        own.push((series[index + 1]! - exact[index + 1]!) / error[index + 1]!);
      });
    }
    // Of Student's distribution with 15 degrees, which sixteen samples have: 93.6 % within two errors, squares of mean 15/13. Five of their own errors.
    for (const own of scores) {
      const within = own.filter((score) => Math.abs(score) < 2).length / replications;
      const squares = own.reduce((sum, score) => sum + score ** 2, 0) / replications;
      tell(`${name}: ${within} within two errors, mean square ${squares}`);
      expect(within).toBeGreaterThan(0.85);
      expect(within).toBeLessThan(0.995);
      expect(squares).toBeGreaterThan(0.6);
      expect(squares).toBeLessThan(1.8);
    }
  });

  test.runIf(isTried)("has the orders that trials measure along descent", async () => {
    const { specification, exact } = await analyzed();
    const [run] = await runVerification(specification, {
      engines: { open: async () => openCpuEngine() },
      backend: "cpu",
    });
    expect(run!.verdict).not.toBe("disagrees");
    run!.orders!.forEach(({ predicted, predictedError, measured, standardError }, order) => {
      const right = exact[order]! * 0.01 ** order;
      tell(
        `${name}: order ${order} ${right}; ${predicted} ± ${predictedError}; ${measured} ± ${standardError}`,
      );
      expect(Math.abs(predicted! - right)).toBeLessThan(4 * predictedError! + 1e-12);
      expect(Math.abs(measured! - right)).toBeLessThan(4 * standardError! + 1e-12);
    });
    expect(run!.orders!.length).toBe(4);
  });
});

/** Of the rows and the start that a landscape has, by the oracle. */
function exactOf({ whole }: AnyLandscape): readonly number[] {
  const [A, a] = whole!.weights.map(({ start }) => Array.from(start));
  const weights = a!.map((bias, k) => [...A!.slice(k * count, (k + 1) * count), bias]);
  const examples = digits.map(({ pixels, label }) => ({ features: [...featuresOf(pixels), 1], label }));
  return new SoftmaxRegression(weights, examples).series(updates);
}

function featuresOf(pixels: readonly number[]): number[] {
  if (given !== undefined) {
    return pixels.map((pixel) => pixel / 16);
  }
  const at = (place: number) => pixels[place]! + pixels[place + 1]!;
  return Array.from({ length: 16 }, (_, index) => {
    const corner = 16 * Math.floor(index / 4) + 2 * (index % 4);
    return (at(corner) + at(corner + 8)) / 64;
  });
}

function estimate(landscape: AnyLandscape, seed: number, samples: number) {
  const selection = { kind: "series", order: 3 } as const;
  const request: EvaluationRequest = {
    spacetime: { optimiser: "sgd", parameters: { N: updates, E: 1, B: 1, shuffle: "same" } },
    eta: 1,
    observable: { name: "test_loss", weights: [] },
    selection,
    sum: "exact",
  };
  const options = { words: rowWords(seed), samples };
  const found = evaluatorOn(landscape, { order: 3 }, selection, options).evaluate(request);
  return {
    series: found.series.map(([value]) => value!),
    error: found.estimate!.series.map(([value]) => value!),
  };
}

/** The figures, where all digits are tried. */
function tell(line: string): void {
  if (given !== undefined) {
    console.log(line);
  }
}

function digitsIn(place: string): Digit[] {
  const images = readFileSync(join(place, "digits-images-idx3-ubyte")).subarray(16);
  const labels = readFileSync(join(place, "digits-labels-idx1-ubyte")).subarray(8);
  return Array.from(labels, (label, row) => ({
    label,
    pixels: Array.from(images.subarray(64 * row, 64 * (row + 1))),
  }));
}
