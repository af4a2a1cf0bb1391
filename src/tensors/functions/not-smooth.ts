/** A function that authors of networks may look for and that no loss of tensors may apply to weights. */
export interface NotSmooth {
  readonly name: string;
  /** Whether it may be applied to what no weight enters. */
  readonly isAllowedOfData: boolean;
  /** Why, as the middle of a sentence behind the name. */
  readonly reason: string;
  /** What to take instead, as an imperative. */
  readonly instead: string;
}

const kink = "the theory expands the loss in its derivatives, which needs an analytic loss";

export const notSmoothFunctions: readonly NotSmooth[] = [
  {
    name: "relu",
    isAllowedOfData: false,
    reason: `has a kink at 0, and ${kink}`,
    instead: "take softplus(x), or softplus(k * x) / k for a sharper corner",
  },
  {
    name: "max",
    isAllowedOfData: false,
    reason: `has a kink where two entries are equal, and ${kink}`,
    instead: "take logsumexp(x), or logsumexp(k * x) / k for a sharper corner",
  },
  {
    name: "max_pool",
    isAllowedOfData: false,
    reason: `has a kink where two entries are equal, and ${kink}`,
    instead: "take avg_pool(x, size, stride), or a convolution with a stride",
  },
  {
    name: "abs",
    isAllowedOfData: true,
    reason: `of weights has a kink at 0, and ${kink}`,
    instead: "take sqrt(x^2 + 0.01) or logcosh(x)",
  },
];
