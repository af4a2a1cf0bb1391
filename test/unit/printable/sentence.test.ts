import { expect, test } from "vitest";
import { asSentence } from "../../../src/printable/index.js";

test.each([
  ["it is 2.5 times as fast as the processor", "It is 2.5 times as fast as the processor."],
  ["no GPU was found; install a driver", "No GPU was found; install a driver."],
  ["Why is that?", "Why is that?"],
  ["the limit does not exist.", "The limit does not exist."],
  ["tfjs is not installed", "tfjs is not installed."],
  ["webgpu: no adapter", "webgpu: no adapter."],
  ["test_loss was not measured", "test_loss was not measured."],
  ["`h` is no weight", "`h` is no weight."],
  ["v2 lacks it", "v2 lacks it."],
  ["diag.engine.backend is auto", "diag.engine.backend is auto."],
  ["", ""],
])("%j stands alone as %j", (clause, sentence) => {
  expect(asSentence(clause)).toBe(sentence);
  expect(asSentence(sentence)).toBe(sentence);
});
