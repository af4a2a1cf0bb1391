import { expect, test } from "vitest";
import type { EntrywiseFunction, Shape } from "../../../src/tensors/index.js";
import {
  exactCase,
  expectAsInterpreted,
  kindsOf,
  type LoopCase,
  lanes,
  programOf,
  singles,
  wholeNumbers,
} from "./carry-out.js";

/** Rows that differ from lane to lane. */
const rowsOf = (...rows: readonly (readonly number[])[]) => [
  Array.from({ length: lanes }, (_, lane) =>
    Float64Array.from(rows.flat(), (value) => (Number.isFinite(value) ? value + lane : value)),
  ),
];

test("logarithms of sums of exponentials", async () => {
  const rows = (shape: Shape, make: readonly (readonly number[])[]): LoopCase => ({
    name: `rows ${JSON.stringify(make)}`,
    program: programOf([shape], (b, x) => b.logsumexp(x!)),
    inputs: rowsOf(...make),
    off: 1.5e-7,
  });
  await expectAsInterpreted([
    rows([2], [[3, 3]]),
    rows([5], [[1, 1, 1, 1, 1]]),
    rows([3], [[2, 5, 5]]),
    rows([4], [[-100, 3, -40, 2.5]]),
    rows([3], [[-5000, -5001, -5002]]),
    rows([3], [[5000, 5001, 5002]]),
    rows([3], [[-Infinity, 1, 2]]),
    rows([3], [[-Infinity, -Infinity, -Infinity]]),
    rows([3], [[1, Infinity, 2]]),
    rows([3], [[Infinity, Infinity, 2]]),
    rows([3], [[NaN, 1, 2]]),
    rows([3], [[1, NaN, 2]]),
    rows([3], [[1, 2, NaN]]),
    rows(
      [3, 2],
      [
        [1, 2],
        [-Infinity, -Infinity],
        [7, -7],
      ],
    ),
    {
      name: "of one entry, of sums, and scaled",
      program: programOf(
        [
          [3, 1],
          [3, 4],
        ],
        (b, x, y) => [
          b.logsumexp(x!),
          b.logsumexp(b.add(x!, y!)),
          b.logsumexp(b.scale(-2, y!)),
          b.scale(3, b.logsumexp(b.gather(y!, Int32Array.from([11, -1, 3, 2, 2, 0]), [2, 3]))),
        ],
      ),
      inputs: singles(
        [
          [3, 1],
          [3, 4],
        ],
        -4,
        4,
      ),
      off: 3e-7,
    },
  ]);
});

test("classes are told by ones", async () => {
  const numbers = [[0, 2, 3, 4, -1, 1.5, NaN, Infinity]];
  await expectAsInterpreted([
    {
      name: "one row",
      program: programOf([[]], (b, x) => b.oneHot(x!, 3)),
      inputs: [[[0], [1], [2], [3]]],
    },
    {
      name: "numbers that are none of them too",
      program: programOf([[8]], (b, x) => b.oneHot(x!, 4)),
      inputs: rowsOf(...numbers),
    },
    exactCase("of sums, scaled, and of placed ones", [[4]], (b, x) => [
      b.oneHot(b.add(x!, b.constant(4, [4])), 5),
      b.oneHot(b.scale(-1, x!), 5),
      b.oneHot(b.gather(x!, Int32Array.from([3, -1, 0]), [3]), 7),
      b.matmul(b.oneHot(x!, 5), b.oneHot(x!, 5), true, false),
    ]),
  ]);
});

const functions: Readonly<Record<EntrywiseFunction, readonly [number, number]>> = {
  exp: [-3, 3],
  expm1: [-3, 3],
  log: [0.1, 5],
  log1p: [-0.5, 5],
  log2: [0.1, 5],
  log10: [0.1, 5],
  sqrt: [0, 9],
  cbrt: [-9, 9],
  sin: [-4, 4],
  cos: [-4, 4],
  tan: [-1, 1],
  asin: [-1, 1],
  acos: [-1, 1],
  atan: [-4, 4],
  sinh: [-3, 3],
  cosh: [-3, 3],
  tanh: [-3, 3],
  asinh: [-4, 4],
  acosh: [1, 5],
  atanh: [-0.8, 0.8],
  abs: [-3, 3],
  softplus: [-4, 4],
  sigmoid: [-4, 4],
  logcosh: [-4, 4],
  erf: [-3, 3],
  tanhSlope: [-3, 3],
};

test("functions of entries, alone and with others of the same entries", async () => {
  const cases = Object.entries(functions).map(([name, [low, high]]): LoopCase => {
    const own = name as EntrywiseFunction;
    return {
      name,
      program: programOf([[11]], (b, x) => [
        b.call(own, x!),
        b.add(b.call(own, b.scale(0.5, b.add(x!, x!))), b.constant(1, [11])),
      ]),
      inputs: singles([[11]], low, high),
      off: 1e-6,
    };
  });
  const shared: LoopCase = {
    name: "three of one",
    program: programOf([[7]], (b, x) => [
      b.multiply(b.call("tanh", x!), b.call("tanhSlope", x!)),
      b.call("logcosh", x!),
    ]),
    inputs: singles([[7]], -3, 3),
    off: 1e-6,
  };
  await expectAsInterpreted([...cases, shared]);
  expect(kindsOf(shared)).toEqual(["entrywise", "entrywise"]);
});

test("what is long is worked out in several loops", async () => {
  const long: LoopCase = {
    name: "forty sines",
    program: programOf([[5]], (b, x) => {
      let value = x!;
      for (let step = 0; step < 40; step++) {
        value = b.call("sin", b.add(value, x!));
      }
      return value;
    }),
    inputs: singles([[5]]),
    off: 1e-5,
  };
  await expectAsInterpreted([long]);
  expect(kindsOf(long)).toEqual(["entrywise", "entrywise", "entrywise"]);
});

test("powers, by numbers and by tensors", async () => {
  const shapes: readonly Shape[] = [[7], [7]];
  const inputs = singles(shapes, 0.2, 2);
  await expectAsInterpreted([
    ...[2, 3, 4, -1, -2, 0.5, -0.5, 1.5, 1 / 3, 2.7].map(
      (exponent): LoopCase => ({
        name: `to ${exponent}`,
        program: programOf(shapes, (b, x) => b.power(x!, b.constant(exponent, [7]))),
        inputs,
        off: 5e-7,
      }),
    ),
    ...[2, 3, 5].map((exponent) =>
      exactCase(`whole ones to ${exponent}`, [[7]], (b, x) => b.power(x!, b.constant(exponent, [7]))),
    ),
    {
      name: "by a tensor, and of a number",
      program: programOf(shapes, (b, x, y) => [
        b.power(x!, y!),
        b.power(b.constant(2, [7]), y!),
        b.power(x!, b.gather(b.constant(2, [3]), Int32Array.from([0, -1, 1, 2, -1, 0, 1]), [7])),
      ]),
      inputs,
      off: 5e-7,
    },
  ]);
});

test("factors go through places and sums, and out of range they stay where they are", async () => {
  const shapes: readonly Shape[] = [
    [4, 6],
    [4, 6],
  ];
  const factors = [2 ** -20, -1, 0.25, 3, 2 ** 20, 2 ** -21, 2 ** 21, 2 ** -100, 2 ** 100, -(2 ** 60)];
  const whole = (name: string, make: Parameters<typeof programOf>[1]) => exactCase(name, shapes, make);
  const turned = Int32Array.from({ length: 24 }, (_, i) => (i % 5 === 4 ? -1 : 23 - i));
  await expectAsInterpreted(
    factors.flatMap((factor) => [
      {
        ...whole(`${factor}`, (b, x, y) => [
          b.scale(factor, x!),
          b.divide(x!, b.constant(factor, [4, 6])),
          b.add(b.scale(factor, x!), b.scale(factor, y!)),
          b.subtract(b.scale(factor, x!), b.scale(factor, b.multiply(x!, y!))),
          b.matmul(b.scale(factor, x!), y!, true, false),
          b.sum(b.scale(factor, x!), 0),
          b.sum(b.gather(b.scale(factor, x!), turned, [4, 6]), 1),
          b.gather(b.scale(factor, b.sum(x!, 1)), Int32Array.from([2, -1, 0]), [3]),
          b.multiply(b.scale(factor, x!), b.scale(1 / factor, b.add(y!, x!))),
        ]),
        off: factor === 3 ? 1.3e-7 : 0,
      },
      {
        ...whole(`sums of ${factor}`, (b, x, y) => [
          b.scale(factor, b.matmul(x!, y!, false, true)),
          b.scale(factor, b.add(x!, y!)),
        ]),
        goes: Math.abs(factor) > 1e6 || Math.abs(factor) < 1e-6 ? [] : ["add", "add"],
        off: Math.abs(factor) === 2 ** -20 ? 1e-6 : 0,
      },
    ]),
  );
});

test("what only a factor brings into the range of single precision is multiplied by it first", async () => {
  const shapes: readonly Shape[] = [[3, 5]];
  const own = (size: number, factor: number): LoopCase => ({
    name: `${size} times ${factor}`,
    program: programOf(shapes, (b, x) => [
      b.matmul(b.scale(factor, x!), b.scale(factor, x!), false, true),
      b.call("sin", b.scale(factor, x!)),
    ]),
    inputs: singles(shapes, 0.5 * size, size),
    off: 1e-6,
  });
  await expectAsInterpreted([own(2 ** -100, 2 ** 100), own(2 ** 100, 2 ** -100)]);
});

test("a number that divides is rounded once", async () => {
  await expectAsInterpreted(
    [3, -7, 1e5, 1e9].map(
      (by): LoopCase => ({
        name: `by ${by}`,
        program: programOf([[11]], (b, x) => b.divide(x!, b.constant(by, [11]))),
        inputs: wholeNumbers([[11]]),
        off: 1.3e-7,
      }),
    ),
  );
});

test("numbers that are the same everywhere, or nothing else", async () => {
  await expectAsInterpreted([
    exactCase("a constant, and sums of one", [[5]], (b, x) => [
      b.constant(3, [2, 2]),
      b.add(x!, b.constant(-2, [5])),
      b.gather(b.constant(5, [2]), Int32Array.from([-1, 0, 1]), [3]),
      b.sum(b.gather(b.constant(5, [2]), Int32Array.from([-1, 0, 1, 1, 0, -1]), [3, 2]), 0),
    ]),
    {
      name: "what is no number and what is beyond all",
      program: programOf([[2]], (b, x) => [
        b.add(x!, b.constant(Number.NaN, [2])),
        b.multiply(x!, b.constant(Number.POSITIVE_INFINITY, [2])),
        b.constant(-0, [2]),
      ]),
      inputs: rowsOf([1, 2]),
    },
  ]);
});
