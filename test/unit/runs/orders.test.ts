import { describe, expect, test } from "vitest";
import { formatCsv } from "../../../src/runs/formats/index.js";
import { contradictionIn, isRecord, type RunPoint, type RunRecord } from "../../../src/runs/index.js";

/** A point as it was kept before orders were measured. */
const plain: RunPoint = {
  ...{ eta: 0.1, observable: "test_loss", predicted: 0.92, truncation: 0.001, measured: 0.921 },
  ...{ standardError: 1e-5, trials: 1000, diverged: 0, verdict: "agrees", reason: "within 3s" },
  ...{ steps: 10_000, stepsPerSecond: 1e6 },
};

const measured: RunPoint = {
  ...plain,
  orders: [
    { order: 0, predicted: 1, measured: 1, standardError: 0 },
    { order: 1, predicted: -0.1, measured: -0.0999, standardError: 1e-4 },
    { order: 2, predicted: 0.02, measured: null, standardError: null },
  ],
  remainder: { measured: 1e-3, standardError: 1e-6 },
  plain: { measured: 0.922, standardError: 1e-3 },
  etaToDecide: 0.02,
};

const record = (point: RunPoint): RunRecord => ({
  ...{
    id: "a-1",
    kind: "verification",
    title: "v",
    uri: "file:///v.diag",
    file: "v.diag",
    textHash: "0",
    started: 0,
  },
  ...{
    landscape: "l",
    spacetime: "sgd(N = 10, E = 1, B = 1)",
    prediction: "order 2",
    sum: "exact",
    order: 2,
  },
  ...{ observables: ["test_loss"], etas: [0.1], trials: 1000, seed: 1, backend: "cpu", version: "0.1.0" },
  ...{ state: "done", partial: [], terms: [], curves: [], points: [point] },
});

describe("a record of orders", () => {
  test("is one, and so are those that were kept before, and those of totals", () => {
    for (const point of [plain, measured, { ...plain, orders: null, remainder: null }]) {
      expect(isRecord(record(point))).toBe(true);
      expect(contradictionIn(record(point))).toBeUndefined();
    }
    expect(isRecord({ ...record(plain), measure: "total" })).toBe(true);
  });

  test("is none when something else stands in a field", () => {
    const wrong: unknown[] = [
      { ...measured, orders: [{ order: 0, predicted: 1 }] },
      { ...measured, orders: {} },
      { ...measured, orders: [{ order: -1, predicted: 1, measured: 1, standardError: 0 }] },
      { ...measured, remainder: 1 },
      { ...measured, plain: null },
      { ...measured, orderToDecide: 1.5 },
    ];
    for (const point of wrong) {
      expect(isRecord({ ...record(plain), points: [point] })).toBe(false);
    }
    expect(isRecord({ ...record(plain), measure: "orders" })).toBe(false);
  });

  test("contradicts itself where an error is negative, or orders are not one after the other", () => {
    const [zero, one] = measured.orders!;
    const said = (change: Partial<RunPoint>) => contradictionIn(record({ ...measured, ...change }));
    expect(said({ remainder: { measured: 1, standardError: -1 } })).toBe("a standard error is negative");
    expect(said({ orders: [{ ...zero!, standardError: -1 }] })).toBe("a standard error is negative");
    expect(said({ orders: [one!, zero!] })).toBe("its orders are not one after the other");
    expect(said({ etaToDecide: -1 })).toBe("it has a magnitude below zero");
  });
});

test("a table has columns for what some points have", () => {
  const headings = (point: RunPoint) => formatCsv(record(point), "points").split("\r\n")[0]!.split(",");
  expect(headings(plain)).not.toContain("remainder");
  expect(headings(measured).slice(-5)).toEqual([
    "remainder",
    "remainder_error",
    "plain",
    "plain_error",
    "eta_to_decide",
  ]);
  expect(formatCsv(record(measured), "points")).toMatch(/,0.001,0.000001,0.922,0.001,0.02\r\n$/);
});
