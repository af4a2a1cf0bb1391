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
import { all, cases, type Name, range, shapes, w, weights } from "./cases.js";
import { call, datum, landscapeOf, rowsOf, weight } from "./make.js";

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

test("many tensors are put together without a table of the whole for each", () => {
  const count = 2000;
  const whole = call(
    "concat",
    range(count).map(() => w("v")),
    -1,
  );
  const { instructions } = lowerLandscape(landscapeOf(whole, shapes, [rows]));
  const places = instructions.map((one) => (one.op === "gather" ? one.table.length : 0));
  expect(places.reduce((total, length) => total + length, 0)).toBeLessThan(100 * count * weights.v.length);
});
