import { expect, test } from "vitest";
import { gradientProgram, type Shape } from "../../../src/tensors/index.js";
import { exactCase, expectAsInterpreted, kindsOf, type LoopCase, programOf, singles } from "./carry-out.js";

test("outputs may be inputs, the same, scaled, placed and read by others", async () => {
  const shapes: readonly Shape[] = [
    [3, 4],
    [3, 4],
  ];
  await expectAsInterpreted([
    exactCase("inputs", shapes, (b, x, y) => [x!, y!, x!, b.reshape(y!, [12])]),
    exactCase("a sum and what is made of it", shapes, (b, x, y) => {
      const sum = b.add(x!, y!);
      const product = b.matmul(sum, y!, false, true);
      return [sum, product, b.scale(2, sum), b.scale(-1, product), b.sum(product, 0), sum];
    }),
    exactCase("an input that nothing reads", [[2], [3]], (b, x) => b.add(x!, x!)),
  ]);
});

test("what is added to sums is not kept", async () => {
  const shapes: readonly Shape[] = [
    [3, 4],
    [3, 4],
  ];
  const one: LoopCase = {
    ...exactCase("sums", shapes, (b, x, y) => [
      b.matmul(x!, y!, true, false),
      b.sum(x!, 1),
      b.multiply(x!, y!),
    ]),
    goes: ["add", "add", "add"],
  };
  await expectAsInterpreted([
    one,
    {
      ...exactCase("sums of inputs, of constants and of what others read", shapes, (b, x, y) => {
        const product = b.multiply(x!, y!);
        return [x!, b.scale(3, y!), product, b.sum(product, 0), b.constant(2, [3]), product];
      }),
      goes: ["add", "add", "add", "add", "add", "add"],
    },
    {
      ...exactCase("the first only", shapes, (b, x, y) => {
        const product = b.multiply(x!, y!);
        return [product, b.sum(product, 0), b.sum(x!, 0)];
      }),
      goes: ["add"],
    },
  ]);
  expect(kindsOf(one)).toEqual(["product", "sum", "entrywise"]);
});

/** The gradient of a loss by its first inputs, each of which goes along it. */
function descent(
  name: string,
  shapes: readonly Shape[],
  weights: number,
  loss: Parameters<typeof programOf>[1],
  share = -0.25,
): LoopCase {
  const gradient = gradientProgram(programOf(shapes, loss), [...Array(weights).keys()]);
  return {
    name,
    program: { ...gradient, outputs: gradient.outputs.slice(1) },
    inputs: singles(shapes, -1, 1, name.length),
    weights,
    goes: Array.from({ length: weights }, (_, weight) => ({ weight, share })),
    off: 1e-6,
  };
}

const descents = [
  descent("a product of two weights", [[5], [5]], 2, (b, u, v) => b.total(b.multiply(u!, v!))),
  descent("a square", [[7]], 1, (b, w) => b.total(b.multiply(w!, w!))),
  descent("a cube of a sum", [[7]], 1, (b, w) => b.power(b.total(w!), b.constant(3))),
  descent(
    "a product of matrices",
    [
      [3, 4],
      [4, 5],
    ],
    2,
    (b, u, v) => b.total(b.call("sin", b.matmul(u!, v!))),
  ),
  descent("a matrix times itself", [[4, 4]], 1, (b, w) => b.total(b.call("sin", b.matmul(w!, w!)))),
  descent("a matrix turned", [[3, 3]], 1, (b, w) =>
    b.total(b.multiply(w!, b.gather(w!, Int32Array.from([8, 7, 6, 5, 3, 4, 2, 0, 1]), [3, 3]))),
  ),
  descent("layers", [[6, 4], [6], [3, 6], [3], [4]], 4, (b, u, c, v, d, x) => {
    const hidden = b.call("tanh", b.add(b.reshape(b.matmul(u!, b.reshape(x!, [4, 1])), [6]), c!));
    const out = b.add(b.reshape(b.matmul(v!, b.reshape(hidden, [6, 1])), [3]), d!);
    return b.subtract(b.logsumexp(out), b.total(b.multiply(out, out)));
  }),
  descent("weights that all are read by the last", [[4], [4], [4]], 3, (b, u, v, w) =>
    b.total(b.call("exp", b.multiply(b.multiply(u!, v!), w!))),
  ),
];

test("weights go along gradients that read them, and none reads what has moved", async () => {
  await expectAsInterpreted(descents);
});

test("so they do where a gradient is a function, a weight, a number or another weight's gradient", async () => {
  const two: readonly Shape[] = [[5], [5]];
  const goes: LoopCase["goes"] = [
    { weight: 0, share: -0.25 },
    { weight: 1, share: 0.5 },
  ];
  const own = (name: string, make: Parameters<typeof programOf>[1]): LoopCase => ({
    name,
    program: programOf(two, make),
    inputs: singles(two),
    weights: 2,
    goes,
    off: 1e-6,
  });
  await expectAsInterpreted([
    own("functions", (b, u, v) => [b.call("sin", v!), b.call("sin", u!)]),
    own("functions, and one of the same argument", (b, u, v) => [
      b.call("tanh", b.add(u!, v!)),
      b.call("cosh", b.add(u!, v!)),
    ]),
    own("the other weight", (_, u, v) => [v!, u!]),
    own("itself and the other", (b, u) => [u!, b.scale(-3, u!)]),
    own("numbers", (b, u) => [b.constant(2, [5]), u!]),
    own("one gradient for both", (b, u, v) => [b.multiply(u!, v!), b.multiply(u!, v!)]),
    own("a sum of products that are placed", (b, u, v) => {
      const product = b.matmul(b.reshape(u!, [5, 1]), b.reshape(v!, [1, 5]));
      const turned = b.gather(
        product,
        Int32Array.from({ length: 25 }, (_, i) => 24 - i),
        [5, 5],
      );
      return [b.sum(turned, 0), b.sum(turned, 1)];
    }),
    {
      ...own("what is read besides", (b, u, v) => [
        b.multiply(u!, v!),
        b.call("exp", u!),
        b.add(u!, v!),
        b.scale(2, u!),
        u!,
      ]),
    },
  ]);
});

test("and outputs of their own are kept, as many as a program has", async () => {
  const shape: Shape = [9];
  await expectAsInterpreted([
    exactCase("many that live side by side", [shape, shape], (b, x, y) =>
      Array.from({ length: 20 }, (_, k) => {
        const one = b.add(x!, b.constant(k, shape));
        return k % 2 === 0
          ? b.sum(b.multiply(one, y!), 0)
          : b.matmul(b.reshape(one, [3, 3]), b.reshape(y!, [3, 3]));
      }),
    ),
  ]);
});
