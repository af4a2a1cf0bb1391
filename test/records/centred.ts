import type { TensorFunction } from "../../src/tensors/index.js";
import { ShapeError } from "../../src/tensors/shapes.js";

/** A tensor less the mean of its last axis. */
export const centred: TensorFunction = {
  name: "centred",
  documentation: "`x` less its mean over the last axis.",
  tensors: ["x"],
  constants: [],
  shapeOf([x]) {
    if (x!.length === 0) {
      throw new ShapeError("centred(x) of a scalar, which has no last axis; give it a vector");
    }
    return x!;
  },
  lower(builder, [x]) {
    const shape = builder.shapeOf(x!);
    const last = shape.length - 1;
    const length = shape[last]!;
    const mean = builder.scale(1 / length, builder.sum(x!, last));
    return builder.subtract(x!, builder.broadcast(mean, last, length));
  },
  latex: ([x]) => `\\left(${x}\\right)_{0}`,
};
