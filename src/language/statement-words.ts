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
