import { expect, it as test } from "vitest";
import { engineReason } from "../../../src/runs/index.js";

test.each([
  ["the run is short", "the run is short", []],
  ["it was asked for.", "it was asked for", ["it was asked for."]],
  [
    "there is no compiler to use: none was found; there is no GPU to use: the driver\nsays no\r\n  and stops.",
    "there is no compiler to use: none was found",
    [
      "there is no compiler to use: none was found",
      "there is no GPU to use: the driver",
      "says no",
      "and stops.",
    ],
  ],
] as const)(
  "of what was said of engines the first is the sentence, and all of it the details: %j",
  (why, sentence, details) => {
    expect(engineReason(why)).toEqual({ sentence, details });
  },
);

test("an endless reason is cut in the sentence, and whole in the details", () => {
  const why = `the GPU is lost: ${"reset ".repeat(100).trim()}`;
  const { sentence, details } = engineReason(why);
  expect([...sentence].length).toBe(160);
  expect(sentence.endsWith("…")).toBe(true);
  expect(details).toEqual([why]);
});
