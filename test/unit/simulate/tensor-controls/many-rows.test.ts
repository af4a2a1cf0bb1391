import { expect, test } from "vitest";
import { largeLandscape } from "../../../../src/evaluate/index.js";
import { wholly } from "../../../../src/simulate/controls/whole.js";
import { findPathControls } from "../../../../src/simulate/tensors/index.js";
import { call, datum, landscapeOf, matrixProduct, numbers, rowsOf, weight } from "../../tensors/make.js";
import { observed, sgd } from "./enumerated.js";

// Rows of which only some say where the path goes.

const [rows, eta, updates] = [3000, 0.1, 3];
const values = numbers(2 * rows, 1);
const targets = numbers(rows, 2);
const landscape = largeLandscape(
  landscapeOf(call("squared_error", [matrixProduct(weight("w", 2), datum("x", 2)), datum("y")]), { w: [2] }, [
    rowsOf(rows, { x: { shape: [2], values }, y: { shape: [], values: targets } }),
  ]),
  "it is tried so",
);
const request = { landscape, spacetime: sgd({ N: updates }), eta, seed: 1 };
const found = () =>
  wholly(
    findPathControls(request, observed.slice(0, 3), {
      hasTestPoints: true,
      mostOperations: Number.POSITIVE_INFINITY,
    }),
  )!;

const residual = (w: ArrayLike<number>, row: number) =>
  w[0]! * values[2 * row]! + w[1]! * values[2 * row + 1]! - targets[row]!;
const everyRow = Array.from({ length: rows }, (_, row) => row);
const mean = (of: (row: number) => number) => everyRow.reduce((sum, row) => sum + of(row), 0) / rows;

test("what is added up along a trial is 0 in mean over all rows, wherever the path goes", () => {
  const { tables, ends, test } = found();
  expect(tables.length).toBe(1);
  for (let update = 0; update < updates; update++) {
    const own = tables[0]!.subarray(update * rows, (update + 1) * rows);
    expect(Math.abs(mean((row) => own[row]!))).toBeLessThan(1e-15);
    expect(Math.max(...own)).toBeGreaterThan(1e-3);
  }
  expect(Math.abs(mean((row) => ends![row]!))).toBeLessThan(1e-15);
  // Test points are taken off with the loss and the gradient of all rows.
  const [end] = test!.end;
  expect(test!.loss).toBeCloseTo(
    mean((row) => residual(end!, row) ** 2 / 2),
    12,
  );
  [0, 1].forEach((entry) => {
    expect(test!.slope[0]![entry]).toBeCloseTo(
      mean((row) => residual(end!, row) * values[2 * row + entry]!),
      12,
    );
  });
  const start = landscape.whole.weights[0]!.start;
  expect(test!.starts[17]).toBeCloseTo(residual(start, 17) ** 2 / 2, 12);
});

test("the path is near that of all rows, and their slope is followed back from its end", () => {
  const { test, tables } = found();
  let w: readonly number[] = [...landscape.whole.weights[0]!.start];
  for (let update = 0; update < updates; update++) {
    const at = w;
    w = at.map((value, entry) => value - eta * mean((row) => residual(at, row) * values[2 * row + entry]!));
  }
  const end = test!.end[0]!;
  w.forEach((value, entry) => {
    expect(Math.abs(value - end[entry]!)).toBeLessThan(0.02);
  });
  // After the last update a point does what the slope at the end says.
  const slope = test!.slope[0]!;
  const own = tables[0]!.subarray((updates - 1) * rows);
  const ofRow = (row: number) => slope[0]! * values[2 * row]! + slope[1]! * values[2 * row + 1]!;
  const [one, other] = [3, 400];
  const ratio = (own[one]! - own[other]!) / -eta;
  const place = placeBefore(end, slope);
  expect(ratio).toBeCloseTo(ofRow(one) * residual(place, one) - ofRow(other) * residual(place, other), 2);
});

/** About where the path is before its last update. */
function placeBefore(end: Float64Array, slope: Float64Array): number[] {
  return [0, 1].map((entry) => end[entry]! + eta * slope[entry]!);
}

test("what would take more operations than it may is left, and so is what would take more memory", () => {
  const few = { hasTestPoints: true, mostOperations: 1e6 };
  expect(wholly(findPathControls(request, observed.slice(0, 1), few))).toBeUndefined();
  const long = { ...request, spacetime: sgd({ N: 2 ** 23 }) };
  const any = { hasTestPoints: true, mostOperations: Number.POSITIVE_INFINITY };
  expect(wholly(findPathControls(long, observed.slice(0, 1), any))).toBeUndefined();
});
