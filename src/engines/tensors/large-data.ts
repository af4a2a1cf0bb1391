import type { Tensor, TensorNamespace } from "./namespace.js";

/** Data of a landscape of tensors as programs take them, of shape `[trials, entries]`, or `[1, entries]` where trials share them; nothing for those that nothing needs. */
export function tensorsOf(
  tf: TensorNamespace,
  data: readonly Float64Array[],
  trials: number,
): readonly (Tensor | undefined)[] {
  // New arrays each time: some back ends read them later, or keep them as they are.
  return data.map((values) =>
    values.length === 0
      ? undefined
      : tf.tensor(Float32Array.from(values), [trials, values.length / trials], "float32"),
  );
}
