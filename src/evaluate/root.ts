import type { Combination, WeightFunction } from "../observables/index.js";

/**
 * What stands at a diagram's root: the loss, nothing (the root's end of its one edge is left open), or a function of the weights,
 * and then the root is alone in its part. A root that is two has what covaries, each with its own edges.
 */
export type Root = "loss" | "open" | WeightFunction | RootPair;

/** Two roots in one. */
export interface RootPair {
  readonly covaried: readonly [Combination, Combination];
  /** For each node but the root, whether its path ends at the first of the two. */
  readonly isFirst: readonly boolean[];
}
