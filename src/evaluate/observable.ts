/**
 * What is measured after the last update (THEORY §3). A displacement names its weights by index
 * into the landscape's weights; all of them, in order, when the file names none.
 */
export type Observable =
  | { readonly kind: "test_loss" }
  | { readonly kind: "train_loss" }
  /** Test loss minus train loss. */
  | { readonly kind: "gen_gap" }
  | { readonly kind: "displacement"; readonly weights: readonly number[] };

/** Exact sums over the grid's times, or the integrals of the paper's Remark 2. */
export type SumMode = "exact" | "integral";
