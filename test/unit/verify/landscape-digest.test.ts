import { expect, test } from "vitest";
import type { DataSource, Expression, Landscape } from "../../../src/landscape/index.js";
import { landscapeDigest } from "../../../src/verify/index.js";
import { landscapeOf, normal, uniform } from "../landscape/read.js";

const rows = (values: ArrayLike<number>, ...names: string[]): DataSource => ({ kind: "rows", names, values });
const table = [1, 2, -0.5, 4];
const plain = landscapeOf("(w - x)^2 / 2 + sin(w - x)", { w: 0.5 }, [normal("x")]);

test("the same landscape has the same digest, by whatever name and in whatever objects and arrays", () => {
  const digest = landscapeDigest(plain);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(landscapeDigest({ ...structuredClone(plain), name: "another" })).toBe(digest);
  const lists = [table, Float64Array.from(table), Float32Array.from(table)].map((values) =>
    landscapeDigest({ ...plain, data: [rows(values, "x", "y")] }),
  );
  expect(new Set(lists).size).toBe(1);
  const shared: Expression = { kind: "call", name: "exp", argument: { kind: "symbol", name: "w" } };
  const twice = (one: Expression, other: Expression): Landscape => ({
    ...plain,
    loss: { kind: "product", factors: [one, other] },
  });
  expect(landscapeDigest(twice(shared, shared))).toBe(
    landscapeDigest(twice(shared, structuredClone(shared))),
  );
});

test("other landscapes have others", () => {
  const others: Landscape[] = [
    plain,
    { ...plain, weights: [{ name: "w", start: 0.25 }] },
    { ...plain, metric: [[2]] },
    { ...plain, metric: [[0.5]] },
    { ...plain, weights: [{ name: "v", start: 0.5 }] },
    { ...plain, weights: [...plain.weights, { name: "v", start: 0 }] },
    { ...plain, weights: [...plain.weights, { name: "v", start: -0 }] },
    { ...plain, data: [normal("x", 1)] },
    { ...plain, data: [normal("x", 0, 2)] },
    { ...plain, data: [normal("x"), normal("y")] },
    { ...plain, data: [uniform("x", 0, 1)] },
    { ...plain, data: [{ kind: "finite", name: "x", outcomes: [{ value: 1, probability: 1 }] }] },
    { ...plain, data: [{ kind: "finite", name: "x", outcomes: [{ value: 0, probability: 1 }] }] },
    { ...plain, data: [rows(table, "x", "y")] },
    { ...plain, data: [rows(table, "y", "x")] },
    { ...plain, data: [rows([...table, 1, 2], "x", "y")] },
    { ...plain, data: [rows(table.toReversed(), "x", "y")] },
    ...["w", "x", "w + x", "x + w", "w*x", "w/x", "x/w", "w^x", "x^w", "-w", "exp(w)", "sin(w)", "1", "2"]
      .concat(["(w + x) + w", "w + (x + w)", "logsumexp(w, x)", "w*w + x", "w*(w + x)"])
      .map((loss) => landscapeOf(loss, { w: 0.5 }, [normal("x")])),
  ];
  expect(new Set(others.map(landscapeDigest)).size).toBe(others.length);
});

test("a loss that nests deeply, and one of many shared parts, have theirs soon", () => {
  let deep: Expression = { kind: "symbol", name: "w" };
  let shared: Expression = { kind: "symbol", name: "w" };
  for (let depth = 0; depth < 100_000; depth++) {
    deep = { kind: "call", name: depth % 2 === 0 ? "sin" : "cos", argument: deep };
  }
  for (let level = 0; level < 200; level++) {
    shared = { kind: "sum", terms: [shared, shared] };
  }
  const digests = [deep, shared].map((loss) => landscapeDigest({ ...plain, loss }));
  expect(new Set(digests).size).toBe(2);
});
