import { expect, test } from "vitest";
import { rateFor } from "../../../webview/preview/spacetime/rates.js";

const rates = [
  { spacetime: "gd(T = 4)", landscape: "bowl", eta: 0.05 },
  { spacetime: "gd(T = 4)", landscape: "hill", eta: 0.02 },
  { spacetime: "gd(T = 8)", landscape: "hill", eta: 0.01 },
];

test.each([
  ["gd(T = 4)", "bowl", 0.05],
  ["gd(T = 4)", "hill", 0.02],
  ["gd(T = 8)", "hill", 0.01],
  ["gd(T = 8)", "bowl", 0.01],
  ["gd(T = 4)", undefined, 0.05],
  ["gd(T = 2)", "hill", 0.02],
  ["gd(T = 2)", "none", 0.1],
])("the learning rate to begin with in %s on %s is the file's", (text, landscape, eta) => {
  expect(rateFor({ rates }, text, landscape)).toBe(eta);
  expect(rateFor({}, text, landscape)).toBe(0.1);
});
