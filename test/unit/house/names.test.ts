import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { chosenOperand, observableRecords } from "../../../src/observables/index.js";
import { readSources } from "./imports.js";
import { faultsOfNames, type NamedKind } from "./names.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");

describe("names of things that have records", () => {
  test("are spelled in their records' files and nowhere else", () => {
    expect(faultsOfNames(readSources(root, ["src", "webview"]))).toEqual([]);
  });

  const kinds: readonly NamedKind[] = [{ kind: "bird", names: ["grey_tit", "wren"], home: "src/birds/" }];
  const sound = {
    "src/birds/tit.ts": 'const name = "grey_tit";',
    "src/birds/wren.ts": 'const name = "wren";',
  };
  const check = (files: Record<string, string>) =>
    faultsOfNames(new Map(Object.entries({ ...sound, ...files })), kinds);

  test("may be words of prose, and parts of other names", () => {
    expect(check({ "src/zoo/a.ts": "/** A wren flies. */ const wren = grey_tits;" })).toEqual([]);
  });

  test.each([
    ["quoted", 'const a = "wren";'],
    ["in a text", "const a = 'see `wren`';"],
    ["in a template", "const a = `see \\`wren\\``;"],
    ["with something behind it", "const a = 'wren(u)';"],
    ["as a property", "const a = { grey_tit: 1 };"],
  ])("are found elsewhere: %s", (_, text) => {
    expect(check({ "webview/a.ts": text })).toEqual([
      expect.stringMatching(/^webview\/a\.ts spells \w+; ask the bird's record in src\/birds\/$/),
    ]);
  });

  test("are found in two records, and in none", () => {
    expect(check({ "src/birds/b.ts": 'const name = "wren";' })).toEqual([
      "src/birds/wren.ts and src/birds/b.ts both spell the bird wren; one file is its record's",
    ]);
    expect(check({ "src/birds/wren.ts": "" })).toEqual(["no file in src/birds/ spells the bird wren"]);
  });
});

describe("the records of observables", () => {
  const names = observableRecords.map(({ name }) => name);

  test("are what the TextMate grammar colours as observables", () => {
    const words = [...textOf("syntaxes/diag.tmLanguage.json").matchAll(/\\\\b\(\?:([\w|]+)\)\\\\b/g)].map(
      ([, list]) => list!.split("|"),
    );
    const coloured = words.filter((list) => list.some((word) => names.includes(word)));
    expect(coloured).toEqual([names]);
  });

  test("are what the reference of the language and the theory's table list", () => {
    const row = textOf("docs/language.md")
      .split("\n")
      .find((line) => line.startsWith("| `observe …` |"))!;
    const listed = [...row.split("|")[2]!.matchAll(/`(\w+)(?:\([^)]*\))?`/g)].map(([, word]) => word);
    expect([...new Set(listed)]).toEqual(names);
    const table = textOf("docs/theory.md")
      .split("\n")
      .flatMap((line) => /^\| `(\w+)` \|/.exec(line)?.[1] ?? []);
    expect(table.toSorted()).toEqual(names.toSorted());
  });

  test("have names apart, and weights' displacements for all weights that are chosen", () => {
    expect(new Set(names).size).toBe(names.length);
    for (const record of observableRecords) {
      const chosen =
        record.weights === undefined
          ? []
          : [
              { index: 3, name: "v" },
              { index: 1, name: "u" },
            ];
      const operands = [3, 1].slice(0, record.operands ?? 0).map((weight) => chosenOperand({ weight }, []));
      const numbers = record.numbers(chosen, operands);
      expect(numbers.length).toBe(Math.max(1, chosen.length));
      expect(new Set(numbers.map(({ label }) => label)).size).toBe(numbers.length);
      for (const { label, combination } of numbers) {
        expect(label.startsWith(record.name)).toBe(true);
        expect(combination.length).toBeGreaterThan(0);
        expect(combination.every(({ factor }) => Number.isFinite(factor) && factor !== 0)).toBe(true);
      }
    }
  });
});
