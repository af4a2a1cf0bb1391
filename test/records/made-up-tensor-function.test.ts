import { expect, test, vi } from "vitest";
import { expandLandscape } from "../../src/landscape/index.js";
import { RowDerivatives, ShapeError, unfoldLandscape } from "../../src/tensors/index.js";
import { call, landscapeOf, weight } from "../unit/tensors/make.js";

// A function of tensors is added by its record alone: here one is, and has its values and derivatives.

vi.mock("../../src/tensors/functions/list.js", async (original) => {
  const { tensorFunctions } = await original<typeof import("../../src/tensors/functions/list.js")>();
  const { centred } = await import("./centred.js");
  return { tensorFunctions: [...tensorFunctions, centred] };
});

const x = weight("x", 3);

/** Half the sum of squares about the mean: its gradient is what it is of, centred, and its curvature the projection. */
const half = {
  ...landscapeOf(call("squared_error", [call("centred", [x]), weight("y", 3)]), { x: [3], y: [3] }),
};
const spread = {
  ...half,
  weights: [
    { name: "x", shape: [3], start: Float64Array.of(1, 2, 6) },
    { name: "y", shape: [3], start: new Float64Array(3) },
  ],
};

test("it has a shape, or says why not", () => {
  expect(call("centred", [weight("M", 2, 3)]).shape).toEqual([2, 3]);
  expect(() => call("centred", [weight("s")])).toThrow(ShapeError);
});

test("it is evaluated with its derivatives, row by row and as scalars", () => {
  const derivatives = new RowDerivatives(spread, Float64Array.of(1, 2, 6, 0, 0, 0));
  expect(derivatives.value).toBe(7);
  expect([...derivatives.gradients(1, [])]).toEqual([-2, -1, 3, 2, 1, -3]);
  const [first, second, third] = derivatives.gradients(1, [Float64Array.of(3, 0, 0, 0, 0, 0)]);
  expect(first).toBeCloseTo(2, 14);
  expect(second).toBeCloseTo(-1, 14);
  expect(third).toBeCloseTo(-1, 14);
  const expansion = expandLandscape(unfoldLandscape(spread), { order: 2, partSize: 1 });
  expect(expansion.loss).toBeCloseTo(7, 14);
  expect(expansion.cumulant([expansion.derivative([0, 0])])).toBeCloseTo(2 / 3, 14);
});
