import { expect, test } from "vitest";
import { formatObservable } from "../../../src/observables/format.js";
import { titleOf } from "../../../src/observables/index.js";
import { entryNames } from "../../../src/tensors/index.js";

const tensors = [
  { name: "A", shape: [2, 3] },
  { name: "w", shape: [] },
  { name: "b", shape: [1, 2] },
];
const weights = tensors.flatMap(({ name, shape }) => entryNames(name, shape).map((own) => ({ name: own })));

test.each([
  [[0, 1, 2, 3, 4, 5], "A"],
  [[3, 4, 5], "A[1]"],
  [[0, 1], "A[0, 0], A[0, 1]"],
  [[3, 4, 5, 6, 7, 8], "A[1], w, b"],
  [[0, 1, 2, 4, 3, 5], "A[0], A[1, 1], A[1, 0], A[1, 2]"],
  [[6], "w"],
  [[8, 7], "b[0, 1], b[0, 0]"],
  [[7, 8, 0, 1, 2, 3, 4, 5], "b, A"],
])("weights %o are called %s", (chosen, names) => {
  const observable = { name: "displacement", weights: chosen };
  expect(titleOf(observable, { weights, tensors })).toBe(`displacement(${names})`);
  expect(titleOf(observable, { weights })).toBe(
    `displacement(${chosen.map((index) => weights[index]!.name).join(", ")})`,
  );
});

test("all weights together need no names, and long functions are cut short", () => {
  const all = { name: "displacement", weights: weights.map((_, index) => index) };
  expect(titleOf(all, { weights, tensors })).toBe("displacement");
  const terms = weights.map(({ name }) => ({ kind: "symbol", name }) as const);
  const value = { kind: "sum", terms: Array.from({ length: 50 }, () => terms).flat() } as const;
  const text = formatObservable({ name: "size", weights: [], value }, { weights, tensors });
  expect(text).toMatch(/^size = A\[0, 0\] \+ .*…$/);
  expect(text.length).toBeLessThan(200);
});
