import { expect, test } from "vitest";
import { rowWords } from "../../../src/compile/index.js";
import {
  evaluatorOn,
  largeLandscape,
  predictionProblem,
  type Selection,
} from "../../../src/evaluate/index.js";
import { unfoldLandscape } from "../../../src/tensors/index.js";
import { nets } from "../tensors/networks.js";

const net = nets[0]![1]();
const large = largeLandscape(net, "what is tried is of tensors");
const words = rowWords(0);
const series = (order: number): Selection => ({ kind: "series", order });
const on = (landscape: Parameters<typeof evaluatorOn>[0], selection: Selection, more: object = {}) =>
  evaluatorOn(landscape, { order: "order" in selection ? selection.order : 1 }, selection, {
    words,
    ...more,
  });

test("what is few operations is exact, and else estimated, or where samples are asked for", () => {
  expect(on(large, series(2)).isEstimate).toBe(false);
  expect(on(large, series(2), { operations: 1000 }).isEstimate).toBe(true);
  expect(on(large, series(2), { samples: 64 }).isEstimate).toBe(true);
  expect(on({ ...unfoldLandscape(net), whole: net }, series(2), { samples: 64 }).isEstimate).toBe(true);
  // Propagators take exact curvatures, however many operations those are.
  expect(on(large, { kind: "order", order: 2 }, { operations: 1000 }).isEstimate).toBe(false);
});

test("samples are refused where nothing is estimated from them, in one line", () => {
  expect(() => on(unfoldLandscape(net), series(2), { samples: 64 })).toThrow(
    /has no tensors, and its diagrams are evaluated exactly; leave samples out$/,
  );
  expect(() => on(large, { kind: "order", order: 2 }, { samples: 64 })).toThrow(
    /use series, or leave samples out$/,
  );
  expect(() => on(large, series(4), { samples: 64 })).toThrow("order 3 is the highest that fits");
  const scalars = { ...unfoldLandscape(net), whole: net };
  expect(() => evaluatorOn(scalars, { order: 4, beyond: 2 }, series(2), { words, samples: 64 })).toThrow(
    "samples estimate orders up to 3, and 2 beyond order 2 are asked for",
  );
  expect(() => on(large, series(2), { samples: 63 })).toThrow("ask for 64 or more");
});

test("more rows than can be summed are no problem of a series, and one of orders and of higher series", () => {
  const column = { name: "x", shape: [2], values: new Uint8Array(2 * 200_000_000) };
  const rows = {
    kind: "rows" as const,
    rows: 200_000_000,
    digest: "",
    columns: [column, { name: "y", shape: [], values: column.values }],
  };
  const many = largeLandscape({ ...net, data: [rows] }, "large");
  expect(predictionProblem(many, series(3), 0)).toBeUndefined();
  expect(predictionProblem(many, series(4), 0)).toBeDefined();
  expect(predictionProblem(many, { kind: "order", order: 2 }, 0)).toMatch(/rows/);
});
