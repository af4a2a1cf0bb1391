import type { Shape } from "../expression.js";
import type { TensorProgramBuilder, TensorValue } from "../program.js";
import { axisOf, broadcastShape, describeShape, sameShape, sizeOf, withoutAxis } from "../shapes.js";
import { type FunctionConstant, ShapeError, type TensorFunction } from "./record.js";
import { applied, enclosed } from "./tex.js";

const axisConstant: FunctionConstant = {
  name: "axis",
  documentation: "the axis along which entries are added, from 0, or from the end where negative; it goes",
  otherwise: "nothing",
};

/** A function of all entries, or of those along an axis. */
function reduction(
  name: string,
  documentation: string,
  latexName: string,
  lower: (builder: TensorProgramBuilder, sum: TensorValue, count: number) => TensorValue,
): TensorFunction {
  return {
    name,
    documentation,
    tensors: ["x"],
    constants: [axisConstant],
    shapeOf: ([shape], [axis]) =>
      axis === undefined ? [] : withoutAxis(shape!, axisOf(shape!, axis, `${name}(x)`)),
    lower(builder, [x], [axis]) {
      const shape = builder.shapeOf(x!);
      if (axis === undefined) {
        return lower(builder, builder.total(x!), sizeOf(shape));
      }
      const own = axisOf(shape, axis, `${name}(x)`);
      return lower(builder, builder.sum(x!, own), shape[own]!);
    },
    latex: (tensors, constants) => applied(latexName, tensors, constants),
  };
}

export const sum = reduction(
  "sum",
  "The sum of all entries, a scalar; `sum(x, axis = k)` adds along one axis, which goes.",
  "sum",
  (_, total) => total,
);

export const mean = reduction(
  "mean",
  "The mean of all entries, a scalar; `mean(x, axis = k)` averages along one axis, which goes.",
  "mean",
  (builder, total, count) => builder.divide(total, builder.constant(count)),
);

export const dot: TensorFunction = {
  name: "dot",
  documentation: "The inner product `Σ x y` over all entries of two tensors of one shape: a scalar.",
  tensors: ["x", "y"],
  constants: [],
  shapeOf([x, y]) {
    if (!sameShape(x!, y!)) {
      throw new ShapeError(
        `dot(x, y) of ${describeShape(x!)} and ${describeShape(y!)}: their shapes must be equal; use x @ y for products of matrices, or sum(x * y) to broadcast`,
      );
    }
    return [];
  },
  lower: (builder, [x, y]) => builder.total(builder.multiply(x!, y!)),
  latex: ([x, y]) => `\\left\\langle ${x},\\, ${y} \\right\\rangle`,
};

export const square: TensorFunction = {
  name: "square",
  documentation: "`x²`, entry by entry.",
  tensors: ["x"],
  constants: [],
  shapeOf: ([x]) => x!,
  lower: (builder, [x]) => builder.power(x!, builder.constant(2)),
  latex: ([x]) => `${enclosed(x!)}^{2}`,
};

export const squaredError: TensorFunction = {
  name: "squared_error",
  documentation: "`sum((x − y)²) / 2`, a scalar; the shapes of `x` and `y` broadcast.",
  tensors: ["x", "y"],
  constants: [],
  shapeOf(shapes): Shape {
    broadcastShape(shapes, "take squared_error(x, y) of");
    return [];
  },
  lower: (builder, [x, y]) =>
    builder.scale(1 / 2, builder.total(builder.power(builder.subtract(x!, y!), builder.constant(2)))),
  latex: ([x, y]) => `\\tfrac{1}{2} \\left\\| ${x} - ${enclosed(y!)} \\right\\|^{2}`,
};
