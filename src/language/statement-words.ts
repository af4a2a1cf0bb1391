import { optimisers } from "../optimisers/index.js";

/** What statements of a landscape begin with. */
export const landscapeWords: readonly string[] = ["weights", "param", "let", "data", "loss"];

/** What statements of a verification begin with. */
export const verifyWords: readonly string[] = [
  "landscape",
  ...optimisers.map(({ name }) => name),
  "eta",
  "observe",
  "predict",
  "sum",
  "measure",
  "with",
  "metric",
  "trials",
  "seed",
  "test_points",
  "samples",
];

/** Words behind which what they are about stands at once, without `=`. */
export const statementsWithoutEquals: readonly string[] = [
  ...["weights", "param", "let", "data", "loss", "hyper"],
  ...["landscape", "observe", "predict", "order", "series", "with", "part"],
];
