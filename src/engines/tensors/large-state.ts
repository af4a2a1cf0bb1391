import type { Tensor, TensorNamespace } from "./namespace.js";
import type { Register } from "./tensor-descent.js";

/**
 * The state of a group of trials on a landscape of tensors: for each weight a register of shape `[trials, entries]`, and behind them all for each
 * order from 1 on one a weight.
 */
export interface LargeState {
  readonly weights: readonly Register[];
  /** Of order `k` at place `k − 1`. */
  readonly orders: readonly (readonly Register[])[];
}

/** A state of pairs of tensors, one behind the other. */
export function stateOf(pairs: readonly Tensor[], weights: number): LargeState {
  const registers = Array.from({ length: pairs.length / 2 }, (_, register) => ({
    high: pairs[2 * register]!,
    low: pairs[2 * register + 1]!,
  }));
  return {
    weights: registers.slice(0, weights),
    orders: Array.from({ length: registers.length / weights - 1 }, (_, order) =>
      registers.slice((order + 1) * weights, (order + 2) * weights),
    ),
  };
}

/** Lets its tensors go. */
export function letGo(tf: TensorNamespace, { weights, orders }: LargeState): void {
  for (const { high, low } of [...weights, ...orders.flat()]) {
    tf.dispose([high, low]);
  }
}
