import type { Shape } from "../expression.js";
import { describeShape } from "../shapes.js";
import { ShapeError, type TensorFunction } from "./record.js";
import { applied } from "./tex.js";

export const xavier: TensorFunction = {
  name: "xavier",
  documentation:
    "`W · √(2/(fan_in + fan_out))` for a matrix `W[out, in]`, or a kernel `W[kh, kw, in, out]` with fans `kh·kw·in` and `kh·kw·out`: standard normal weights become Xavier's (Glorot and Bengio 2010).",
  tensors: ["W"],
  constants: [],
  shapeOf([shape]) {
    fansOf(shape!);
    return shape!;
  },
  lower(builder, [weight]) {
    const { input, output } = fansOf(builder.shapeOf(weight!));
    return builder.scale(Math.sqrt(2 / (input + output)), weight!);
  },
  latex: (tensors) => applied("xavier", tensors),
};

function fansOf(shape: Shape): { readonly input: number; readonly output: number } {
  if (shape.length === 2) {
    return { input: shape[1]!, output: shape[0]! };
  }
  if (shape.length === 4) {
    const area = shape[0]! * shape[1]!;
    return { input: area * shape[2]!, output: area * shape[3]! };
  }
  throw new ShapeError(
    `xavier(W) of ${describeShape(shape)}: fans are those of a matrix [out, in] or a kernel [kh, kw, in, out]; multiply other weights by a number of your own`,
  );
}
