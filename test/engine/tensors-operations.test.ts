import { beforeAll, describe, expect, test } from "vitest";
import { openBundled } from "../../src/engines/tensors/backends.js";
import { BatchedProgram } from "../../src/engines/tensors/batched-program.js";
import type { TensorEngine } from "../../src/engines/tensors/tensor-program.js";
import { elementaryFunctions } from "../../src/landscape/expression.js";
import {
  finishTensorProgram,
  type Shape,
  sizeOf,
  TensorInterpreter,
  TensorProgramBuilder,
  type TensorValue,
} from "../../src/tensors/index.js";

const trials = 3;

/** Numbers from 0.1 to 0.9, which all functions take but acosh. */
const entries = (count: number, first = 0): Float64Array =>
  Float64Array.from({ length: count }, (_, place) => 0.1 + 0.8 * (((place + first) * 0.618) % 1));

interface Case {
  readonly what: string;
  /** Shapes of inputs; one that is shared by all trials has a `1` before it. */
  readonly inputs: readonly {
    readonly shape: Shape;
    readonly isShared?: boolean;
    readonly values?: number[];
  }[];
  readonly make: (b: TensorProgramBuilder, inputs: readonly TensorValue[]) => readonly TensorValue[];
}

const cases: readonly Case[] = [
  {
    what: "entrywise operations on what each trial has and what all share",
    inputs: [{ shape: [2, 3] }, { shape: [2, 3], isShared: true }],
    make: (b, [x, y]) => [
      b.add(x!, y!),
      b.multiply(x!, y!),
      b.divide(x!, y!),
      b.divide(y!, x!),
      b.multiply(y!, y!),
    ],
  },
  {
    what: "powers",
    inputs: [{ shape: [4] }, { shape: [4], isShared: true }, { shape: [3], values: [-2, -0.5, 0] }],
    make: (b, [x, y, z]) => [
      ...[0, 1, 2, 3, 7, -2, 0.5, 1.7, -0.5].map((power) => b.power(x!, b.constant(power, [4]))),
      b.power(x!, y!),
      ...[0, 1, 2, 3].map((power) => b.power(z!, b.constant(power, [3]))),
    ],
  },
  {
    what: "gathers, with nothing at some places",
    inputs: [{ shape: [2, 3] }, { shape: [4], isShared: true }],
    make: (b, [x, y]) => [
      b.gather(x!, Int32Array.from([5, 0, 0, -1, 3, 2, -1, 1]), [2, 4]),
      b.gather(x!, Int32Array.from([1, 3]), [2]),
      b.gather(y!, Int32Array.from([3, -1, 3]), [3]),
    ],
  },
  {
    what: "sums and repetitions along each axis",
    inputs: [{ shape: [2, 3, 4] }, { shape: [3, 2], isShared: true }],
    make: (b, [x, y]) => [
      ...[0, 1, 2].map((axis) => b.sum(x!, axis)),
      ...[0, 1, 2, 3].map((axis) => b.broadcast(x!, axis, 5)),
      b.sum(y!, 0),
      b.broadcast(y!, 1, 3),
      b.total(x!),
      b.add(b.reshape(x!, [4, 6]), b.constant(2, [4, 6])),
    ],
  },
  {
    what: "products of matrices and of stacks of them, transposed or not",
    inputs: [
      { shape: [2, 3] },
      { shape: [3, 4] },
      { shape: [3, 4], isShared: true },
      { shape: [4, 3] },
      { shape: [5, 2, 3] },
      { shape: [5, 3, 2], isShared: true },
      { shape: [5, 2, 3], isShared: true },
    ],
    make: (b, [x, y, shared, turned, stack, stacked, other]) => [
      b.matmul(x!, y!),
      b.matmul(x!, shared!),
      b.matmul(shared!, turned!, false, false),
      b.matmul(x!, turned!, false, true),
      b.matmul(y!, shared!, true),
      b.matmul(stack!, stacked!),
      b.matmul(stacked!, stack!),
      b.matmul(stack!, other!, true, false),
      b.matmul(other!, stack!, false, true),
      b.matmul(x!, b.constant(2, [3, 2])),
    ],
  },
  {
    what: "products of larger matrices, and with vectors",
    inputs: [
      { shape: [18, 20] },
      { shape: [20, 18], isShared: true },
      { shape: [2, 18, 20] },
      { shape: [2, 20, 18], isShared: true },
      { shape: [20, 1] },
      { shape: [1, 20] },
    ],
    make: (b, [x, shared, stack, stacked, column, row]) => [
      b.matmul(x!, shared!),
      b.matmul(shared!, x!),
      b.matmul(x!, x!, true, false),
      b.matmul(x!, x!, false, true),
      b.matmul(shared!, x!, true, true),
      b.matmul(stack!, stacked!),
      b.matmul(stack!, stack!, true, false),
      b.matmul(stacked!, stacked!, false, true),
      b.matmul(stacked!, stack!, true, true),
      b.matmul(x!, column!),
      b.matmul(shared!, column!, true, false),
      b.matmul(row!, shared!),
      b.matmul(row!, x!, false, true),
      b.matmul(row!, row!, true, false),
      b.matmul(row!, row!, false, true),
    ],
  },
  {
    what: "logsumexp, also of what only differs far from 0",
    inputs: [
      { shape: [2, 3] },
      { shape: [3], values: [1000, 999, -1000] },
      { shape: [2, 2], isShared: true },
    ],
    make: (b, [x, y, z]) => [b.logsumexp(x!), b.logsumexp(y!), b.logsumexp(z!)],
  },
  {
    what: "places of numbers, and of what is none of them",
    inputs: [
      { shape: [5], values: [0, 2, 3, -1, 0.5] },
      { shape: [], isShared: true, values: [1] },
    ],
    make: (b, [x, y]) => [b.oneHot(x!, 3), b.oneHot(y!, 4)],
  },
  {
    what: "every function of one number",
    inputs: [{ shape: [3] }, { shape: [5], values: [-60, -1, 0, 0.5, 60] }],
    make: (b, [x, y]) => [
      ...elementaryFunctions.map((name) => b.call(name, name === "acosh" ? b.shift(x!, 1) : x!)),
      b.call("tanhSlope", y!),
      b.call("abs", y!),
    ],
  },
];

describe.each(["cpu", "wasm"] as const)(
  "programs of tensors on tfjs's %s are the interpreter's",
  (backend) => {
    let engine: TensorEngine;

    beforeAll(async () => {
      ({ engine } = await openBundled(backend));
    });

    test.each(cases)("$what", async ({ inputs, make }) => {
      const builder = new TensorProgramBuilder();
      const program = finishTensorProgram(
        builder,
        make(
          builder,
          inputs.map(({ shape }) => builder.input(shape)),
        ),
      );
      const values = inputs.map(({ shape, isShared, values: own }, input) => {
        const count = isShared ? 1 : trials;
        return own === undefined
          ? entries(count * sizeOf(shape), 10 * input)
          : Float64Array.from({ length: count * own.length }, (_, place) => own[place % own.length]!);
      });
      const interpreter = new TensorInterpreter(
        program,
        inputs.map(({ isShared }) => isShared !== true),
        trials,
      );
      const expected = interpreter.run(values).map((output) => Float64Array.from(output));
      const { tf } = engine;
      const outputs = tf.tidy(() => [
        ...new BatchedProgram(engine, program).run(
          values.map((own, input) =>
            tf.tensor(Float32Array.from(own), [
              inputs[input]!.isShared ? 1 : trials,
              own.length / (inputs[input]!.isShared ? 1 : trials),
            ]),
          ),
        ),
      ]);
      for (const [place, list] of expected.entries()) {
        const found = await outputs[place]!.data();
        list.forEach((value, entry) => {
          const own = found[found.length === 1 ? 0 : entry]!;
          expect(
            Math.abs(own - value) / Math.max(Math.abs(value), 0.1),
            `output ${place}, entry ${entry}`,
          ).toBeLessThan(2e-6);
        });
      }
      tf.dispose(outputs);
    });
  },
);
