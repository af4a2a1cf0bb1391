import { counted } from "../../printable/index.js";
import type { Shape } from "../expression.js";
import type { TensorProgramBuilder, TensorValue } from "../program.js";
import { axisOf, describeShape, sizeOf } from "../shapes.js";
import { ShapeError, type TensorFunction } from "./record.js";
import { applied, enclosed } from "./tex.js";

export const reshape: TensorFunction = {
  name: "reshape",
  documentation: "The same entries, row-major, in another shape: `reshape(x, 4, 10)`.",
  tensors: ["x"],
  constants: [
    { name: "n", documentation: "the length of each axis, from the first on", least: 1, isRepeated: true },
  ],
  shapeOf([x], lengths) {
    const shape = lengths.map((length) => length!);
    if (sizeOf(shape) !== sizeOf(x!)) {
      throw new ShapeError(
        `reshape(x, ${shape.join(", ")}) of ${describeShape(x!)}: ${counted(sizeOf(x!), "entry does", "entries do")} not fill ${describeShape(shape)}, which has ${sizeOf(shape)}; give lengths whose product is ${sizeOf(x!)}`,
      );
    }
    return shape;
  },
  lower: (builder, [x], lengths) =>
    builder.reshape(
      x!,
      lengths.map((length) => length!),
    ),
  latex: ([x], lengths) => `\\operatorname{reshape}_{${lengths.join("\\times ")}}\\left(${x}\\right)`,
};

export const flatten: TensorFunction = {
  name: "flatten",
  documentation: "The entries as a vector, row-major.",
  tensors: ["x"],
  constants: [],
  shapeOf: ([x]) => [sizeOf(x!)],
  lower: (builder, [x]) => builder.reshape(x!, [sizeOf(builder.shapeOf(x!))]),
  latex: (tensors) => applied("flatten", tensors),
};

export const transpose: TensorFunction = {
  name: "transpose",
  documentation: "The axes in reverse order: of a matrix its transpose.",
  tensors: ["x"],
  constants: [],
  shapeOf: ([x]) => x!.toReversed(),
  lower(builder, [x]) {
    const shape = builder.shapeOf(x!);
    const strides = stridesOf(shape).reverse();
    return builder.gather(x!, placesOf(shape.toReversed(), strides), shape.toReversed());
  },
  latex: ([x]) => `${enclosed(x!)}^{\\top}`,
};

export const concat: TensorFunction = {
  name: "concat",
  documentation:
    "Tensors one behind the other along the last axis (`axis = k`: another); all other lengths must be equal. Of vectors, a longer vector.",
  tensors: ["x", "y"],
  isVariadic: true,
  constants: [
    {
      name: "axis",
      documentation:
        "along which they are put together, from 0, or from the end where negative; the last where left out",
      otherwise: -1,
    },
  ],
  shapeOf(shapes, [axis]) {
    const first = shapes[0]!;
    const own = axisOf(first, axis ?? -1, "concat(x, y)");
    for (const shape of shapes) {
      const isAlike =
        shape.length === first.length &&
        shape.every((length, other) => other === own || length === first[other]);
      if (!isAlike) {
        throw new ShapeError(
          `concat(x, y) of ${describeShape(first)} and ${describeShape(shape)}: all lengths but those of axis ${own} must be equal; reshape one of them, or name another axis`,
        );
      }
    }
    return first.toSpliced(
      own,
      1,
      shapes.reduce((length, shape) => length + shape[own]!, 0),
    );
  },
  lower: (builder, values, [axis]) =>
    concatenated(builder, values, axisOf(builder.shapeOf(values[0]!), axis ?? -1, "concat(x, y)")),
  latex: (tensors) => `\\left[${tensors.join(";\\, ")}\\right]`,
};

/** So many tensors are put among zeros of the length of all; more are put together in groups before, which takes less. */
const mostAtOnce = 16;

/** Tensors that are alike but for an axis, one behind the other along it: each among zeros, and added. */
export function concatenated(
  builder: TensorProgramBuilder,
  values: readonly TensorValue[],
  axis: number,
): TensorValue {
  if (values.length > mostAtOnce) {
    const size = Math.ceil(values.length / mostAtOnce);
    const groups = Array.from({ length: Math.ceil(values.length / size) }, (_, group) =>
      concatenated(builder, values.slice(group * size, (group + 1) * size), axis),
    );
    return concatenated(builder, groups, axis);
  }
  const shapes = values.map((value) => builder.shapeOf(value));
  const length = shapes.reduce((total, shape) => total + shape[axis]!, 0);
  const shape = shapes[0]!.toSpliced(axis, 1, length);
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  let first = 0;
  let whole: TensorValue | undefined;
  values.forEach((value, place) => {
    const own = shapes[place]![axis]!;
    const table = new Int32Array(outer * length * inner).fill(-1);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < own * inner; i++) {
        table[(o * length + first) * inner + i] = o * own * inner + i;
      }
    }
    first += own;
    const among = builder.gather(value, table, shape);
    whole = whole === undefined ? among : builder.add(whole, among);
  });
  return whole!;
}

/** `operand[i, j, …]`. */
export function indexed(
  builder: TensorProgramBuilder,
  operand: TensorValue,
  indices: readonly number[],
): TensorValue {
  const shape = builder.shapeOf(operand);
  const rest = shape.slice(indices.length);
  const strides = stridesOf(shape);
  const first = indices.reduce((place, index, axis) => place + index * strides[axis]!, 0);
  return builder.gather(
    operand,
    Int32Array.from({ length: sizeOf(rest) }, (_, i) => first + i),
    rest,
  );
}

/** How far apart neighbours along each axis are. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  }
  return strides;
}

/** The place `first + Σ index · stride` of each entry of a shape, row-major. */
export function placesOf(shape: Shape, strides: readonly number[], first = 0): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  let filled = 1;
  places[0] = first;
  // each axis repeats what is there, from the last place on so that nothing is written over before it is read
  shape.forEach((length, axis) => {
    for (let place = filled - 1; place >= 0; place--) {
      for (let index = length - 1; index >= 0; index--) {
        places[place * length + index] = places[place]! + index * strides[axis]!;
      }
    }
    filled *= length;
  });
  return places;
}
