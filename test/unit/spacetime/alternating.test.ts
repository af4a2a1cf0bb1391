import { describe, expect, test } from "vitest";
import type { Diagram } from "../../../src/diagram/index.js";
import type { Schedule } from "../../../src/optimisers/index.js";
import { type Decays, planEmbeddings, planOfEmbedding } from "../../../src/spacetime/index.js";

/** Fixed-point numbers of 110 decimals: what sums are held against, without a double in them. */
const one = 10n ** 110n;
const times = (a: bigint, b: bigint) => (a * b) / one;
const over = (a: bigint, b: bigint) => (a * one) / b;

/** A double, exactly: every double of these tests has at most 110 binary places. */
function exactly(value: number): bigint {
  let places = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    places++;
  }
  return (BigInt(scaled) * one) / 2n ** BigInt(places);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = one;
  let square = base;
  for (let rest = exponent; rest > 0n; rest /= 2n) {
    if (rest % 2n === 1n) {
      result = times(result, square);
    }
    square = times(square, square);
  }
  return result;
}

/** The divided difference of `x^T` at these points, all different: the sum over gaps between events. */
function dividedDifference(points: readonly bigint[], T: bigint): bigint {
  return points.reduce((sum, point) => {
    const denominator = points.reduce(
      (product, other) => (other === point ? product : times(product, point - other)),
      one,
    );
    return sum + over(power(point, T), denominator);
  }, 0n);
}

const toNumber = (value: bigint) => Number(value) / 1e110;

/** `η·h` with all its digits, from two doubles. */
function decaysOf(pairs: readonly (readonly [eta: number, h: number])[]) {
  const exact = pairs.map(([eta, h]) => times(exactly(eta), exactly(h)));
  const high = pairs.map(([eta, h]) => eta * h);
  const low = exact.map((value, index) => toNumber(value - exactly(high[index]!)));
  const decays: Decays = Object.assign([...high, 0], { low: [...low, 0] });
  return { decays, kept: exact.map((value) => one - value) };
}

const near = (distance: number, eta: number): [number, number] => [eta, (2 - distance) / eta];
const cases: [string, [number, number][]][] = [
  ["all near 2", [near(1e-7, 0.1), near(3e-6, 0.1), near(2e-5, 0.1)]],
  ["near 2 and near 0", [near(1e-7, 0.3), [0.3, 1e-6], [0.3, 2e-8]]],
  ["near 2 and in between", [near(4e-9, 0.7), [0.7, 1.3], near(5e-4, 0.7)]],
  ["just above 2", [near(-1e-10, 0.1), near(-3e-11, 0.1), [0.1, 1e-9]]],
];
const steps = [7, 1000, 1_000_001, 1_000_000_000, 12_345_678_901];

/** All differ from it by less than 1e-12 of it. */
function expectClose(found: number, expected: bigint, what: string) {
  const value = toNumber(expected);
  expect(Math.abs(found / value - 1), `${what}: ${found} for ${value}`).toBeLessThan(1e-12);
}

const isHuge = (kept: readonly bigint[], T: number) =>
  kept.some((k) => T * Math.log(Math.abs(toNumber(k))) > 200);

describe("sums over times keep twelve digits where propagators are near −1", () => {
  const fork: Diagram = { parents: [3, 3, 3, -1], parts: [0, 0, 0, 1] };
  const pair: Diagram = { parents: [2, 2, -1], parts: [0, 0, 1] };
  const chain: Diagram = { parents: [1, 2, -1], parts: [0, 1, 2] };
  const drift: Diagram = { parents: [2, 2, 3, -1], parts: [0, 0, 1, 2] };
  const oneEpoch = (T: number): Schedule => ({ points: T, batch: 1, epochs: 1, order: "same" });

  test.each(cases)("%s", (_, pairs) => {
    const { decays, kept } = decaysOf(pairs);
    const [a, b, c] = kept as [bigint, bigint, bigint];
    for (const T of steps.filter((T) => !isHuge(kept, T))) {
      const n = BigInt(T);
      const sum = (diagram: Diagram) => planEmbeddings(diagram, oneEpoch(T)).sum(decays);
      const geometric = (k: bigint) => over(one - power(k, n), one - k);
      expectClose(sum(pair), geometric(times(a, b)), `pair ${T}`);
      expectClose(sum(fork), geometric(times(times(a, b), c)), `fork ${T}`);
      expectClose(sum(chain), dividedDifference([one, a, b], n), `chain ${T}`);
      expectClose(sum(drift), dividedDifference([one, times(a, b), c], n), `drift ${T}`);
      const gd = planEmbeddings(pair, { points: 3, batch: 3, epochs: T, order: "same" }).sum(decays);
      expectClose(gd, 3n * times(geometric(a), geometric(b)), `gradient descent ${T}`);
      const single = planOfEmbedding(pair, { times: [0, 0, T] }).sum(decays);
      if (Math.abs(single) > 1e-60) {
        expectClose(single, power(times(a, b), n - 1n), `one embedding ${T}`);
      }
    }
  });

  test.each(["same", "reshuffled"] as const)("over many epochs, %s", (shuffle) => {
    const { decays, kept } = decaysOf([near(1e-7, 0.1), near(3e-6, 0.1), near(2e-5, 0.1)]);
    const [a, b] = kept as [bigint, bigint];
    for (const [N, B, E] of [
      [6, 2, 1_000_001],
      [10, 5, 400_000],
    ] as const) {
      // A pair's nodes stand in one row; each epoch has it once, at a place that is the epochs' own when reshuffled.
      const P = BigInt(N / B);
      const epochs = BigInt(E);
      const over1 = (k: bigint, n: bigint) => over(one - power(k, n), one - k);
      const sumOf = (k: bigint, n: bigint) => over1(k, n);
      const [A, C] = [power(a, P), power(b, P)];
      const rows = BigInt(B);
      let expected: bigint;
      if (shuffle === "same") {
        expected = times(rows * sumOf(times(a, b), P), times(sumOf(A, epochs), sumOf(C, epochs)));
      } else {
        // Independent places but within one epoch: the mean over places, of each alone and of both at once.
        const mean = (k: bigint) => (rows * sumOf(k, P)) / BigInt(N);
        const apart = times(sumOf(A, epochs), sumOf(C, epochs)) - sumOf(times(A, C), epochs);
        expected =
          BigInt(N) *
          (times(times(mean(a), mean(b)), apart) + times(mean(times(a, b)), sumOf(times(A, C), epochs)));
      }
      const found = planEmbeddings(pair, { points: N, batch: B, epochs: E, order: shuffle }).sum(decays);
      expectClose(found, expected, `${N} ${B} ${E}`);
    }
  });
});
