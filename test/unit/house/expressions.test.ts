import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { expressionsOf, isExponential } from "./expressions.js";
import { readSources } from "./imports.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

// A text from a stranger that an expression can divide in ever more ways holds the editor's processes.
describe("regular expressions", () => {
  test("take no exponential time", async () => {
    const all = await expressionsOf(readSources(root, ["src", "webview"]));
    expect(all.length).toBeGreaterThan(500);
    expect(all.filter(isExponential)).toEqual([]);
  });

  test("are found as literals, in templates, by name across files, and joined", async () => {
    const written = new Map([
      ["src/a/names.ts", 'export const aName = "[a-z]\\\\w*";'],
      [
        "src/a/index.ts",
        `import { aName as word } from "./names.js";
        const tail = /,+/;
        export const list = (text: string): boolean => new RegExp(\`^(?:\\\\s|\${word})*$\`, "u").test(text);
        export const one = /(?:x+)+y/i;
        export const joined = new RegExp([String.raw\`\\d+\`, word].join("|") + tail.source);
        export const made = (other: string): RegExp => new RegExp(other);
        matchAt(\`\${word}*\`, place, start);`,
      ],
    ]);
    const found = await expressionsOf(written);
    expect(found.map(({ pattern }) => pattern).sort()).toEqual(
      [",+", "(?:x+)+y", "^(?:\\s|[a-z]\\w*)*$", "\\d+|[a-z]\\w*,+", "unknown", "[a-z]\\w**"].sort(),
    );
  });

  test.each([
    ["^(?:[\\s,]|[a-z]\\w*)*$", true],
    ["(?:x+)+y", true],
    ["^(?:\\s*\\w+,)*$", false],
    ["^[\\s,]*$", false],
  ])("%s", (pattern, expected) => {
    expect(isExponential({ pattern, flags: "u" })).toBe(expected);
  });
});
