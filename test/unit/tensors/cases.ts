import { type Shape, sizeOf, type TensorExpression } from "../../../src/tensors/index.js";
import {
  add,
  apply,
  at,
  call,
  datum,
  matrixProduct,
  negative,
  numbers,
  over,
  raised,
  times,
  weight,
} from "./make.js";

/** Weights that the cases are made of. */
export const shapes = {
  s: [],
  v: [4],
  u: [4],
  M: [3, 4],
  N: [4, 3],
  T: [2, 3, 4],
  S: [2, 4, 2],
  R: [1, 4],
  C: [3, 1],
  image: [5, 4, 2],
  kernel: [3, 2, 2, 3],
} satisfies Record<string, Shape>;

export type Name = keyof typeof shapes;

export const weights = Object.fromEntries(
  Object.entries(shapes).map(([name, shape], seed) => [name, numbers(sizeOf(shape), seed + 1, 0.8)]),
) as Record<Name, Float64Array>;

export const w = (name: Name): TensorExpression => weight(name, ...shapes[name]);

/** Entry `i, j, …` of a weight. */
function entry(name: Name, ...indices: number[]): number {
  return weights[name][indices.reduce((place, index, axis) => place * shapes[name][axis]! + index, 0)]!;
}

/** The entries of a tensor, from a function of their indices. */
export function all(shape: Shape, make: (...indices: number[]) => number): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, place) => {
    let rest = place;
    const indices = shape.toReversed().map((length) => {
      const index = rest % length;
      rest = Math.floor(rest / length);
      return index;
    });
    return make(...indices.reverse());
  });
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const logsum = (values: readonly number[]): number => Math.log(total(values.map(Math.exp)));

/** An image's entry, or 0 around it. */
const pixel = (y: number, x: number, c: number): number =>
  y >= 0 && y < 5 && x >= 0 && x < 4 ? entry("image", y, x, c) : 0;

const convolution =
  (stride: number, padding: number) =>
  (i: number, j: number, o: number): number =>
    total(
      range(3).flatMap((a) =>
        range(2).flatMap((b) =>
          range(2).map(
            (c) => pixel(i * stride + a - padding, j * stride + b - padding, c) * entry("kernel", a, b, c, o),
          ),
        ),
      ),
    );

/** Expressions, the shape they must have, and their entries by loops. */
export const cases: [string, TensorExpression, Shape, (...indices: number[]) => number][] = [
  ["a number and a matrix", add(2, w("M")), [3, 4], (i, j) => 2 + entry("M", i, j)],
  ["a matrix and a vector", add(w("M"), w("v")), [3, 4], (i, j) => entry("M", i, j) + entry("v", j)],
  ["a row and a column", times(w("R"), w("C")), [3, 4], (i, j) => entry("R", 0, j) * entry("C", i, 0)],
  [
    "a stack and a column",
    times(w("T"), w("C"), w("s")),
    [2, 3, 4],
    (s, i, j) => entry("T", s, i, j) * entry("C", i, 0) * entry("s"),
  ],
  ["negation", negative(w("v")), [4], (i) => -entry("v", i)],
  ["a quotient", over(w("v"), w("M")), [3, 4], (i, j) => entry("v", j) / entry("M", i, j)],
  ["a whole power", raised(w("M"), 3), [3, 4], (i, j) => entry("M", i, j) ** 3],
  ["a negative power", raised(add(1.5, w("v")), -2), [4], (i) => (1.5 + entry("v", i)) ** -2],
  [
    "a power of tensors",
    raised(apply("exp", w("v")), w("M")),
    [3, 4],
    (i, j) => Math.exp(entry("v", j) * entry("M", i, j)),
  ],
  ["an elementary function", apply("tanh", w("M")), [3, 4], (i, j) => Math.tanh(entry("M", i, j))],
  ["a row of a matrix", at(w("M"), 1), [4], (j) => entry("M", 1, j)],
  ["an entry", at(w("T"), 1, 2, 3), [], () => entry("T", 1, 2, 3)],
  ["an entry of a row", at(at(w("T"), 1), 2), [4], (j) => entry("T", 1, 2, j)],
  [
    "matrix @ vector",
    matrixProduct(w("M"), w("v")),
    [3],
    (i) => total(range(4).map((k) => entry("M", i, k) * entry("v", k))),
  ],
  [
    "vector @ matrix",
    matrixProduct(w("v"), w("N")),
    [3],
    (j) => total(range(4).map((k) => entry("v", k) * entry("N", k, j))),
  ],
  [
    "vector @ vector",
    matrixProduct(w("v"), w("u")),
    [],
    () => total(range(4).map((k) => entry("v", k) * entry("u", k))),
  ],
  [
    "matrix @ matrix",
    matrixProduct(w("M"), w("N")),
    [3, 3],
    (i, j) => total(range(4).map((k) => entry("M", i, k) * entry("N", k, j))),
  ],
  [
    "stack @ stack",
    matrixProduct(w("T"), w("S")),
    [2, 3, 2],
    (s, i, j) => total(range(4).map((k) => entry("T", s, i, k) * entry("S", s, k, j))),
  ],
  [
    "stack @ matrix",
    matrixProduct(w("T"), w("N")),
    [2, 3, 3],
    (s, i, j) => total(range(4).map((k) => entry("T", s, i, k) * entry("N", k, j))),
  ],
  [
    "matrix @ stack",
    matrixProduct(w("M"), w("S")),
    [2, 3, 2],
    (s, i, j) => total(range(4).map((k) => entry("M", i, k) * entry("S", s, k, j))),
  ],
  [
    "stack @ vector",
    matrixProduct(w("T"), w("v")),
    [2, 3],
    (s, i) => total(range(4).map((k) => entry("T", s, i, k) * entry("v", k))),
  ],
  ["sum", call("sum", [w("M")], undefined), [], () => total([...weights.M])],
  [
    "sum along an axis",
    call("sum", [w("T")], 1),
    [2, 4],
    (s, j) => total(range(3).map((i) => entry("T", s, i, j))),
  ],
  [
    "sum along the first axis",
    call("sum", [w("M")], 0),
    [4],
    (j) => total(range(3).map((i) => entry("M", i, j))),
  ],
  [
    "sum along the last axis",
    call("sum", [w("M")], -1),
    [3],
    (i) => total(range(4).map((j) => entry("M", i, j))),
  ],
  ["sum of a scalar", call("sum", [w("s")], undefined), [], () => entry("s")],
  ["mean", call("mean", [w("M")], undefined), [], () => total([...weights.M]) / 12],
  [
    "mean along an axis",
    call("mean", [w("T")], -2),
    [2, 4],
    (s, j) => total(range(3).map((i) => entry("T", s, i, j))) / 3,
  ],
  ["dot", call("dot", [w("v"), w("u")]), [], () => total(range(4).map((k) => entry("v", k) * entry("u", k)))],
  ["dot of matrices", call("dot", [w("M"), w("M")]), [], () => total([...weights.M].map((x) => x * x))],
  ["square", call("square", [w("v")]), [4], (i) => entry("v", i) ** 2],
  [
    "softmax",
    call("softmax", [w("M")]),
    [3, 4],
    (i, j) => Math.exp(entry("M", i, j)) / total(range(4).map((k) => Math.exp(entry("M", i, k)))),
  ],
  [
    "log_softmax",
    call("log_softmax", [w("v")]),
    [4],
    (i) => entry("v", i) - logsum(range(4).map((k) => entry("v", k))),
  ],
  ["logsumexp", call("logsumexp", [w("M")]), [3], (i) => logsum(range(4).map((k) => entry("M", i, k)))],
  [
    "logsumexp of several",
    call("logsumexp", [w("v"), w("s"), w("M")]),
    [3, 4],
    (i, j) => logsum([entry("v", j), entry("s"), entry("M", i, j)]),
  ],
  [
    "logsumexp of two scalars",
    call("logsumexp", [w("s"), at(w("v"), 2)]),
    [],
    () => logsum([entry("s"), entry("v", 2)]),
  ],
  [
    "cross_entropy with a label",
    call("cross_entropy", [w("v"), datum("label")]),
    [],
    () => logsum([...weights.v]) - entry("v", 2),
  ],
  [
    "cross_entropy with labels",
    call("cross_entropy", [w("M"), datum("labels", 3)]),
    [3],
    (i) => logsum(range(4).map((k) => entry("M", i, k))) - entry("M", i, [3, 0, 1][i]!),
  ],
  [
    "cross_entropy with probabilities",
    call("cross_entropy", [w("v"), datum("shares", 4)]),
    [],
    () => -total([0.1, 0.2, 0.3, 0.4].map((q, k) => q * (entry("v", k) - logsum([...weights.v])))),
  ],
  [
    "squared_error",
    call("squared_error", [w("M"), w("v")]),
    [],
    () => total(all([3, 4], (i, j) => (entry("M", i, j) - entry("v", j)) ** 2)) / 2,
  ],
  ["one_hot", times(call("one_hot", [datum("label")], 5), w("s")), [5], (i) => (i === 2 ? entry("s") : 0)],
  [
    "one_hot of several",
    times(call("one_hot", [datum("labels", 3)], 4), w("s")),
    [3, 4],
    (i, j) => ([3, 0, 1][i] === j ? entry("s") : 0),
  ],
  ["reshape", call("reshape", [w("T")], 6, 4), [6, 4], (i, j) => weights.T[4 * i + j]!],
  ["flatten", call("flatten", [w("T")]), [24], (i) => weights.T[i]!],
  ["transpose", call("transpose", [w("M")]), [4, 3], (i, j) => entry("M", j, i)],
  ["transpose of a stack", call("transpose", [w("T")]), [4, 3, 2], (i, j, k) => entry("T", k, j, i)],
  ["transpose of a vector", call("transpose", [w("v")]), [4], (i) => entry("v", i)],
  [
    "concat",
    call("concat", [w("v"), at(w("M"), 0), at(w("T"), 0, 0)], -1),
    [12],
    (i) => (i < 4 ? entry("v", i) : i < 8 ? entry("M", 0, i - 4) : entry("T", 0, 0, i - 8)),
  ],
  [
    "concat of many",
    call(
      "concat",
      range(40).map((k) => at(w("M"), k % 3)),
      -1,
    ),
    [160],
    (i) => entry("M", Math.floor(i / 4) % 3, i % 4),
  ],
  [
    "concat along the first axis",
    call("concat", [w("M"), w("R")], 0),
    [4, 4],
    (i, j) => (i < 3 ? entry("M", i, j) : entry("R", 0, j)),
  ],
  [
    "concat along the last axis",
    call("concat", [w("M"), w("C")], -1),
    [3, 5],
    (i, j) => (j < 4 ? entry("M", i, j) : entry("C", i, 0)),
  ],
  ["conv", call("conv", [w("image"), w("kernel")], 1, 0), [3, 3, 3], convolution(1, 0)],
  ["conv with a stride", call("conv", [w("image"), w("kernel")], 2, 0), [2, 2, 3], convolution(2, 0)],
  ["conv with padding", call("conv", [w("image"), w("kernel")], 2, 1), [3, 3, 3], convolution(2, 1)],
  [
    "avg_pool",
    call("avg_pool", [w("image")], 2, 1),
    [4, 3, 2],
    (i, j, c) => total(range(2).flatMap((a) => range(2).map((b) => entry("image", i + a, j + b, c)))) / 4,
  ],
  [
    "avg_pool whose windows touch",
    call("avg_pool", [w("image")], 2, undefined),
    [2, 2, 2],
    (i, j, c) =>
      total(range(2).flatMap((a) => range(2).map((b) => entry("image", 2 * i + a, 2 * j + b, c)))) / 4,
  ],
  ["xavier of a matrix", call("xavier", [w("M")]), [3, 4], (i, j) => entry("M", i, j) * Math.sqrt(2 / 7)],
  [
    "xavier of a kernel",
    call("xavier", [w("kernel")]),
    [3, 2, 2, 3],
    (a, b, c, o) => entry("kernel", a, b, c, o) * Math.sqrt(2 / (3 * 2 * 2 + 3 * 2 * 3)),
  ],
];
