import { describe, expect, test } from "vitest";
import { type Expansion, expandLandscape, LandscapeError } from "../../../src/landscape/index.js";
import {
  functionOfTensors,
  RowDerivatives,
  sizeOf,
  type TensorLandscape,
  unfoldFunctions,
} from "../../../src/tensors/index.js";
import { alongScalars } from "./along.js";
import { add, apply, call, datum, landscapeOf, numbers, raised, rowsOf, times, weight } from "./make.js";
import { dense, dropout, nets, rows } from "./networks.js";

function startOf({ weights }: TensorLandscape): Float64Array {
  return Float64Array.from(weights.flatMap(({ start }) => [...start]));
}

/** So many vectors, one behind the other. */
function vectors(net: TensorLandscape, count: number, seed: number): Float64Array {
  return numbers(count * startOf(net).length, seed);
}

/** A vector as tensors. */
function asTensors({ weights }: TensorLandscape, vector: Float64Array): Float64Array[] {
  let end = 0;
  return weights.map(({ shape }) => {
    end += sizeOf(shape);
    return vector.subarray(end - sizeOf(shape), end);
  });
}

/** The landscape along the directions, expanded; rows other than some are left out. */
function expanded(net: TensorLandscape, along: readonly Float64Array[], row?: number): Expansion {
  const own: TensorLandscape = {
    ...net,
    data: net.data.map((source) =>
      source.kind === "rows" && row !== undefined
        ? {
            ...source,
            rows: 1,
            columns: source.columns.map((column) => {
              const size = sizeOf(column.shape);
              return { ...column, values: Array.from(column.values).slice(row * size, (row + 1) * size) };
            }),
          }
        : source,
    ),
  };
  return expandLandscape(
    alongScalars(
      own,
      along.map((direction) => asTensors(net, direction)),
    ),
    { order: along.length, partSize: 1 },
  );
}

/** The derivative once along each direction. */
function derivative(expansion: Expansion, count: number): number {
  return expansion.cumulant([expansion.derivative(Array.from({ length: count }, (_, i) => i))]);
}

const inner = (one: Float64Array, other: Float64Array): number =>
  one.reduce((total, x, i) => total + x * other[i]!, 0);

describe("derivatives of rows along directions", () => {
  test.each(nets)("of %s are those of the scalar evaluator", (_, make) => {
    const net = make();
    const derivatives = new RowDerivatives(net, startOf(net));
    const { dimension } = derivatives;
    expect(dimension).toBe(startOf(net).length);
    expect(derivatives.operations).toBeGreaterThan(2 * dimension);
    const probe = vectors(net, 1, 0.7);
    expect(derivatives.value).toBeCloseTo(expanded(net, []).loss, 13);
    const all = Array.from({ length: derivatives.rows }, (__, row) => derivatives.probability(row));
    expect(all.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 14);
    for (const order of [0, 1, 2]) {
      // two choices of directions
      const along = [1.3, 4.1].slice(0, order).map((seed) => vectors(net, 2, seed));
      const found = derivatives.gradients(2, along);
      for (const choice of [0, 1]) {
        const own = along.map((list) => list.subarray(choice * dimension, (choice + 1) * dimension));
        const vector = found.subarray(choice * dimension, (choice + 1) * dimension);
        expect(inner(vector, probe)).toBeCloseTo(derivative(expanded(net, [...own, probe]), order + 1), 11);
      }
    }
  });

  test("of rows that repeat, with directions that they share and of their own", () => {
    const net = dense();
    const derivatives = new RowDerivatives(net, startOf(net));
    const { dimension } = derivatives;
    const chosen = [3, 0, 3, 5];
    const [shared, each] = [vectors(net, 1, 2.2), vectors(net, chosen.length, 3.1)];
    const probe = vectors(net, 1, 0.7);
    for (const along of [
      [],
      [shared],
      [each],
      [shared, shared],
      [shared, each],
      [each, shared],
      [each, each],
    ]) {
      const found = derivatives.rowGradients(chosen, along);
      chosen.forEach((row, item) => {
        const from = item * dimension;
        const own = along.map((list) =>
          list.length === dimension ? list : list.subarray(from, from + dimension),
        );
        const vector = found.subarray(from, from + dimension);
        expect(inner(vector, probe)).toBeCloseTo(
          derivative(expanded(net, [...own, probe], row), own.length + 1),
          11,
        );
      });
    }
  });

  test("along all choices among directions are what they are one by one, also where two are the same", () => {
    const net = dense();
    const derivatives = new RowDerivatives(net, startOf(net));
    const chosen = Array.from({ length: derivatives.batch + 2 }, (_, i) => (i * i) % rows);
    const [shared, each, other] = [
      vectors(net, 1, 2.2),
      vectors(net, chosen.length, 3.1),
      vectors(net, chosen.length, 1.3),
    ];
    for (const along of [[], [each], [shared, each], [each, other], [each, each], [shared, shared]]) {
      const found = derivatives.rowGradientsOfAll(chosen, along);
      expect(found.length).toBe(2 ** along.length);
      found.forEach((vectorsOfSet, set) => {
        const own = along.filter((_, place) => ((set >> place) & 1) === 1);
        const right = derivatives.rowGradients(chosen, own);
        expect(vectorsOfSet.length).toBe(right.length);
        const far = vectorsOfSet.map(
          (entry, place) => Math.abs(entry - right[place]!) / Math.max(1, Math.abs(right[place]!)),
        );
        expect(Math.max(...far)).toBeLessThanOrEqual(1e-13);
      });
    }
  });

  test("more rows than a batch are taken a batch at a time", () => {
    const net = dense();
    const derivatives = new RowDerivatives(net, startOf(net));
    const many = Array.from({ length: 2 * derivatives.batch + 1 }, (_, i) => (i * i) % rows);
    const each = vectors(net, many.length, 1.9);
    const found = derivatives.rowGradients(many, [each]);
    const { dimension } = derivatives;
    for (const item of [0, derivatives.batch - 1, derivatives.batch, many.length - 1]) {
      const own = each.subarray(item * dimension, (item + 1) * dimension);
      expect(found.subarray(item * dimension, (item + 1) * dimension)).toEqual(
        derivatives.rowGradients([many[item]!], [own]),
      );
    }
  });

  test("data that are drawn entry by entry are combined with rows", () => {
    const derivatives = new RowDerivatives(dropout(), startOf(dropout()));
    expect(derivatives.rows).toBe(rows * 8);
    expect(derivatives.probability(0)).toBeCloseTo(0.8 ** 3 / rows, 15);
    const continuous = landscapeOf(times(weight("w"), datum("x")), { w: [] }, [
      {
        kind: "independent",
        name: "x",
        shape: [],
        entry: { kind: "continuous", name: "x", distribution: "normal", parameters: [0, 1] },
      },
    ]);
    expect(() => new RowDerivatives(continuous, Float64Array.of(1))).toThrow(
      new LandscapeError(
        "test",
        "the datum x has infinitely many values, and expectations are sums over all values; take data of a file, bernoulli or discrete",
      ),
    );
  });

  test("where they are not finite, that is said with the place", () => {
    const root = landscapeOf(
      call("sum", [apply("sqrt", add(weight("v", 8), datum("x")))], undefined),
      { v: [8] },
      [rowsOf(3, { x: { shape: [], values: [1, 0, -2] } })],
    );
    const derivatives = new RowDerivatives(root, Float64Array.of(0, 1, 1, 1, 1, 1, 1, 1));
    const place = "v[0] = 0, v[1] = 1, v[2] = 1, v[3] = 1, v[4] = 1, v[5] = 1, …";
    const remedy = "start elsewhere, or change the loss or its data so that it is smooth there";
    expect(() => derivatives.value).toThrow(
      new LandscapeError("test", `the loss is not finite at ${place} and row 3 of the data; ${remedy}`),
    );
    expect(() => derivatives.rowGradients([0, 1], [])).toThrow(
      new LandscapeError(
        "test",
        `a derivative of order 1 of the loss is not finite at ${place} and row 2 of the data; ${remedy}`,
      ),
    );
    expect(() => derivatives.gradients(1, [new Float64Array(8)])).toThrow(
      new LandscapeError("test", `a derivative of order 2 of the loss is not finite at ${place}; ${remedy}`),
    );
    expect([...derivatives.rowGradients([0], [])].slice(0, 1)).toEqual([0.5]);
  });

  test("what no weight enters, or only some, has zeros", () => {
    const net = landscapeOf(times(3, raised(weight("v"), 2)), { w: [2], v: [] });
    const derivatives = new RowDerivatives(net, Float64Array.of(1, 2, 5));
    expect(derivatives.rows).toBe(1);
    expect(derivatives.value).toBe(75);
    expect([...derivatives.gradients(1, [])]).toEqual([0, 0, 30]);
    expect([...derivatives.gradients(1, [Float64Array.of(7, 7, 2)])]).toEqual([0, 0, 12]);
    expect([
      ...derivatives.rowGradients([0, 0], [Float64Array.of(1, 1, 1), Float64Array.of(1, 1, 1)]),
    ]).toEqual(new Array(6).fill(0));
  });
});

test("functions of weights go from tensors to scalars and back", () => {
  const net = dense();
  const [A, b] = [weight("A", 3, 2), weight("b", 3)];
  const radius = add(
    call("sum", [call("square", [A])], undefined),
    call("logsumexp", [b]),
    times(0.5, call("dot", [call("softmax", [b]), b])),
  );
  const [[scalar]] = unfoldFunctions(net, [radius]) as [[never]];
  const back = functionOfTensors(net, scalar);
  const own: TensorLandscape = { ...net, data: [] };
  const [one, other] = [radius, back].map((expression) => new RowDerivatives(own, startOf(net), expression));
  expect(other!.value).toBeCloseTo(one!.value, 14);
  const direction = vectors(net, 1, 4.4);
  for (const along of [[], [direction], [direction, direction]]) {
    const wanted = one!.gradients(1, along);
    other!.gradients(1, along).forEach((entry, i) => {
      expect(entry).toBeCloseTo(wanted[i]!, 12);
    });
  }
  expect(() => functionOfTensors(net, { kind: "symbol", name: "q" })).toThrow("q is no entry of a weight");
});
