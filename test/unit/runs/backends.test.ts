import { readFileSync } from "node:fs";
import { describe, expect, it as test } from "vitest";
import { executorRecords } from "../../../src/engines/executors.js";
import { engineRecords } from "../../../src/engines/index.js";
import { backends, choices } from "../../../src/runs/index.js";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

describe("what is said of engines", () => {
  test("has an engine that does it, in the same order", () => {
    expect(engineRecords.map(({ name }) => name)).toEqual(backends.map(({ name }) => name));
  });

  test("is what the editor's setting says", () => {
    const { properties } = JSON.parse(read("package.json")).contributes.configuration;
    const setting = properties["diag.engine.backend"];
    expect(setting.enum).toEqual(choices().map(({ name }) => name));
    expect(setting.enumDescriptions).toEqual(choices().map(({ documentation }) => documentation));
    expect(setting.default).toBe(choices()[0]!.name);
  });

  test("is what docs/engines.md says", () => {
    const rows = read("docs/engines.md").match(/^\| `.*\|$/gm)!;
    expect(rows).toEqual(
      expect.arrayContaining(
        backends.map(({ name, summary, precision }) => `| \`${name}\` | ${summary} | ${precision} |`),
      ),
    );
  });

  test("has places where it runs, which docs/engines.md says", () => {
    const [, table] = read("docs/engines.md").split("| trials run on | how |\n|---|---|\n");
    expect(table!.split("\n\n")[0]!.split("\n")).toEqual(
      executorRecords.map(({ name, documentation }) => `| ${name} | ${documentation} |`),
    );
  });
});
