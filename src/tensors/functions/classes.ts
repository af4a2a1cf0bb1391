import type { Shape } from "../expression.js";
import { broadcastShape, describeShape, sameShape } from "../shapes.js";
import { concatenated } from "./arrangement.js";
import { ShapeError, type TensorFunction } from "./record.js";
import { applied } from "./tex.js";

/** The shape of a tensor over whose last axis something is done. */
function withLastAxis(name: string, shape: Shape): Shape {
  if (shape.length === 0) {
    throw new ShapeError(`${name}(x) of a scalar, which has no last axis; give it a vector`);
  }
  return shape;
}

export const softmax: TensorFunction = {
  name: "softmax",
  documentation: "`e^x / Σ e^x` over the last axis: probabilities in the shape of `x`.",
  tensors: ["x"],
  constants: [],
  shapeOf: ([x]) => withLastAxis("softmax", x!),
  lower: (builder, [x]) => builder.call("exp", logSoftmax.lower(builder, [x!], [])),
  latex: (tensors) => applied("softmax", tensors),
};

export const logSoftmax: TensorFunction = {
  name: "log_softmax",
  documentation: "`x − log(Σ e^x)` over the last axis: logarithms of probabilities in the shape of `x`.",
  tensors: ["x"],
  constants: [],
  shapeOf: ([x]) => withLastAxis("log_softmax", x!),
  lower(builder, [x]) {
    const shape = builder.shapeOf(x!);
    const normal = builder.broadcast(builder.logsumexp(x!), shape.length - 1, shape.at(-1)!);
    return builder.subtract(x!, normal);
  },
  latex: (tensors) => applied("log\\,softmax", tensors),
};

export const logsumexp: TensorFunction = {
  name: "logsumexp",
  documentation:
    "`log(Σ e^x)` over the last axis, which goes; `logsumexp(x, y, …)` is `log(e^x + e^y + …)`, entry by entry. Finite wherever an entry is.",
  tensors: ["x"],
  isVariadic: true,
  constants: [],
  shapeOf: (shapes) =>
    shapes.length === 1
      ? withLastAxis("logsumexp", shapes[0]!).slice(0, -1)
      : broadcastShape(shapes, "take logsumexp of"),
  lower(builder, values) {
    if (values.length === 1) {
      return builder.logsumexp(values[0]!);
    }
    const shape = broadcastShape(
      values.map((value) => builder.shapeOf(value)),
      "take logsumexp of",
    );
    const columns = values.map((value) => builder.reshape(builder.broadcastTo(value, shape), [...shape, 1]));
    return builder.logsumexp(concatenated(builder, columns, shape.length));
  },
  latex: (tensors) => applied("logsumexp", tensors),
};

export const crossEntropy: TensorFunction = {
  name: "cross_entropy",
  documentation:
    "In nats, over the last axis of `logits` with `n` classes, which goes: `logsumexp(logits) − logits[label]` for a whole `label` from 0 to `n − 1`, or `−Σ label · log_softmax(logits)` for a vector of `n` probabilities.",
  tensors: ["logits", "label"],
  constants: [],
  shapeOf([logits, label]) {
    if (logits!.length === 0) {
      throw new ShapeError(
        "cross_entropy(logits, label) of a scalar: logits need an axis with an entry for each class; give it a vector",
      );
    }
    const rest = logits!.slice(0, -1);
    if (!sameShape(label!, rest) && !sameShape(label!, logits!)) {
      throw new ShapeError(
        `cross_entropy(logits, label) of ${describeShape(logits!)} and ${describeShape(label!)}: a label is ${describeShape(rest)} of whole numbers or ${describeShape(logits!)} of probabilities; give it one of these shapes`,
      );
    }
    return rest;
  },
  lower(builder, [logits, label]) {
    const shape = builder.shapeOf(logits!);
    const last = shape.length - 1;
    const normal = builder.logsumexp(logits!);
    if (builder.shapeOf(label!).length === last) {
      const one = builder.oneHot(label!, shape[last]!);
      return builder.subtract(normal, builder.sum(builder.multiply(one, logits!), last));
    }
    return builder.subtract(
      builder.multiply(normal, builder.sum(label!, last)),
      builder.sum(builder.multiply(label!, logits!), last),
    );
  },
  latex: (tensors) => applied("cross\\,entropy", tensors),
};

export const oneHot: TensorFunction = {
  name: "one_hot",
  documentation:
    "A vector of `n` entries that are 0 but for a 1 at the whole number `label`, from 0; of a tensor of labels, an axis more.",
  tensors: ["label"],
  constants: [{ name: "n", documentation: "how many entries", least: 1 }],
  shapeOf: ([label], [n]) => [...label!, n!],
  lower: (builder, [label], [n]) => builder.oneHot(label!, n!),
  latex: ([label]) => `\\mathbf{e}_{${label}}`,
};
