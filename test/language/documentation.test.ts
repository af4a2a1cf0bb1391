import { expect, test } from "vitest";
import { analyze } from "./workspace.js";

test.each([
  ["/** One line. */", "One line."],
  ["/**\n * Two lines,\n *   indented.\n */", "Two lines,\n  indented."],
  ["/** far */ /** near */", "near"],
  ["/* no doc */", undefined],
  ["// no doc\n", undefined],
  ["/***/", undefined],
  ["/** */", undefined],
])("%j", async (comment, expected) => {
  const { diagrams } = await analyze(`diagram first { a -> b }\n${comment}\ntrain diagram d { a, b -> c }`);
  expect(diagrams.get("d")?.documentation).toBe(expected);
  expect(diagrams.get("first")?.documentation).toBeUndefined();
});
