import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metricEigenbasis, symmetricEigenbasis } from "../../../src/evaluate/eigen.js";
import { Evaluator } from "../../../src/evaluate/index.js";
import { metricRoot, withMetric } from "../../../src/landscape/index.js";
import { landscapeOf, normal } from "../landscape/read.js";

type Matrix = readonly (readonly number[])[];

/** What the basis leaves beside the diagonal and misses of being orthonormal, beside the diagonals that it belongs to. */
function flaws(matrix: Matrix): { mixed: number; skew: number } {
  const { values, vectors } = symmetricEigenbasis(matrix);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, i) => sum + one * b[i]!, 0);
  let mixed = 0;
  let skew = 0;
  for (let i = 0; i < matrix.length; i++) {
    const image = matrix.map((row) => dot(row, vectors[i]!));
    for (let j = 0; j < matrix.length; j++) {
      skew = Math.max(skew, Math.abs(dot(vectors[i]!, vectors[j]!) - (i === j ? 1 : 0)));
      const off = Math.abs(dot(vectors[j]!, image) - (i === j ? values[i]! : 0));
      mixed = Math.max(mixed, off / Math.sqrt(Math.abs(values[i]! * values[j]!)));
    }
  }
  return { mixed, skew };
}

test("with a metric directions are orthogonal by its inverse and by the matrix", () => {
  const entry = fc.double({ min: -2, max: 2, noNaN: true });
  const square = fc.array(fc.array(entry, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(square, square, (given, root) => {
      const matrix = given.map((row, i) => row.map((one, j) => one + given[j]![i]!));
      const metric = root.map((row, i) =>
        root.map((other, j) => row.reduce((sum, one, k) => sum + one * other[k]!, i === j ? 1 / 4 : 0)),
      );
      const { values, vectors } = metricEigenbasis(matrix, metric);
      metric.forEach((row, i) => {
        row.forEach((one, j) => {
          expect(vectors.reduce((sum, vector) => sum + vector[i]! * vector[j]!, 0)).toBeCloseTo(one, 11);
          const bent = vectors[i]!.reduce(
            (sum, share, a) =>
              sum + vectors[j]!.reduce((all, other, b) => all + share * matrix[a]![b]! * other, 0),
            0,
          );
          expect(bent).toBeCloseTo(i === j ? values[i]! : 0, 11);
        });
      });
    }),
    { numRuns: 50 },
  );
});

test("flat directions stay flat with any metric, beside curvatures of any scale", () => {
  const root = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(root, fc.integer({ min: -20, max: 20 }), (entries, scale) => {
      const metric = [0, 1, 2].map((i) =>
        [0, 1, 2].map((j) =>
          [0, 1, 2].reduce((sum, k) => sum + entries[3 * i + k]! * entries[3 * j + k]!, i === j ? 1 / 4 : 0),
        ),
      );
      const slope = [1, -2, 10 ** scale];
      const { values } = metricEigenbasis(
        slope.map((one) => slope.map((other) => one * other)),
        metric,
      );
      expect(values.filter((value) => value === 0)).toHaveLength(2);
      expect(Math.max(...values)).toBeGreaterThan(0);
    }),
    { numRuns: 50 },
  );
});

test("the identity is no metric, and what is not positive definite has no root", () => {
  const plain = landscapeOf("u^2 + v^2", { u: 1, v: 0 }, []);
  const one = withMetric(plain, [
    [1, 0],
    [0, 1],
  ]);
  expect(one).toBe(plain);
  const other = withMetric(plain, [
    [2, 0],
    [0, 1],
  ]);
  expect(withMetric(other, undefined)).toEqual(plain);
  expect(withMetric(other, undefined)).not.toHaveProperty("metric");
  for (const wrong of [
    [[0]],
    [[-1]],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [1, 1],
      [1, 1],
    ],
  ]) {
    expect(metricRoot(wrong)).toBeUndefined();
  }
});

describe("eigenbases", () => {
  test("of blocks of any scale are those of each block by itself", () => {
    const block = fc.record({
      scale: fc.integer({ min: -140, max: 140 }),
      a: fc.double({ min: 0.5, max: 2, noNaN: true }),
      b: fc.double({ min: 0.5, max: 2, noNaN: true }),
      mix: fc.double({ min: -0.99, max: 0.99, noNaN: true }),
      negative: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(block, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat(99)),
        (blocks, keys) => {
          const entries = blocks.flatMap(({ scale, a, b, mix, negative }, index) => {
            const size = 10 ** scale * (negative ? -1 : 1);
            const off = mix * Math.sqrt(a * b) * size;
            // The roots of a 2×2 block, the smaller from the determinant.
            const large = (a + b + Math.hypot(a - b, 2 * mix * Math.sqrt(a * b))) / 2;
            const values = [large * size, ((a * b * (1 - mix * mix)) / large) * size];
            return [0, 1].map((row) => ({
              index,
              row,
              diagonal: [a * size, b * size][row]!,
              off,
              value: values[row]!,
            }));
          });
          // In any order of the axes.
          const axes = entries
            .map((entry) => ({ entry, key: keys.next().value as number }))
            .sort((one, other) => one.key - other.key)
            .map(({ entry }) => entry);
          const matrix = axes.map((one) =>
            axes.map((other) => (one === other ? one.diagonal : one.index === other.index ? one.off : 0)),
          );
          const found = [...symmetricEigenbasis(matrix).values].sort((one, other) => one - other);
          const expected = entries.map(({ value }) => value).sort((one, other) => one - other);
          found.forEach((value, place) => {
            expect(Math.abs(value / expected[place]! - 1)).toBeLessThan(1e-12);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test("of graded matrices keep small eigenvalues' digits, and are orthonormal", () => {
    // A positive definite matrix scaled from both sides: each entry counts beside its own diagonals.
    const core = [
      [2, 0.7, -0.3, 0.5],
      [0.7, 1, 0.2, 0.1],
      [-0.3, 0.2, 1.5, -0.4],
      [0.5, 0.1, -0.4, 1],
    ];
    for (const scales of [
      [1, 1, 1, 1],
      [1e8, 1, 1e-8, 1e3],
      [1e-12, 1e12, 1, 1e6],
    ]) {
      const matrix = core.map((row, i) => row.map((entry, j) => entry * scales[i]! * scales[j]!));
      const { mixed, skew } = flaws(matrix);
      expect(skew).toBeLessThan(1e-14);
      // Products of vectors with the matrix round, by as much as the largest terms that cancel in them.
      const largest = Math.max(...scales) / Math.min(...scales);
      expect(mixed).toBeLessThan(1e-15 * Math.max(1, largest));
      const product = symmetricEigenbasis(matrix).values.reduce((one, other) => one * other, 1);
      // The determinant: that of the core times all the scales, squared.
      const determinant = determinantOf(core) * scales.reduce((one, other) => one * other, 1) ** 2;
      expect(product / determinant).toBeCloseTo(1, 12);
    }
  });

  test("of matrices of low rank, and with zeros on the diagonal, are found", () => {
    for (const size of [2, 5, 12]) {
      const ones = Array.from({ length: size }, () => new Array<number>(size).fill(1));
      const values = [...symmetricEigenbasis(ones).values].sort((a, b) => b - a);
      expect(values[0]).toBeCloseTo(size, 12);
      values.slice(1).forEach((value) => {
        expect(Math.abs(value)).toBeLessThan(1e-14 * size);
      });
    }
    const saddle = symmetricEigenbasis([
      [0, 3],
      [3, 0],
    ]);
    expect([...saddle.values].sort()).toEqual([-3, 3].map((one) => expect.closeTo(one, 14)));
  });

  test("of diagonal matrices are the axes, in order", () => {
    const diagonal = [3, 0, -1e-20, 1e17, 3];
    const matrix = diagonal.map((value, i) => diagonal.map((_, j) => (i === j ? value : 0)));
    const { values, vectors } = symmetricEigenbasis(matrix);
    expect(values).toEqual(diagonal);
    expect(vectors).toEqual(diagonal.map((_, i) => diagonal.map((__, j) => (i === j ? 1 : 0))));
  });
});

function determinantOf(matrix: Matrix): number {
  if (matrix.length === 1) {
    return matrix[0]![0]!;
  }
  return matrix[0]!.reduce(
    (sum, entry, column) =>
      sum +
      (column % 2 === 0 ? 1 : -1) *
        entry *
        determinantOf(matrix.slice(1).map((row) => row.filter((_, at) => at !== column))),
    0,
  );
}

test("a steep direction at rest leaves the others' predictions as they are", () => {
  const eta = 0.1;
  const T = 20;
  const landscape = (steep: string) =>
    landscapeOf(`${steep}(v^2 + w^2)/2 + 0.9*v*w + x*v`, { u: 0, v: 0, w: 0 }, [normal("x")]);
  const evaluator = new Evaluator(landscape("1e17*u^2/2 + "), { order: 2 });
  const { total } = evaluator.evaluate({
    spacetime: { optimiser: "gd", parameters: { N: 2, T } },
    eta,
    observable: { name: "test_loss", weights: [] },
    selection: { kind: "order", order: 2 },
    sum: "exact",
  });
  // C is along v, half in each eigendirection; of N = 2 points the noise is halved.
  const expected = [1.9, 0.1].reduce((sum, h) => {
    const geometric = (1 - (1 - eta * h) ** T) / (eta * h);
    return sum + ((eta ** 2 / 2) * h * geometric ** 2) / 2 / 2;
  }, 0);
  expect(total[0]! / expected).toBeCloseTo(1, 12);
});
