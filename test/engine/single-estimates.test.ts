import { describe, expect, test } from "vitest";
import { rowWords } from "../../src/compile/index.js";
import { type PrepareOptions, prepareEstimates } from "../../src/engines/estimates/index.js";
import {
  type AskedOfSamples,
  EstimatingEvaluator,
  largeLandscape,
  roundingBetween,
  type Term,
} from "../../src/evaluate/index.js";
import { directionalOn } from "../../src/evaluate/valuation-on.js";
import type { TensorLandscape } from "../../src/tensors/index.js";
import {
  add,
  apply,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  numbers,
  rowsOf,
  times,
  weight,
} from "../unit/tensors/make.js";
import { nets } from "../unit/tensors/networks.js";

const seed = 0;

function evaluatorOf(net: TensorLandscape): EstimatingEvaluator {
  const landscape = largeLandscape(net, "it is not written with scalars");
  return new EstimatingEvaluator(
    landscape,
    directionalOn(net, landscape),
    { order: 3 },
    { words: rowWords(seed), samples: 256 },
  );
}

const eta = 0.3;
const asked: AskedOfSamples[] = [
  {
    request: {
      spacetime: { optimiser: "sgd", parameters: { N: 4, E: 1, B: 2, shuffle: "same" } },
      observable: { name: "test_loss", weights: [] },
      ...{ eta, sum: "exact", selection: { kind: "series", order: 2 } },
    },
  },
];
const { request } = asked[0]!;

/** What is estimated by an evaluator of a net, with what was noted, and what is worked out in doubles. */
async function estimated(net: () => TensorLandscape, options: Partial<PrepareOptions> = {}) {
  const [alone, evaluator] = [evaluatorOf(net()), evaluatorOf(net())];
  const notes: string[] = [];
  const isWhole = await prepareEstimates(evaluator, [...asked, { request, order: 3 }], {
    ...{ seed, threads: 2, isSingle: true },
    onNote: (line) => notes.push(line),
    ...options,
  });
  expect(isWhole).toBe(true);
  return { found: evaluator.evaluate(request), right: alone.evaluate(request), notes };
}

describe("samples that threads work out in single precision", () => {
  test.each(nets)("of %s are those in doubles but for rounding, which is in their errors", async (_, net) => {
    const { found, right, notes } = await estimated(net);
    expect(notes).toEqual([]);
    // The loss itself is the mean of all rows in doubles.
    expect(found.series[0]).toEqual(right.series[0]);
    expect(found.estimate.series[0]).toEqual([0]);
    expect(found.series[1]).not.toEqual(right.series[1]);
    found.terms.forEach((term, place) => {
      const own = right.terms[place]!;
      const size = Math.max(...right.terms.filter(({ edges }) => edges === own.edges).map(sizeOf));
      expect(Math.abs(term.value[0]! - own.value[0]!)).toBeLessThanOrEqual(1e-4 * size);
      const [error, plain] = [term.standardError![0]!, own.standardError![0]!];
      expect(error).toBeGreaterThanOrEqual(plain * (1 - 1e-4));
      expect(error).toBeLessThanOrEqual(plain + 1e-4 * size);
    });
  });

  test("have the same bits for any number of threads", async () => {
    const [, net] = nets[0]!;
    const [one, other] = [await estimated(net, { threads: 1 }), await estimated(net, { threads: 5 })];
    expect(one.found).toEqual(other.found);
  });

  test("are worked out again in doubles where numbers are beyond single precision, with a reason", async () => {
    const large = () =>
      landscapeOf(
        times(
          1e-80,
          call("sum", [
            call("square", [call("square", [times(1e20, matrixProduct(weight("W", 2, 2), datum("x", 2)))])]),
          ]),
        ),
        { W: [2, 2] },
        [rowsOf(6, { x: { shape: [2], values: numbers(12, 7) } })],
      );
    const { found, right, notes } = await estimated(large);
    expect(notes).toEqual([
      expect.stringMatching(
        /^samples are worked out in double precision, since landscape .* is not finite at .*$/,
      ),
    ]);
    expect(found).toEqual(right);
  });

  test("are worked out again in doubles where rounding is more than a tenth of a percent", async () => {
    // What is left of two large numbers, of which single precision has nothing.
    const cancelling = () =>
      landscapeOf(
        call("square", [
          add(
            times(datum("x"), weight("w")),
            apply("tanh", weight("w")),
            1e9,
            times(-1, add(1e9, weight("w"))),
          ),
        ]),
        { w: [] },
        [rowsOf(6, { x: { shape: [], values: numbers(6, 7) } })],
      );
    const { found, right, notes } = await estimated(cancelling);
    expect(notes).toEqual([
      expect.stringMatching(
        /^samples are worked out in double precision, since a term is off by \d.* % in single precision, which is more than 0.1 %$/,
      ),
    ]);
    expect(found).toEqual(right);
  });

  test("are not asked for where they are little work", async () => {
    const [alone, evaluator] = [evaluatorOf(nets[0]![1]()), evaluatorOf(nets[0]![1]())];
    expect(await prepareEstimates(evaluator, asked, { seed, threads: 2 })).toBe(true);
    expect(evaluator.evaluate(request)).toEqual(alone.evaluate(request));
  });
});

describe("rounding between terms", () => {
  const term = (edges: number, ...value: number[]) => ({ edges, value }) as unknown as Term;

  test("is the largest share of an entry, or of a hundredth of its order", () => {
    expect(roundingBetween([term(1, 2.002)], [term(1, 2)])).toBeCloseTo(1e-3, 9);
    expect(roundingBetween([term(1, 2), term(1, 1e-5)], [term(1, 2), term(1, 0)])).toBeCloseTo(
      1e-5 / 0.02,
      9,
    );
    expect(roundingBetween([term(2, 0)], [term(2, 0)])).toBe(0);
  });

  test("is infinite where one is not finite", () => {
    expect(roundingBetween([term(1, Number.NaN)], [term(1, 2)])).toBe(Number.POSITIVE_INFINITY);
  });
});

function sizeOf({ value }: Term): number {
  return Math.abs(value[0]!);
}
