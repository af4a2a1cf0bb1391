import type { TensorExpression, TensorLandscape } from "../../../src/tensors/index.js";
import {
  add,
  apply,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  named,
  numbers,
  over,
  rowsOf,
  times,
  weight,
} from "./make.js";

export const tanh = (x: TensorExpression): TensorExpression => apply("tanh", x);

/** How many rows the networks have. */
export const rows = 6;

const labels = Uint8Array.from({ length: rows }, (_, row) => (row * row) % 3);

export function dense(): TensorLandscape {
  const hidden = tanh(add(matrixProduct(call("xavier", [weight("A", 3, 2)]), datum("x", 2)), weight("a", 3)));
  return landscapeOf(
    call("squared_error", [matrixProduct(weight("b", 3), hidden), datum("y")]),
    { A: [3, 2], a: [3], b: [3] },
    [
      rowsOf(rows, {
        x: { shape: [2], values: numbers(2 * rows, 5) },
        y: { shape: [], values: numbers(rows, 6) },
      }),
    ],
  );
}

export function softmaxRegression(): TensorLandscape {
  const W = weight("W", 3, 2);
  return landscapeOf(
    add(
      call("cross_entropy", [add(matrixProduct(W, datum("x", 2)), weight("b", 3)), datum("label")]),
      times(0.1, call("sum", [call("square", [W])])),
    ),
    { W: [3, 2], b: [3] },
    [
      rowsOf(rows, {
        x: { shape: [2], values: numbers(2 * rows, 7) },
        label: { shape: [], values: labels },
      }),
    ],
  );
}

function convolutional(): TensorLandscape {
  const h = tanh(
    add(
      call("conv", [over(datum("image", 4, 4, 1), 2), call("xavier", [weight("K", 2, 2, 1, 2)])], 2, 0),
      weight("k", 2),
    ),
  );
  const pooled = call("flatten", [call("avg_pool", [h], 2, 1)]);
  return landscapeOf(
    call("cross_entropy", [matrixProduct(weight("D", 3, 2), pooled), datum("label")]),
    { K: [2, 2, 1, 2], k: [2], D: [3, 2] },
    [
      rowsOf(rows, {
        image: { shape: [4, 4, 1], values: numbers(16 * rows, 8) },
        label: { shape: [], values: labels },
      }),
    ],
  );
}

function attention(): TensorLandscape {
  const x = datum("x", 3, 2);
  const [Q, K, V] = ["Q", "K", "V"].map((name) => matrixProduct(x, weight(name, 2, 2))) as [
    TensorExpression,
    TensorExpression,
    TensorExpression,
  ];
  const shares = named(
    "shares",
    call("softmax", [over(matrixProduct(Q, call("transpose", [K])), Math.SQRT2)]),
  );
  const seen = add(x, matrixProduct(shares, V));
  return landscapeOf(
    call("squared_error", [call("mean", [seen], 0), datum("y", 2)]),
    { Q: [2, 2], K: [2, 2], V: [2, 2] },
    [
      rowsOf(rows, {
        x: { shape: [3, 2], values: numbers(6 * rows, 9) },
        y: { shape: [2], values: numbers(2 * rows, 10) },
      }),
    ],
  );
}

export function dropout(): TensorLandscape {
  const hidden = tanh(add(matrixProduct(weight("A", 3, 2), datum("x", 2)), weight("a", 3)));
  const kept = over(times(datum("keep", 3), hidden), 0.8);
  return landscapeOf(
    call("squared_error", [matrixProduct(weight("b", 3), kept), datum("y")]),
    { A: [3, 2], a: [3], b: [3] },
    [
      rowsOf(rows, {
        x: { shape: [2], values: numbers(2 * rows, 5) },
        y: { shape: [], values: numbers(rows, 6) },
      }),
      {
        kind: "independent",
        name: "keep",
        shape: [3],
        entry: {
          kind: "finite",
          name: "keep",
          outcomes: [
            { value: 1, probability: 0.8 },
            { value: 0, probability: 1 - 0.8 },
          ],
        },
      },
    ],
  );
}

/** All that the data can be: an array of items for each datum, and the probability of each item. */
export function allData({ data }: TensorLandscape): { inputs: Float64Array[]; probabilities: number[] } {
  const source = data[0]!;
  const columns = source.kind === "rows" ? source.columns : [];
  const isDropped = data.length > 1;
  const masks = isDropped ? [0, 1, 2, 3, 4, 5, 6, 7] : [0];
  const bits = (mask: number): number[] => [mask & 1, (mask >> 1) & 1, (mask >> 2) & 1];
  return {
    inputs: [
      ...columns.map(({ values }) => Float64Array.from(masks.flatMap(() => Array.from(values)))),
      ...(isDropped
        ? [Float64Array.from(masks.flatMap((mask) => Array.from({ length: rows }, () => bits(mask)).flat()))]
        : []),
    ],
    probabilities: masks.flatMap((mask) =>
      new Array<number>(rows).fill(
        (isDropped ? bits(mask).reduce((share, bit) => share * (bit === 1 ? 0.8 : 1 - 0.8), 1) : 1) / rows,
      ),
    ),
  };
}

export const nets: [string, () => TensorLandscape][] = [
  ["a dense net", dense],
  ["softmax regression with weight decay", softmaxRegression],
  ["a convolutional net", convolutional],
  ["attention", attention],
  ["dropout", dropout],
];
