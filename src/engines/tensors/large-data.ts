import type { DoubleTensor } from "../../simulate/tensors/index.js";
import type { Tensor, TensorNamespace } from "./namespace.js";

/** Data of a landscape of tensors as programs take them, of shape `[trials, entries]`, or `[1, entries]` where trials share them; nothing for those that nothing needs. */
export function tensorsOf(
  tf: TensorNamespace,
  data: readonly (Pick<DoubleTensor, "values" | "length"> | undefined)[],
  trials: number,
): readonly (Tensor | undefined)[] {
  // New arrays each time: some back ends read them later, or keep them as they are.
  return data.map(
    (tensor) => tensor && tf.tensor(Float32Array.from(tensor.values), [trials, tensor.length], "float32"),
  );
}
