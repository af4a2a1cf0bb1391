import { describe, expect, test } from "vitest";
import {
  type Expression,
  evaluateExpression,
  expandLandscape,
  LandscapeError,
  symbolsOf,
} from "../../../src/landscape/index.js";
import {
  lowerLandscape,
  type TensorExpression,
  type TensorLandscape,
  TensorSizeError,
  unfoldFunctions,
  unfoldLandscape,
} from "../../../src/tensors/index.js";
import {
  add,
  apply,
  at,
  call,
  datum,
  landscapeOf,
  matrixProduct,
  named,
  negative,
  numbers,
  over,
  raised,
  rowsOf,
  times,
  weight,
} from "./make.js";

/** The loss at a row, with weights at their starts. */
function valueAt(tensors: TensorLandscape, row = 0): number {
  const { weights, data, loss } = unfoldLandscape(tensors);
  const values = new Map(weights.map(({ name, start }) => [name, start]));
  for (const source of data) {
    if (source.kind === "rows") {
      source.names.forEach((name, column) => {
        values.set(name, source.values[row * source.names.length + column]!);
      });
    }
  }
  return evaluateExpression(loss, values);
}

const tanh = (x: TensorExpression): TensorExpression => apply("tanh", x);

describe("a landscape of tensors, unfolded", () => {
  test("is a dense net of scalars", () => {
    const [A, a, B] = [weight("A", 3, 2), weight("a", 3), weight("B", 1, 3)];
    const [x, y] = [datum("x", 2), datum("y")];
    const hidden = named("h", tanh(add(matrixProduct(A, x), a)));
    const loss = call("squared_error", [matrixProduct(B, hidden), y]);
    const xs = numbers(8, 7);
    const ys = numbers(4, 9);
    const net = landscapeOf(loss, { A: [3, 2], a: [3], B: [1, 3] }, [
      rowsOf(4, { x: { shape: [2], values: xs }, y: { shape: [], values: ys } }),
    ]);
    const [wA, wa, wB] = net.weights.map(({ start }) => start);
    for (let row = 0; row < 4; row++) {
      let output = 0;
      for (let i = 0; i < 3; i++) {
        output +=
          wB![i]! * Math.tanh(wA![2 * i]! * xs[2 * row]! + wA![2 * i + 1]! * xs[2 * row + 1]! + wa![i]!);
      }
      expect(valueAt(net, row)).toBeCloseTo((output - ys[row]!) ** 2 / 2, 14);
    }
    const { weights, data, loss: scalar } = unfoldLandscape(net);
    expect(weights.map(({ name }) => name)).toEqual([
      ...["A[0, 0]", "A[0, 1]", "A[1, 0]", "A[1, 1]", "A[2, 0]", "A[2, 1]"],
      ...["a[0]", "a[1]", "a[2]", "B[0, 0]", "B[0, 1]", "B[0, 2]"],
    ]);
    expect(data).toEqual([{ kind: "rows", names: ["x[0]", "x[1]", "y"], values: expect.anything() }]);
    expect(depth(scalar)).toBeLessThan(10);
  });

  test("leaves out columns that the loss does not read, and sources none of whose columns it reads", () => {
    const loss = times(weight("w"), at(datum("x", 3), 1), datum("z", 1));
    const net = landscapeOf(call("sum", [loss]), { w: [] }, [
      rowsOf(2, { x: { shape: [3], values: [1, 2, 3, 4, 5, 6] }, y: { shape: [], values: [7, 8] } }),
      { kind: "independent", name: "z", shape: [1], entry: { kind: "finite", name: "", outcomes: coin } },
      { kind: "independent", name: "u", shape: [2], entry: { kind: "finite", name: "", outcomes: coin } },
    ]);
    expect(unfoldLandscape(net).data).toEqual([
      { kind: "rows", names: ["x[1]"], values: Float64Array.of(2, 5) },
      { kind: "finite", name: "z[0]", outcomes: coin },
    ]);
  });

  test("has what is used often once", () => {
    const x = named("x", add(matrixProduct(weight("A", 4, 4), weight("b", 4)), weight("c", 4)));
    const loss = call("sum", [call("square", [call("log_softmax", [x])])]);
    const { loss: scalar } = unfoldLandscape(landscapeOf(loss, { A: [4, 4], b: [4], c: [4] }));
    // 24 weights, 16 products, 4 entries of x, logsumexp, its negative, 4 differences, a 2, 4 squares, the sum
    expect(different(scalar)).toBe(24 + 16 + 4 + 1 + 1 + 4 + 1 + 4 + 1);
  });

  test("takes the classes of labels for columns of rows", () => {
    const logits = add(matrixProduct(weight("W", 3, 2), datum("x", 2)), weight("b", 3));
    const loss = add(
      call("cross_entropy", [logits, datum("label")]),
      times(0.05, call("sum", [call("square", [weight("W", 3, 2)])])),
    );
    const xs = numbers(10, 3);
    const labels = Uint8Array.of(2, 0, 1, 1, 0);
    const net = landscapeOf(loss, { W: [3, 2], b: [3] }, [
      rowsOf(5, { x: { shape: [2], values: xs }, label: { shape: [], values: labels } }),
    ]);
    const [W, b] = net.weights.map(({ start }) => start);
    labels.forEach((label, row) => {
      const u = [0, 1, 2].map((k) => W![2 * k]! * xs[2 * row]! + W![2 * k + 1]! * xs[2 * row + 1]! + b![k]!);
      const decay = 0.05 * W!.reduce((total, entry) => total + entry ** 2, 0);
      const wanted = Math.log(u.reduce((total, own) => total + Math.exp(own), 0)) - u[label]! + decay;
      expect(valueAt(net, row)).toBeCloseTo(wanted, 13);
    });
    const [source] = unfoldLandscape(net).data;
    expect(source?.kind === "rows" && source.names).toEqual([
      ...["x[0]", "x[1]"],
      ...["one_hot(label, 3)[0]", "one_hot(label, 3)[1]", "one_hot(label, 3)[2]"],
    ]);
  });

  test("takes one_hot of a datum with few values for a polynomial, and refuses it of others", () => {
    const oneHot = call("one_hot", [datum("k")], 3);
    const loss = call("dot", [oneHot, weight("w", 3)]);
    const source = (entry: "few" | "normal"): TensorLandscape =>
      landscapeOf(loss, { w: [3] }, [
        {
          kind: "independent",
          name: "k",
          shape: [],
          entry:
            entry === "few"
              ? {
                  kind: "finite",
                  name: "",
                  outcomes: [0, 1, 2].map((value) => ({ value, probability: 1 / 3 })),
                }
              : { kind: "continuous", name: "", distribution: "normal", parameters: [0, 1] },
        },
      ]);
    const few = unfoldLandscape(source("few"));
    for (const k of [0, 1, 2]) {
      const values = new Map([["k", k], ...few.weights.map(({ name, start }) => [name, start] as const)]);
      expect(evaluateExpression(few.loss, values)).toBeCloseTo(few.weights[k]!.start, 14);
    }
    expect(() => unfoldLandscape(source("normal"))).toThrow(LandscapeError);
    const ofWeights = landscapeOf(call("sum", [call("one_hot", [weight("w")], 3)]), { w: [] });
    expect(() => unfoldLandscape(ofWeights)).toThrow(
      /one_hot of w, which weights change by jumps; take softmax/,
    );
  });

  test("is refused in one line where it would be large, before it is made", () => {
    const W = weight("W", 100, 784);
    const loss = call("sum", [matrixProduct(W, datum("x", 784))]);
    const rows = rowsOf(1, { x: { shape: [784], values: new Float64Array(784) } });
    expect(() => unfoldLandscape(landscapeOf(loss, { W: [100, 784] }, [rows]))).toThrow(TensorSizeError);
    expect(() => unfoldLandscape(landscapeOf(loss, { W: [100, 784] }, [rows]))).toThrow(
      /^landscape test: written with scalars it has 157\d{3} operations, more than 10000; take smaller shapes$/,
    );
    const images = rowsOf(1, { x: { shape: [600, 600], values: { length: 360_000 } } });
    const pixel = landscapeOf(times(weight("w"), at(datum("x", 600, 600), 1, 2)), { w: [] }, [images]);
    expect(() => unfoldLandscape(pixel)).toThrow(
      /its weights and data have 360001 entries, more than the 100000/,
    );
    const W2 = weight("V", 4000, 4000);
    const wide = landscapeOf(call("sum", [times(W2, call("transpose", [W2]))], undefined), {});
    expect(() => unfoldLandscape(wide)).toThrow(/has 16000000 operations, more than 10000/);
    const many = rowsOf(2_000_000, { x: { shape: [6], values: { length: 12_000_000 } } });
    const long = landscapeOf(times(weight("w"), call("sum", [datum("x", 6)])), { w: [] }, [many]);
    expect(() => unfoldLandscape(long)).toThrow(
      /6 numbers of each of 2000000 rows, 12000000 in all and more/,
    );
  });

  test("is not lowered where its tensors could not be held", () => {
    const outer = times(weight("u", 20_000, 1), weight("v", 20_000));
    expect(() => lowerLandscape(landscapeOf(call("sum", [outer], undefined), {}))).toThrow(
      new TensorSizeError(
        "landscape test: its tensors have 400040001 numbers, more than 67108864; take smaller shapes",
      ),
    );
    const seen = call("conv", [datum("x", 4096, 4096, 1), weight("K", 100, 100, 1, 1)], 1, 0);
    const image = rowsOf(1, { x: { shape: [4096, 4096, 1], values: { length: 4096 ** 2 } } });
    const large = landscapeOf(call("sum", [seen], undefined), { K: [100, 100, 1, 1] }, [image]);
    expect(() => lowerLandscape(large)).toThrow(
      /^the windows of an image \[4096, 4096, 1\] have 159760090000 numbers, more than 67108864/,
    );
  });

  test("has the functions of weights that are observed", () => {
    const W = weight("W", 2, 2);
    const net = landscapeOf(call("sum", [W]), { W: [2, 2] });
    const [norm, twice] = unfoldFunctions(net, [call("sum", [call("square", [W])]), times(2, W)]);
    const values = new Map(unfoldLandscape(net).weights.map(({ name, start }) => [name, start]));
    const W0 = net.weights[0]!.start;
    expect(evaluateExpression(norm![0]!, values)).toBeCloseTo(
      W0.reduce((total, entry) => total + entry ** 2, 0),
      14,
    );
    expect(twice!.map((entry) => evaluateExpression(entry, values))).toEqual(
      [...W0].map((entry) => 2 * entry),
    );
  });

  test("is finite far out, with its derivatives", () => {
    const u = weight("u", 3);
    const loss = add(
      call("cross_entropy", [u, datum("label")]),
      call("sum", [times(call("softmax", [u]), tanh(u))]),
      at(call("log_softmax", [u]), 1),
      call("logsumexp", [at(u, 0), at(u, 2)]),
    );
    const far: TensorLandscape = {
      ...landscapeOf(loss, { u: [3] }, [rowsOf(2, { label: { shape: [], values: [0, 2] } })]),
      weights: [{ name: "u", shape: [3], start: Float64Array.of(1e4, -1e4, 1e4 - 1) }],
    };
    const expansion = expandLandscape(unfoldLandscape(far), { order: 3, partSize: 1 });
    expect(expansion.cumulant([0])).toBeCloseTo(
      // logsumexp twice and log_softmax less the labels' mean; tanh is 1 but at −1e4
      Math.log1p(Math.exp(-1)) * 2 + 1e4 + 0.5 + 1 - 2e4 - Math.log1p(Math.exp(-1)),
      8,
    );
    for (const indices of [[0], [1], [2], [0, 2], [0, 0, 2], [1, 1, 1]]) {
      expect(expansion.cumulant([expansion.derivative(indices)])).toBeTypeOf("number");
      expect(Math.abs(expansion.cumulant([expansion.derivative(indices)]))).toBeLessThan(10);
    }
  });

  test("keeps quotients and powers", () => {
    const [u, v] = [weight("u", 2), weight("v")];
    const net = landscapeOf(call("sum", [over(raised(u, 3), negative(add(1, raised(v, 2))))]), {
      u: [2],
      v: [],
    });
    const [[a, b], [c]] = net.weights.map(({ start }) => [...start]) as [[number, number], [number]];
    expect(valueAt(net)).toBeCloseTo(-(a ** 3 + b ** 3) / (1 + c ** 2), 14);
  });
});

const coin = [
  { value: 1, probability: 0.8 },
  { value: 0, probability: 1 - 0.8 },
];

/** How many different nodes there are, told apart as objects; symbols and numbers by what they are. */
function different(expression: Expression): number {
  const seen = new Set<Expression | string>();
  const visit = (node: Expression): void => {
    const key = node.kind === "symbol" ? node.name : node.kind === "number" ? String(node.value) : node;
    if (!seen.has(key)) {
      seen.add(key);
      below(node).forEach(visit);
    }
  };
  visit(expression);
  return seen.size;
}

function depth(expression: Expression): number {
  return 1 + Math.max(0, ...below(expression).map(depth));
}

function below(node: Expression): readonly Expression[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value : typeof value === "object" && value !== null ? [value] : [],
  );
}

test("symbols of an unfolded loss are its weights and data", () => {
  const net = landscapeOf(call("sum", [times(weight("w", 2), datum("x", 2))]), { w: [2] }, [
    rowsOf(1, { x: { shape: [2], values: [1, 2] } }),
  ]);
  expect([...symbolsOf(unfoldLandscape(net).loss)].sort()).toEqual(["w[0]", "w[1]", "x[0]", "x[1]"]);
});
