import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tensorFormats } from "../../src/data/index.js";
import { signatureOf } from "../../src/language/semantics/tensors/arguments.js";
import { readerSignature } from "../../src/server/keyword-docs.js";
import { tensorFunctions } from "../../src/tensors/index.js";
import { analyze } from "./workspace.js";

// The examples of the reference are true: those of a code have it, and are rid of it when set right.

const page = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");
const [constructs, diagnostics] = page.split("\n## Diagnostics\n") as [string, string];
const codes = diagnostics
  .split("\n### ")
  .slice(1)
  .map((section) => ({
    code: /^`([\w-]+)`/.exec(section)?.[1] ?? "",
    examples: examplesOf(section),
  }));

function examplesOf(text: string): string[] {
  return [...text.matchAll(/```diag\n([\s\S]*?)```/g)].map((match) => match[1]!);
}

test.each(examplesOf(constructs))("an example of a construct: %j", async (example) => {
  // Examples of one construct may name one diagram in two ways.
  const { diagnostics: found } = await analyze(example);
  expect(found.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
});

test("every code of the contract has its section", () => {
  expect(codes.map(({ code }) => code).sort()).toEqual(
    [
      ...["syntax", "unresolved", "duplicate-name", "cycle", "second-parent", "many-roots", "two-parts"],
      ...["root-in-part", "path-condition", "reducible", "never-embeds", "same-diagram"],
      ...["unknown-symbol", "bad-distribution", "bad-space-time", "bad-value", "shape", "not-smooth"],
    ].sort(),
  );
});

test("functions of tensors and readers of data are those of their records", () => {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = [
    ...tensorFunctions.map((record) => [signatureOf(record), record.documentation]),
    ...tensorFormats.map((record) => [readerSignature(record), record.documentation]),
  ];
  for (const [signature, documentation] of rows) {
    expect(page).toContain(`\n| \`${cell(signature!)}\` | ${cell(documentation!)} |\n`);
  }
});

describe.each(codes)("$code", ({ code, examples }) => {
  test("is what its example has, and only that", async () => {
    const { diagnostics: found } = await analyze(examples[0]!);
    expect(new Set(found.map((problem) => problem.code))).toEqual(new Set([code]));
  });

  test("is gone from the example set right, and so is everything else", async () => {
    const { diagnostics: found } = await analyze(examples[1]!);
    expect(found).toEqual([]);
  });
});
