import { expect, test } from "vitest";
import { largeLandscape } from "../../../src/evaluate/index.js";
import { findingLossAtStart, tensorLossesAtStart } from "../../../src/simulate/tensors/index.js";
import type { VerifySpecification } from "../../../src/verify/index.js";
import { findStartOfLosses } from "../../../src/verify/start-losses.js";
import { call, datum, landscapeOf, numbers, rowsOf, times, weight } from "../tensors/make.js";

const rows = 1000;
const xs = numbers(rows, 1);

/** `(Σ w x)²/2` of two weights and a datum, of many rows; a landscape of its own each time. */
function specification(observable: string): VerifySpecification {
  const net = landscapeOf(
    call("squared_error", [call("sum", [times(weight("w", 2), datum("x"))]), datum("y")]),
    { w: [2] },
    [
      rowsOf(rows, {
        x: { shape: [], values: xs },
        y: { shape: [], values: Float64Array.from({ length: rows }, () => 0) },
      }),
    ],
  );
  const landscape = largeLandscape(net, "it is tried so");
  return {
    name: "v",
    landscape,
    spacetime: { optimiser: "gd", parameters: { N: 1, T: 1, rate: 1 } },
    etas: [0.1],
    observables: [{ name: observable, weights: observable === "displacement" ? [0, 1] : [] }],
    sum: "exact",
  };
}

const isKnown = ({ landscape }: VerifySpecification) =>
  findingLossAtStart(landscape as ReturnType<typeof largeLandscape>).next().done === true;

test("where losses start is found in steps, and kept", async () => {
  const one = specification("test_loss");
  await findStartOfLosses(one, undefined);
  expect(isKnown(one)).toBe(true);
  const landscape = one.landscape as ReturnType<typeof largeLandscape>;
  const [first, second] = landscape.weights.map(({ start }) => start) as [number, number];
  const expected = Array.from(xs).reduce((sum, x) => sum + ((first + second) * x) ** 2 / 2 / rows, 0);
  expect(tensorLossesAtStart(landscape, 0).expectation / expected).toBeCloseTo(1, 12);
});

test("a stop is heard between steps", async () => {
  const one = specification("gen_gap");
  let asked = 0;
  const signal = {
    get aborted() {
      return ++asked >= 2;
    },
  };
  await findStartOfLosses(one, signal as AbortSignal);
  expect(asked).toBe(2);
  expect(isKnown(one)).toBe(false);
});

test("where no loss is observed nothing is found", async () => {
  const one = specification("displacement");
  await findStartOfLosses(one, undefined);
  expect(isKnown(one)).toBe(false);
});
