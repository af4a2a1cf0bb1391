import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it as test } from "vitest";
import { distributions } from "../../../src/landscape/distributions/index.js";
import { readSources, type Sources, stripSource } from "./imports.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Words of others that are the same. */
const homonyms: Readonly<Record<string, readonly string[]>> = {
  "src/device/webgpu/pipelines.ts": ["uniform"],
};

/** Where names are spelled as a string of their own, or called in one, outside the room of their records. */
function spelledIn(sources: Sources, names: readonly string[], home: string): string[] {
  const found: string[] = [];
  for (const [path, source] of sources) {
    if (path.startsWith(home)) {
      continue;
    }
    const bare = stripSource(source, false);
    const strings = [...stripSource(source, true)].map((character, at) =>
      bare[at] === character && !/["'`]/.test(character) ? "\n" : character,
    );
    const words = new RegExp(`(["'\`])(${names.join("|")})\\1|\\b(${names.join("|")})\\(`, "g");
    for (const [, , whole, called] of strings.join("").matchAll(words)) {
      const name = whole ?? called!;
      if (!homonyms[path]?.includes(name)) {
        found.push(`${path} spells ${name}`);
      }
    }
  }
  return found;
}

describe("a name of a distribution is spelled in its record", () => {
  const names = distributions.map(({ name }) => name);
  const home = "src/landscape/distributions/";

  test("and nowhere else", () => {
    expect(spelledIn(readSources(root, ["src", "webview"]), names, home)).toEqual([]);
  });

  test("which the rule sees", () => {
    const spelled = (text: string) => spelledIn(new Map([["src/cli/a.ts", text]]), names, home);
    expect(spelled('if (name === "normal") {}')).toEqual(["src/cli/a.ts spells normal"]);
    expect(spelled("const text = `x ~ uniform(0, 1)`;")).toEqual(["src/cli/a.ts spells uniform"]);
    expect(spelled('// "normal"\nconst normal = normal(1); const text = "a normal deviate";')).toEqual([]);
  });
});

/** Where something that may hold a landscape or a table is written as JSON. */
function writtenWhole(sources: Sources): string[] {
  const whole =
    /JSON\.stringify\(\s*(?:[^()]*[^()\w.])?(?:\w+\.)*(landscape|table|request|specification|job|data|values)\b[^()]*\)/g;
  return [...sources].flatMap(([path, source]) =>
    [...stripSource(source, false).matchAll(whole)].map(([call]) => `${path}: ${call}`),
  );
}

describe("landscapes and tables are told apart by their digests", () => {
  test("and never by their JSON", () => {
    expect(writtenWhole(readSources(root, ["src"]))).toEqual([]);
  });

  test("which the rule sees", () => {
    const found = (text: string) => writtenWhole(new Map([["src/cli/a.ts", text]])).length;
    expect(found("const key = JSON.stringify(landscape);")).toBe(1);
    expect(found("const key = JSON.stringify([eta, verify.landscape], digested);")).toBe(1);
    expect(found("const key = JSON.stringify({ format, seed, request });")).toBe(1);
    expect(found("JSON.stringify([path, names]); read(landscape); JSON.stringify(digest)")).toBe(0);
  });
});

describe("the guides", () => {
  const folder = join(root, "docs/how-to");
  // The others are for users.
  const guides = readdirSync(folder).filter((name) => name.startsWith("add-"));

  test.each(guides)("%s names files that exist", (guide) => {
    const text = readFileSync(join(folder, guide), "utf8");
    const files = [...text.matchAll(/`((?:src|test|docs|syntaxes|webview)\/[\w./-]+)`/g)].map(
      ([, path]) => path!,
    );
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
