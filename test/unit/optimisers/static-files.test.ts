import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { numbersOf, optimisers } from "../../../src/optimisers/index.js";

// What cannot ask the records says what they say.

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const names = optimisers.map(({ name }) => name);

test("the editor's colours know their names", () => {
  const { patterns } = JSON.parse(
    JSON.stringify(JSON.parse(read("syntaxes/diag.tmLanguage.json")).repository.verifyBlock),
  ) as { patterns: { name?: string; match?: string }[] };
  const found = patterns.find(({ name }) => name === "support.function.space-time.diag");
  expect(found?.match).toBe(`\\b(?:${names.join("|")})\\b(?=\\s*\\()`);
});

test("the editor's colours know their parameters", () => {
  const grammar = read("syntaxes/diag.tmLanguage.json");
  const [, words = ""] = /\(\?:(N\|[\w|]+)\)/.exec(grammar) ?? [];
  const parameters = optimisers.flatMap((record) => record.parameters.map(({ name }) => name));
  expect(words.split("|").sort()).toEqual([...new Set(parameters)].sort());
});

test("the grammar knows their names", () => {
  const alternatives = names.map((name) => `'${name}'`).join(" | ");
  expect(read("src/optimisers/generated/names.langium")).toContain(
    `OptimiserName returns string:\n    ${alternatives};`,
  );
});

describe.each(optimisers)("the reference has a row of $name", (record) => {
  const call = `${record.name}(${numbersOf(record)
    .map(({ name }) => name)
    .join(", ")})`;
  const [row = ""] = read("docs/language.md")
    .split("\n")
    .filter((line) => line.startsWith(`| \`${call}\` |`));

  test.each(record.parameters)("with $name", (parameter) => {
    expect(row).toContain(`\`${parameter.name}`);
    if (parameter.kind === "choice") {
      for (const { name } of parameter.options) {
        const remark = name === parameter.default ? " (the default)" : "";
        expect(row).toContain(`\`${parameter.name} = ${name}\`${remark}`);
      }
    }
  });
});
