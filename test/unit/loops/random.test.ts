import { expect, test } from "vitest";
import {
  gradientProgram,
  liftProgram,
  powerSeries,
  type Shape,
  sizeOf,
  type TensorProgram,
  type TensorProgramBuilder,
  type TensorValue,
} from "../../../src/tensors/index.js";
import { expectAsInterpreted, kindsOf, type LoopCase, programOf, random, singles } from "./carry-out.js";

const shapes: readonly Shape[] = [[3, 4], [4, 5], [7], [2, 3, 2], []];

type Step = (
  builder: TensorProgramBuilder,
  x: TensorValue,
  y: TensorValue,
  next: () => number,
) => TensorValue | undefined;

/** Nothing grows: products are of what is within 1, about. */
const within = (b: TensorProgramBuilder, x: TensorValue) => b.call("tanh", x);

/** The other's entries in the shape of one, some of them missing where there are fewer. */
function placed(b: TensorProgramBuilder, x: TensorValue, shape: Shape, next: () => number): TensorValue {
  const size = sizeOf(b.shapeOf(x));
  return b.gather(
    x,
    Int32Array.from({ length: sizeOf(shape) }, () => Math.floor((size + 1) * next()) - 1),
    shape,
  );
}

const steps: readonly Step[] = [
  (b, x, y, next) => b.add(x, placed(b, y, b.shapeOf(x), next)),
  (b, x, y, next) => b.subtract(placed(b, y, b.shapeOf(x), next), b.scale(0.3, x)),
  (b, x, y, next) => b.multiply(within(b, x), placed(b, within(b, y), b.shapeOf(x), next)),
  (b, x, y, next) => b.divide(within(b, x), b.shift(b.call("sigmoid", placed(b, y, b.shapeOf(x), next)), 1)),
  (b, x) => b.call("sin", x),
  (b, x) => b.call("softplus", x),
  (b, x) => b.power(b.shift(b.call("sigmoid", x), 0.5), b.constant(1.5, b.shapeOf(x))),
  (b, x) => b.scale(-0.7, x),
  (b, x, _, next) => {
    const { length } = b.shapeOf(x);
    return length === 0 ? undefined : b.sum(within(b, x), Math.floor(length * next()));
  },
  (b, x) => (b.shapeOf(x).length === 0 ? undefined : b.logsumexp(x)),
  (b, x, _, next) => b.broadcast(x, Math.floor((b.shapeOf(x).length + 1) * next()), 2),
  (b, x, y, next) => {
    const left = b.shapeOf(x);
    if (left.length !== 2) {
      return undefined;
    }
    const [transposeA, transposeB] = [next() < 0.5, next() < 0.5];
    const inner = left[transposeA ? 0 : 1]!;
    const right = placed(b, within(b, y), transposeB ? [3, inner] : [inner, 3], next);
    return b.matmul(within(b, x), right, transposeA, transposeB);
  },
  (b, x) => b.reshape(x, [sizeOf(b.shapeOf(x))]),
];

/** A number that follows from all inputs, in some steps at random. */
function lossOf(seed: number): TensorProgram {
  return programOf(shapes, (b, ...inputs) => {
    const next = random(seed);
    const known = [...inputs];
    for (let step = 0; step < 14; step++) {
      // The last ones more often, so that programs are deep.
      const pick = () => known[Math.floor(known.length * Math.sqrt(next()))]!;
      const made = steps[Math.floor(steps.length * next())]!(b, pick(), pick(), next);
      if (made !== undefined && sizeOf(b.shapeOf(made)) <= 60) {
        known.push(made);
      }
    }
    return known.slice(-5).reduce((sum, part) => b.add(sum, b.total(b.call("sin", part))), b.constant(0));
  });
}

const seeds = Array.from({ length: 24 }, (_, k) => 7919 * (k + 1));

test("programs at random and their gradients are carried out as interpreted, also where weights go along these", async () => {
  const all = [...shapes.keys()];
  const cases = seeds.flatMap((seed): LoopCase[] => {
    const gradient = gradientProgram(lossOf(seed), all);
    const inputs = singles(shapes, -1, 1, seed);
    return [
      { name: `program ${seed}`, program: gradient, inputs, off: 3e-6 },
      {
        name: `descent ${seed}`,
        program: { ...gradient, outputs: gradient.outputs.slice(1) },
        inputs,
        weights: shapes.length,
        goes: all.map((weight) => ({ weight, share: -0.5 })),
        off: 3e-6,
      },
    ];
  });
  await expectAsInterpreted(cases);
  const kinds = new Set(cases.flatMap((one) => kindsOf(one)));
  expect([...kinds].sort()).toEqual(["entrywise", "gatherSum", "largest", "product", "sum"]);
});

test("so are their power series to order 3, and those of gradients", async () => {
  await expectAsInterpreted(
    seeds.slice(0, 8).flatMap((seed) =>
      [lossOf(seed), gradientProgram(lossOf(seed), [0, 2])].map((program, number): LoopCase => {
        const order = 3 - number;
        const lifted = liftProgram(
          program,
          powerSeries(order),
          shapes.map((_, input) => (input === 4 ? [] : [1])),
        ).program;
        return {
          name: `series ${seed} ${number}`,
          program: lifted,
          inputs: singles(lifted.inputs, -1, 1, seed),
          off: 1e-5,
        };
      }),
    ),
  );
});
