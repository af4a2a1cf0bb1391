import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DataSource,
  evaluateExpression,
  expandLandscape,
  hessian,
  type Landscape,
} from "../../../src/landscape/index.js";
import { agrees, discrete, landscapeOf, normal, read, uniform } from "./read.js";

/**
 * A joint cumulant from its definition, the mixed derivative of `log E exp(Σ t_i X_i)` at zero, in the
 * algebra where every `t_i² = 0`: raw moments, and the power series of the logarithm.
 */
function definition(samples: readonly (readonly number[])[], probabilities: readonly number[]): number {
  const n = samples[0]!.length;
  const size = 1 << n;
  const generating = new Float64Array(size);
  samples.forEach((values, q) => {
    for (let mask = 0; mask < size; mask++) {
      let product = probabilities[q]!;
      for (let i = 0; i < n; i++) {
        if (mask & (1 << i)) {
          product *= values[i]!;
        }
      }
      generating[mask]! += product;
    }
  });
  generating[0] = 0;
  let power = new Float64Array(size);
  power[0] = 1;
  let total = 0;
  for (let k = 1; k <= n; k++) {
    const next = new Float64Array(size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        if ((a & b) === 0) {
          next[a | b]! += power[a]! * generating[b]!;
        }
      }
    }
    power = next;
    total += ((k % 2 === 1 ? 1 : -1) / k) * power[size - 1]!;
  }
  return total;
}

/** Central differences of the loss at given data: derivatives without Taylor arithmetic. */
function difference(landscape: Landscape, indices: readonly number[], data: Record<string, number>): number {
  const h = 1e-2;
  const at = (shift: readonly number[]): number => {
    const values: Record<string, number> = { ...data };
    landscape.weights.forEach(({ name, start }, i) => {
      values[name] = start + h * shift[i]!;
    });
    return evaluateExpression(landscape.loss, values);
  };
  const recurse = (position: number, shift: number[]): number => {
    if (position === indices.length) {
      return at(shift);
    }
    const step = (by: number): number =>
      recurse(
        position + 1,
        shift.map((value, i) => (i === indices[position] ? value + by : value)),
      );
    // sixth order
    return (45 * (step(1) - step(-1)) - 9 * (step(2) - step(-2)) + step(3) - step(-3)) / (60 * h);
  };
  return recurse(
    0,
    landscape.weights.map(() => 0),
  );
}

describe("cumulants", () => {
  test("Gauss: the gradient is (1 − x²)/2, a chi-square", () => {
    const gauss = landscapeOf("(h + x^2*exp(-h)) / 2", { h: 0 }, [normal("x")]);
    const expansion = expandLandscape(gauss, { order: 4, partSize: 6 });
    expect(expansion.loss).toBeCloseTo(0.5, 15);
    const g = expansion.derivative([0]);
    expect(Math.abs(expansion.cumulant([g]))).toBeLessThan(1e-16);
    // κ_n of −χ²/2 is (−1)^n (n−1)!/2 for n ≥ 2
    let factorial = 1;
    for (let n = 2; n <= 6; n++) {
      factorial *= Math.max(1, n - 1);
      expect(expansion.cumulant(Array(n).fill(g)) / (((-1) ** n * factorial) / 2)).toBeCloseTo(1, 13);
    }
    expect(hessian(gauss)[0]![0]).toBeCloseTo(0.5, 15);
    // ∇²l = x²/2 = 1/2 − ∇l
    const H = expansion.derivative([0, 0]);
    expect(expansion.cumulant([g, H])).toBeCloseTo(-0.5, 14);
    expect(expansion.cumulant([H, g, g])).toBeCloseTo(1, 14);
  });

  test("cumulants of a normal gradient beyond the second vanish", () => {
    const expansion = expandLandscape(landscapeOf("w^2 + 3*w*x", { w: 0.2 }, [normal("x", 2, 0.5)]), {
      order: 2,
      partSize: 6,
    });
    const g = expansion.derivative([0]);
    expect(expansion.cumulant([g])).toBeCloseTo(0.4 + 6, 13);
    expect(expansion.cumulant([g, g])).toBeCloseTo(2.25, 14);
    for (let n = 3; n <= 6; n++) {
      expect(Math.abs(expansion.cumulant(Array(n).fill(g)))).toBeLessThan(1e-13 * 1.5 ** n);
    }
    expect(expansion.cumulant([g, expansion.derivative([0, 0])])).toBe(0);
  });

  test("discrete data and rows agree with the definition", () => {
    const rows = [
      [1, 2],
      [0.5, -1],
      [-2, 0.25],
    ];
    const landscape = landscapeOf(
      "sin(u*a + v*b) * exp(-u*x/3) + x*y*u*v + (u*a - v*y)^3 + tanh(v*x)*y",
      { u: 0.4, v: -0.3 },
      [
        discrete("x", { "-1": 2 / 3, "2": 1 / 3 }),
        { kind: "rows", names: ["a", "b"], values: rows.flat() },
        discrete("y", { "0": 0.25, "1": 0.5, "3": 0.25 }),
      ],
    );
    const expansion = expandLandscape(landscape, { order: 2, partSize: 4 });
    const tensors = [[], [0], [1], [0, 0], [0, 1]];
    const samples: number[][] = [];
    const probabilities: number[] = [];
    for (const [x, px] of [
      [-1, 2 / 3],
      [2, 1 / 3],
    ] as const) {
      for (const [a, b] of rows) {
        for (const [y, py] of [
          [0, 0.25],
          [1, 0.5],
          [3, 0.25],
        ] as const) {
          const data = { x, a: a!, b: b!, y };
          samples.push(tensors.map((indices) => difference(landscape, indices, data)));
          probabilities.push((px * py) / 3);
        }
      }
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }), (chosen) => {
        const wanted = definition(
          samples.map((values) => chosen.map((i) => values[i]!)),
          probabilities,
        );
        const found = expansion.cumulant(chosen.map((i) => expansion.derivative(tensors[i]!)));
        return agrees(found, wanted, 1e-6, 10 + Math.abs(wanted));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  // on few points everything shares a grid; on many, terms are kept apart
  test.each([3, 11])("separating a loss changes nothing: %i values a datum", (count) => {
    const spread = (from: number, to: number): number[] =>
      Array.from({ length: count }, (_, i) => from + ((to - from) * i ** 1.5) / (count - 1) ** 1.5);
    const xs = spread(-1, 2);
    const ys = spread(1, -2);
    const zs = spread(0, 3);
    const loss =
      "(u*x + v*y - z + 1)^2 / 2 + u*x*y*z + exp(u*x + y/2 - v) + sin(v + x)*z + tanh(u*y) * z^2 / (1 + z^2)";
    const weights = { u: 0.3, v: -0.2 };
    const uniformly = (name: string, values: number[]): DataSource => ({
      kind: "finite",
      name,
      outcomes: values.map((value) => ({ value, probability: 1 / values.length })),
    });
    const options = { order: 2, partSize: 3 };
    const independent = expandLandscape(
      landscapeOf(loss, weights, [uniformly("x", xs), uniformly("y", ys), uniformly("z", zs)]),
      options,
    );
    const rows = xs.flatMap((x) => ys.flatMap((y) => zs.map((z) => [x, y, z])));
    const joint = expandLandscape(
      landscapeOf(loss, weights, [{ kind: "rows", names: ["x", "y", "z"], values: rows.flat() }]),
      options,
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }), (ids) => {
        const scale = ids.reduce(
          (product, id) => product * Math.sqrt(joint.cumulant([id, id]) + joint.cumulant([id]) ** 2 + 1e-9),
          1,
        );
        return agrees(independent.cumulant(ids), joint.cumulant(ids), 1e-12, 10 * scale);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test("linear regression on ten features, by Isserlis", () => {
    const p = 10;
    const weights = Object.fromEntries(Array.from({ length: p }, (_, i) => [`w${i}`, 0.1 * i - 0.3]));
    const d = Object.values(weights).map((w, i) => w - (i % 3));
    const features = Array.from({ length: p }, (_, i) => `(w${i} - ${i % 3}) * x${i}`);
    const landscape = landscapeOf(`(${features.join(" + ")} - 0.5*noise)^2 / 2`, weights, [
      ...Array.from({ length: p }, (_, i) => normal(`x${i}`)),
      normal("noise"),
    ]);
    const expansion = expandLandscape(landscape, { order: 3, partSize: 3 });
    const total = d.reduce((sum, value) => sum + value * value, 0.25);
    expect(expansion.loss).toBeCloseTo(total / 2, 12);
    const residual = [...d, -0.5];
    // a factor is a list of (variable, coefficient): g_i = x_i · r, H_ij = x_i · x_j
    type Linear = readonly (readonly [number, number])[];
    const r: Linear = residual.map((value, i) => [i, value]);
    const x = (i: number): Linear => [[i, 1]];
    const covariance = (a: Linear, b: Linear): number => {
      let sum = 0;
      for (const [i, ai] of a) {
        for (const [j, bj] of b) {
          if (i === j) {
            sum += ai * bj;
          }
        }
      }
      return sum;
    };
    /** Pairings of all the factors that connect the groups, by definition of a Gaussian cumulant. */
    const isserlis = (groups: readonly (readonly Linear[])[]): number => {
      const factors = groups.flatMap((group, g) => group.map((linear) => ({ linear, g })));
      const leaders = groups.map((_, g) => g);
      const pair = (left: typeof factors, links: readonly (readonly [number, number])[]): number => {
        if (left.length === 0) {
          const reached = new Set([0]);
          for (let i = 0; i < leaders.length; i++) {
            for (const [a, b] of links) {
              if (reached.has(a)) {
                reached.add(b);
              }
              if (reached.has(b)) {
                reached.add(a);
              }
            }
          }
          return reached.size === groups.length ? 1 : 0;
        }
        const [first, ...rest] = left;
        let sum = 0;
        rest.forEach((other, i) => {
          const value = covariance(first!.linear, other.linear);
          if (value !== 0) {
            sum += value * pair(rest.toSpliced(i, 1), [...links, [first!.g, other.g]]);
          }
        });
        return sum;
      };
      return pair(factors, []);
    };
    const g = (i: number): { id: number; factors: Linear[] } => ({
      id: expansion.derivative([i]),
      factors: [x(i), r],
    });
    const H = (i: number, j: number): { id: number; factors: Linear[] } => ({
      id: expansion.derivative([i, j]),
      factors: [x(i), x(j)],
    });
    for (const chosen of [
      [g(1), g(1)],
      [g(1), g(4)],
      [g(2), H(2, 7)],
      [H(3, 3), H(3, 3)],
      [g(0), g(0), g(0)],
      [g(0), g(3), g(9)],
      [g(5), g(5), H(5, 5)],
      [g(5), g(6), H(5, 6)],
      [g(1), H(1, 2), H(2, 3)],
      [H(1, 2), H(2, 3), H(1, 3)],
    ]) {
      const found = expansion.cumulant(chosen.map(({ id }) => id));
      expect(found).toBeCloseTo(isserlis(chosen.map(({ factors }) => factors)), 10);
    }
    expect(
      hessian(landscape)
        .flat()
        .every((value, i) => agrees(value, i % (p + 1) === 0 ? 1 : 0, 1e-13, 1)),
    ).toBe(true);
  });

  test("cumulants add over independent data", () => {
    const both = expandLandscape(
      landscapeOf("exp(u*x) + u^2*y^2 + cos(u)", { u: 0.2 }, [normal("x"), uniform("y", 0, 1)]),
      { order: 2, partSize: 4 },
    );
    const first = expandLandscape(landscapeOf("exp(u*x)", { u: 0.2 }, [normal("x")]), {
      order: 2,
      partSize: 4,
    });
    const second = expandLandscape(landscapeOf("u^2*y^2", { u: 0.2 }, [uniform("y", 0, 1)]), {
      order: 2,
      partSize: 4,
    });
    for (const ids of [
      [1, 1],
      [1, 2],
      [1, 1, 2],
      [1, 1, 1, 1],
      [0, 1, 2],
    ]) {
      expect(both.cumulant(ids)).toBeCloseTo(first.cumulant(ids) + second.cumulant(ids), 11);
    }
  });

  test("turned coordinates turn the cumulants, with many independent data too", () => {
    const names = Array.from({ length: 12 }, (_, i) => `x${i}`);
    const landscape = landscapeOf(
      `(u*(${names.slice(0, 6).join(" + ")}) + v*(${names.slice(6).join(" + ")}) - x0)^2 + u^3*x1*x2`,
      { u: 0.3, v: -0.2 },
      names.map((name, i) => (i % 2 === 0 ? normal(name, 0.1) : discrete(name, { "-1": 0.7, "2": 0.3 }))),
    );
    const plain = expandLandscape(landscape, { order: 2, partSize: 3 });
    const basis = [
      [0.6, -0.8],
      [1, 0.5],
    ];
    const turned = expandLandscape(landscape, { order: 2, partSize: 3, basis });
    const value = (groups: readonly (readonly number[])[]): number => {
      const flat = groups.flat();
      let total = 0;
      for (let choice = 0; choice < 2 ** flat.length; choice++) {
        let factor = 1;
        let position = 0;
        const ids = groups.map((group) =>
          plain.derivative(
            group.map((mu) => {
              const i = (choice >> position++) & 1;
              factor *= basis[mu]![i]!;
              return i;
            }),
          ),
        );
        total += factor * plain.cumulant(ids);
      }
      return total;
    };
    for (const groups of [
      [[0]],
      [[0], [1]],
      [[0, 1], [1]],
      [[1], [0, 0]],
      [[0], [1], [1]],
      [[0], [], [1, 1]],
    ]) {
      const found = turned.cumulant(groups.map((group) => turned.derivative(group)));
      expect(found / value(groups)).toBeCloseTo(1, 10);
    }
  });

  test("the order of numbers does not matter, and repeated calls agree", () => {
    const expansion = expandLandscape(
      landscapeOf("u*x*v + v^2*x^3 + u^3*x^2", { u: 0.3, v: 0.1 }, [normal("x", 0.4)]),
      { order: 2, partSize: 3 },
    );
    const value = expansion.cumulant([4, 1, 2]);
    expect(expansion.cumulant([1, 2, 4])).toBe(value);
    expect(expansion.cumulant([2, 4, 1])).toBe(value);
    expect(value).not.toBe(0);
  });

  test("many rows", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [Math.sin(i), Math.cos(3 * i) + 0.2]);
    const landscape = landscapeOf("(a*s + b - c)^2 / 2 + 0.1*a^2", { a: 0.5, b: -0.1 }, [
      { kind: "rows", names: ["s", "c"], values: rows.flat() },
    ]);
    const expansion = expandLandscape(landscape, { order: 2, partSize: 3 });
    const loss = read("(a*s + b - c)^2 / 2 + 0.1*a^2");
    let mean = 0;
    const gradients: number[][] = [];
    for (const [s, c] of rows) {
      mean += evaluateExpression(loss, { a: 0.5, b: -0.1, s: s!, c: c! }) / rows.length;
      const residual = 0.5 * s! - 0.1 - c!;
      gradients.push([residual * s! + 0.1, residual]);
    }
    expect(expansion.loss).toBeCloseTo(mean, 12);
    const wanted = definition(
      gradients.map(([a, b]) => [a!, b!, b!]),
      rows.map(() => 1 / rows.length),
    );
    expect(expansion.cumulant([1, 2, 2])).toBeCloseTo(wanted, 11);
  });
});
