import { describe, expect, test } from "vitest";
import { evaluateExpression } from "../../../src/landscape/index.js";
import {
  axisOf,
  broadcastShape,
  indexShape,
  inputsOf,
  lowerLandscape,
  matmulShape,
  notSmoothFunctions,
  type Shape,
  ShapeError,
  sizeOf,
  type TensorExpression,
  TensorInterpreter,
  tensorFunctionNamed,
  tensorFunctions,
  unfoldFunctions,
} from "../../../src/tensors/index.js";
import {
  add,
  apply,
  at,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  negative,
  numbers,
  over,
  raised,
  rowsOf,
  times,
  weight,
} from "./make.js";

const shapes = {
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

type Name = keyof typeof shapes;

const weights = Object.fromEntries(
  Object.entries(shapes).map(([name, shape], seed) => [name, numbers(sizeOf(shape), seed + 1, 0.8)]),
) as Record<Name, Float64Array>;

const w = (name: Name): TensorExpression => weight(name, ...shapes[name]);

/** Entry `i, j, …` of a weight. */
function entry(name: Name, ...indices: number[]): number {
  return weights[name][indices.reduce((place, index, axis) => place * shapes[name][axis]! + index, 0)]!;
}

/** The entries of a tensor, from a function of their indices. */
function all(shape: Shape, make: (...indices: number[]) => number): number[] {
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

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
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
const cases: [string, TensorExpression, Shape, (...indices: number[]) => number][] = [
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
  ["a negative power", raised(w("v"), -2), [4], (i) => entry("v", i) ** -2],
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

const rows = rowsOf(2, {
  label: { shape: [], values: Uint8Array.of(0, 2) },
  labels: { shape: [3], values: Uint8Array.of(0, 0, 0, 3, 0, 1) },
  shares: { shape: [4], values: [1, 0, 0, 0, 0.1, 0.2, 0.3, 0.4] },
});

describe("values", () => {
  test.each(cases)("%s", (_, expression, shape, make) => {
    expect(expression.shape).toEqual(shape);
    const wanted = all(shape, make);
    const net = landscapeOf(expression, shapes, [rows]);
    // in doubles, all weights shared and each datum twice
    const isWeight = inputsOf(net).map(({ kind }) => kind === "weight");
    const interpreter = new TensorInterpreter(
      lowerLandscape(net),
      isWeight.map((shared) => !shared),
      2,
    );
    const drawn = [Uint8Array.of(0, 2), Uint8Array.of(0, 0, 0, 3, 0, 1), [1, 0, 0, 0, 0.1, 0.2, 0.3, 0.4]];
    const inputs = [...Object.values(weights), ...drawn.map((values) => Float64Array.from(values))];
    for (let run = 0; run < 2; run++) {
      const [output] = interpreter.run(inputs);
      const own = interpreter.varies[0]! ? output!.subarray(wanted.length) : output!;
      expect(own).toHaveLength(wanted.length);
      own.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i]!, 13);
      });
    }
    // and as scalars
    const [entries] = unfoldFunctions(net, [expression]);
    const values = new Map<string, number>([
      ...unfoldedWeights(),
      ["label", 2],
      ...[3, 0, 1].map((label, i) => [`labels[${i}]`, label] as const),
      ...[0.1, 0.2, 0.3, 0.4].map((share, i) => [`shares[${i}]`, share] as const),
      ...range(5).map((k) => [`one_hot(label, 4)[${k}]`, k === 2 ? 1 : 0] as const),
      ...range(5).map((k) => [`one_hot(label, 5)[${k}]`, k === 2 ? 1 : 0] as const),
      ...[3, 0, 1].flatMap((label, i) =>
        range(4).map((k) => [`one_hot(labels[${i}], 4)[${k}]`, k === label ? 1 : 0] as const),
      ),
    ]);
    entries!.forEach((scalar, i) => {
      expect(evaluateExpression(scalar, values)).toBeCloseTo(wanted[i]!, 13);
    });
  });

  test("every function is among them", () => {
    const tried = new Set<string>();
    const visit = (node: TensorExpression): void => {
      if (node.kind === "call") {
        tried.add(node.name);
      }
      for (const part of Object.values(node).flat()) {
        if (typeof part === "object" && part !== null && "kind" in part) {
          visit(part as TensorExpression);
        }
      }
    };
    for (const [, expression] of cases) {
      visit(expression);
    }
    expect([...tried].sort()).toEqual(tensorFunctions.map(({ name }) => name).sort());
  });
});

function unfoldedWeights(): [string, number][] {
  return Object.entries(shapes).flatMap(([name, shape]: [string, Shape]) =>
    [...weights[name as Name]].map((value, place): [string, number] => {
      const indices = shape.map((length, axis) => Math.floor(place / sizeOf(shape.slice(axis + 1))) % length);
      return [shape.length === 0 ? name : `${name}[${indices.join(", ")}]`, value];
    }),
  );
}

const refused: [string, () => unknown, string][] = [
  [
    "sums",
    () => broadcastShape([[3, 4], [3]], "add"),
    "cannot add [3, 4] and [3]: aligned from the last axis, 4 meets 3; lengths must be equal or 1, which reshape, index or transpose can bring about",
  ],
  [
    "matrix products",
    () => matmulShape([3, 4], [3]),
    "cannot take [3, 4] @ [3]: 4 columns on the left meet 3 entries on the right; give the left 3 columns or the right 4 entries",
  ],
  [
    "transposed products",
    () => matmulShape([3, 4], [2, 4]),
    "cannot take [3, 4] @ [2, 4]: 4 columns on the left meet 2 rows on the right; transpose the right one, or give the left 2 columns or the right 4 rows",
  ],
  [
    "products with scalars",
    () => matmulShape([], [3]),
    "cannot take a scalar @ [3]: @ is the product of matrices and vectors; use * to multiply by a scalar",
  ],
  [
    "stacks of matrices",
    () => matmulShape([2, 3, 4], [3, 4, 5]),
    "cannot multiply stacks of matrices [2] and [3]: aligned from the last axis, 2 meets 3; lengths must be equal or 1, which reshape, index or transpose can bring about",
  ],
  [
    "an index outside",
    () => indexShape([3, 4], [1, 4]),
    "cannot take [1, 4] of [3, 4]: 4 is outside axis 1; take a whole number from 0 to 3",
  ],
  [
    "too many indices",
    () => indexShape([3], [1, 4]),
    "cannot take [1, 4] of [3]: 2 indices for 1 axis; leave 1 out",
  ],
  [
    "an axis that is not there",
    () => call("sum", [w("M")], 2),
    "sum(x) along axis 2 of [3, 4], which has 2 axes; take a whole number from -2 to 1",
  ],
  [
    "an axis of a scalar",
    () => call("mean", [w("s")], 0),
    "mean(x) along an axis of a scalar, which has none; leave the function out",
  ],
  [
    "dot",
    () => call("dot", [w("v"), w("M")]),
    "dot(x, y) of [4] and [3, 4]: their shapes must be equal; use x @ y for products of matrices, or sum(x * y) to broadcast",
  ],
  [
    "softmax",
    () => call("softmax", [w("s")]),
    "softmax(x) of a scalar, which has no last axis; give it a vector",
  ],
  [
    "logsumexp",
    () => call("logsumexp", [w("s")]),
    "logsumexp(x) of a scalar, which has no last axis; give it a vector",
  ],
  [
    "cross_entropy",
    () => call("cross_entropy", [w("v"), datum("y", 3)]),
    "cross_entropy(logits, label) of [4] and [3]: a label is a scalar of whole numbers or [4] of probabilities; give it one of these shapes",
  ],
  [
    "squared_error",
    () => call("squared_error", [w("M"), w("N")]),
    "cannot take squared_error(x, y) of [3, 4] and [4, 3]: aligned from the last axis, 3 meets 4; lengths must be equal or 1, which reshape, index or transpose can bring about",
  ],
  [
    "reshape",
    () => call("reshape", [w("M")], 5, 2),
    "reshape(x, 5, 2) of [3, 4]: 12 entries do not fill [5, 2], which has 10; give lengths whose product is 12",
  ],
  [
    "concat",
    () => call("concat", [w("M"), w("v")], -1),
    "concat(x, y) of [3, 4] and [4]: all lengths but those of axis 1 must be equal; reshape one of them, or name another axis",
  ],
  [
    "channels",
    () => call("conv", [w("image"), weight("K", 3, 3, 1, 2)], 1, 0),
    "conv(x, K) of [5, 4, 2] and [3, 3, 1, 2]: the image has 2 channels and the kernel takes 1; make both equal",
  ],
  [
    "images",
    () => call("conv", [w("M"), w("kernel")], 1, 0),
    "conv(x, K) of [3, 4] and [3, 2, 2, 3]: an image is [height, width, channels] and a kernel [height, width, channels in, channels out]; reshape what has other axes",
  ],
  [
    "large kernels",
    () => call("conv", [w("image"), weight("K", 3, 5, 2, 1)], 1, 0),
    "conv(x, K) of [5, 4, 2] and [3, 5, 2, 1]: the kernel is larger than the image with 0 zeros around it; take a smaller kernel or more padding",
  ],
  [
    "avg_pool",
    () => call("avg_pool", [w("image")], 5, 1),
    "avg_pool(x, 5) of [5, 4, 2]: windows of [5, 5] are larger than the image; take a smaller size",
  ],
  [
    "xavier",
    () => call("xavier", [w("v")]),
    "xavier(W) of [4]: fans are those of a matrix [out, in] or a kernel [kh, kw, in, out]; multiply other weights by a number of your own",
  ],
];

describe("shapes that do not fit are refused in one line", () => {
  test.each(refused)("%s", (_, make, message) => {
    expect(make).toThrow(new ShapeError(message));
    expect(message).not.toContain("\n");
  });

  test("axes count from the end where negative", () => {
    expect(axisOf([3, 4, 5], -1, "sum")).toBe(2);
  });
});

describe("records", () => {
  test.each(tensorFunctions.map((one) => [one.name, one] as const))("%s is told", (name, one) => {
    expect(tensorFunctionNamed(name)).toBe(one);
    expect(one.documentation).toMatch(/\.$/);
    const constants = one.constants.map(({ otherwise, least }) =>
      typeof otherwise === "number"
        ? otherwise
        : otherwise === "nothing"
          ? undefined
          : Math.max(2, least ?? 2),
    );
    const latex = one.latex(
      one.tensors.map((tensor) => (tensor.length === 1 ? tensor : `\\mathrm{${tensor}}`)),
      constants,
    );
    expect(latex).not.toMatch(/undefined|NaN/);
    expect([...latex].filter((letter) => letter === "{")).toHaveLength(
      [...latex].filter((letter) => letter === "}").length,
    );
  });

  test("what is not smooth says why and what to take instead", () => {
    expect(notSmoothFunctions.map(({ name }) => name)).toEqual(["relu", "max", "max_pool", "abs"]);
    for (const { reason, instead } of notSmoothFunctions) {
      expect(reason).toContain("analytic");
      expect(instead).toMatch(/^take /);
    }
  });
});
