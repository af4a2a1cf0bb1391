import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it as test } from "vitest";
import { importsOf, readSources, stripSource } from "./imports.js";
import { rooms, violations, writers } from "./rules.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** A source with template literals, written so that nobody takes it for a template that lost its backticks. */
const template = (text: string): string => text.replaceAll("§", "$");

describe("the house", () => {
  const sources = readSources(root, ["src", "webview"]);

  test("has all its rooms", () => {
    for (const room of rooms) {
      expect([...sources.keys()]).toContain(`src/${room}/index.ts`);
    }
  });

  test("keeps its rules", () => {
    expect(violations(sources)).toEqual([]);
  });

  test("has no exception from them that is not needed", () => {
    for (const path of Object.keys(writers)) {
      const text = sources.get(path)!;
      expect(
        violations(new Map([["src/cli/index.ts", text.replaceAll('from "..', 'from "')]])).join(),
      ).toMatch("src/files writes files");
    }
  });
});

describe("the checker", () => {
  const check = (files: Record<string, string>): string[] => {
    const indexes = Object.keys(files).flatMap((path) =>
      path.startsWith("src/") ? [`${path.split("/").slice(0, 2).join("/")}/index.ts`] : [],
    );
    return violations(
      new Map([...indexes.map((path): [string, string] => [path, ""]), ...Object.entries(files)]),
    );
  };

  test("lets imports run downward", () => {
    const files = {
      "src/diagram/a.ts": "export const a = 1;",
      "src/evaluate/b.ts": 'import { a } from "../diagram/a.js";\nexport * from "../diagram/a.js";',
      "src/cli/c.ts":
        'const b = await import("../evaluate/b.js"); import "node:fs"; console.log(Date.now());',
    };
    expect(check(files)).toEqual([]);
  });

  test.each([
    ["an import", 'import { b } from "../evaluate/b.js";'],
    ["an import over several lines", 'import {\n  b,\n  type B,\n} from "../evaluate/b.js";'],
    ["an import for its effects", "import '../evaluate/b.js';"],
    ["an import of types", 'import type { B } from "../evaluate/b.js";'],
    ["an import of all", 'import c, * as b from "../evaluate/b.js";'],
    ["an export from", 'export { b as c } from "../evaluate/b.js";'],
    ["an export of all", 'export * from "../evaluate/b.js";'],
    ["a late import", 'const b = await import("../evaluate/b.js");'],
    ["a late import in a template", template("const b = `x§{await import('../evaluate/b.js')}`;")],
    ["a required module", 'import b = require("../evaluate/b.js");'],
    ["an import after a string with slashes", 'const u = "http://x"; import { b } from "../evaluate/b.js";'],
    ["an import after a pattern with quotes", 'const p = /["\'`/]/; import { b } from "../evaluate/b.js";'],
  ])("finds %s that runs upward", (_, text) => {
    expect(check({ "src/diagram/a.ts": text, "src/evaluate/b.ts": "" })).toEqual([
      "src/diagram/a.ts imports src/evaluate/b.ts: diagram is below evaluate",
    ]);
  });

  test("does not take comments and strings for imports", () => {
    const text = [
      '// import "../evaluate/b.js"',
      '/* export * from "../evaluate/b.js" */',
      "const a = 'import \"../evaluate/b.js\"';",
      'const b = `import "../evaluate/b.js"`;',
    ].join("\n");
    expect(check({ "src/diagram/a.ts": text, "src/evaluate/b.ts": "" })).toEqual([]);
  });

  test.each([
    ["vscode", "src/cli/a.ts", 'import * as vscode from "vscode";'],
    ["mathjs", "src/evaluate/a.ts", 'import { parse } from "mathjs/number";'],
    ["wabt", "src/verify/a.ts", 'const w = await import("wabt");'],
    ["elkjs", "src/diagram/a.ts", 'import Elk from "elkjs/lib/elk.bundled.js";'],
  ])("keeps %s in its room", (name, path, text) => {
    expect(check({ [path]: text })).toEqual([
      expect.stringMatching(`^${path} imports ${name}, which only src/.*/ may$`),
    ]);
  });

  test.each([
    ["node:fs", 'import { existsSync } from "node:fs";', "imports node:fs"],
    ["the clock", "export const now = () => Date.now();", "uses Date"],
    ["chance", "export const x = Math . random();", "uses Math.random"],
    ["the process", template("export const x = `§{process.argv}`;"), "uses process"],
    ["the console", "console.log(1);", "uses console"],
    ["globals", "globalThis.x = 1;", "uses globalThis"],
    ["timers", "setTimeout(() => 1, 5);", "uses a timer"],
  ])("keeps %s out of pure rooms", (_, text, fault) => {
    for (const room of ["diagram", "spacetime", "landscape", "evaluate"]) {
      expect(check({ [`src/${room}/a.ts`]: text })).toEqual([
        expect.stringContaining(`src/${room}/a.ts ${fault}`),
      ]);
    }
    expect(check({ "src/engines/a.ts": text })).toEqual([]);
  });

  test.each([
    "await mkdir(folder, { recursive: true });",
    "fs.mkdirSync(\n  folder,\n  { mode: 0o700, recursive: true },\n);",
  ])("finds %s", (text) => {
    expect(check({ "src/files/a.ts": text })).toEqual([
      "src/files/a.ts makes folders by a call that need not end; src/files makes them one after the other",
    ]);
  });

  test.each([
    ["writing", 'import { writeFile } from "node:fs/promises";', "writeFile"],
    [
      "writing among reading",
      'import {\n  readFile,\n  type Stats,\n  rm as away,\n} from "fs/promises";',
      "rm",
    ],
    ["opening", 'import { openSync } from "node:fs";', "openSync"],
    ["all", 'import * as fs from "node:fs";', "all of node:fs"],
    ["the default", "import fs from 'fs';", "all of node:fs"],
    ["what is required", 'const { rmSync } = require("fs");', "all of node:fs"],
    ["what comes late", 'const fs = await import("node:fs/promises");', "all of node:fs"],
    ["the editor's", "await vscode.workspace.fs.writeFile(target, content);", "fs.writeFile"],
  ])("keeps %s of files in its room", (_, text, name) => {
    expect(check({ "src/cli/a.ts": text })).toContain(`src/cli/a.ts takes ${name}; src/files writes files`);
    expect(check({ "src/files/a.ts": text, "webview/a.ts": text })).toEqual([]);
  });

  test("lets everybody ask whether files exist", () => {
    const text = 'import { existsSync, type Stats } from "node:fs";';
    expect(check({ "src/cli/a.ts": `${text} // import { rm } from "fs"` })).toEqual([]);
  });

  test.each([
    'import { readFileSync } from "node:fs";',
    'import { stat, readFile as text } from "node:fs/promises";',
    'import { type Stats,\n  open,\n} from "fs/promises";',
    'import * as fs from "node:fs";',
    'import fs from "fs";',
    'import { promises } from "node:fs";',
    'import { createReadStream } from "node:fs";',
    'export { readFile } from "node:fs/promises";',
    'const { readFile } = await import("node:fs/promises");',
  ])("finds what opens files outside their room: %s", (text) => {
    expect(check({ "src/language/a.ts": text })).toContainEqual(
      expect.stringMatching(/^src\/language\/a\.ts opens files \(.+\), which src\/files does$/),
    );
    expect(check({ "src/files/a.ts": text, "src/verify/checkpoint-folder.ts": text })).toEqual([]);
  });

  test("lets all rooms look at names of files", () => {
    const text =
      'import { existsSync, type Stats } from "node:fs";\nimport { stat, realpath } from "node:fs/promises";';
    expect(check({ "src/language/a.ts": text })).toEqual([]);
  });

  test.each([
    [
      "a message",
      "src/extension/a.ts",
      "void vscode.window.showErrorMessage(reason);",
      "src/extension/messages.ts",
    ],
    ["Markdown", "src/extension/a.ts", "item.tooltip = new vscode.MarkdownString(name);", "src/markdown/"],
    [
      "Markdown",
      "src/language/a.ts",
      'const d = { kind: "markdown", value };',
      "src/server/shown-markdown.ts",
    ],
    [
      "a text in a box",
      "src/extension/a.ts",
      "box.validationMessage = problem;",
      "src/extension/messages.ts",
    ],
    [
      "a text in a box",
      "src/extension/a.ts",
      template("box.prompt = `of §{name}`;"),
      "src/extension/messages.ts",
    ],
  ])("keeps %s where it is made harmless: %s", (what, path, text, home) => {
    expect(check({ [path]: text })).toEqual([
      expect.stringContaining(`${path} shows ${what}, which only ${home}`),
    ]);
    const harmless = 'box.prompt = shownText(words); box.validationMessage = ""; // showErrorMessage';
    expect(check({ [path]: harmless })).toEqual([]);
  });

  test.each([
    ["runs a text", "const value = eval(text);"],
    ["runs a text", 'const run = new Function("x", text);'],
    ["runs a text", 'import { runInNewContext } from "node:vm";'],
    ["runs a text", template("setTimeout(`go(§{text})`, 5);")],
    ["reads a text as markup", "element.innerHTML = label;"],
    ["reads a text as markup", 'element.insertAdjacentHTML("beforeend", label);'],
    ["reads a text as markup", "document.write(label);"],
    ["reads a text as markup", 'new DOMParser().parseFromString(label, "text/html");'],
  ])("finds what %s: %s", (what, text) => {
    for (const path of ["src/cli/a.ts", "webview/a.ts"]) {
      expect(check({ [path]: text })).toContain(`${path} ${what}`);
    }
    expect(
      check({ "webview/a.ts": "// innerHTML, eval\nmodel.evaluate(text); element.append(label);" }),
    ).toEqual([]);
  });

  test("lets pure rooms speak of such things", () => {
    const text =
      '// Date, Math.random()\nexport const x = "console.log(process)"; export const y = a.process; /** fetch() */';
    expect(check({ "src/diagram/a.ts": text })).toEqual([]);
  });

  test.each(['import "./b.js";', 'import type { B } from "./b.js";', 'const b = () => import("./b.js");'])(
    "finds circles: %s",
    (first) => {
      const circle = {
        "src/cli/a.ts": first,
        "src/cli/b.ts": 'import "./c.js";',
        "src/cli/c.ts": 'export * from "./a.js";',
      };
      expect(check(circle)).toEqual([
        "imports run in a circle: src/cli/a.ts → src/cli/b.ts → src/cli/c.ts → src/cli/a.ts",
      ]);
    },
  );

  test("finds missing files, rooms without index, strange rooms and long files", () => {
    expect(check({ "src/cli/a.ts": 'import "./gone.js";' })).toEqual([
      "src/cli/a.ts imports ./gone.js, which is not there",
    ]);
    expect(violations(new Map([["src/cli/a.ts", ""]]))).toEqual(["src/cli has no index.ts"]);
    expect(check({ "src/attic/a.ts": "" })).toEqual(["src/attic is not a room of this house"]);
    expect(check({ "src/cli/a.ts": `${"\n".repeat(500)}x;` })).toEqual([
      "src/cli/a.ts has 501 lines, more than 500",
    ]);
    expect(check({ "webview/a.ts": 'import "../src/cli/b.js";', "src/cli/b.ts": "" })).toEqual([
      "webview/a.ts imports src/cli/b.ts: pages get what they need as messages",
    ]);
  });

  test("keeps pages apart, and has them share the kit", () => {
    const files = { "webview/kit/c.ts": "", "webview/results/b.ts": "" };
    expect(check({ ...files, "webview/preview/a.ts": 'import "../kit/c.js";' })).toEqual([]);
    for (const path of ["webview/kit/c.ts", "webview/preview/a.ts"]) {
      expect(check({ ...files, [path]: 'import type { B } from "../results/b.js";' })).toEqual([
        `${path} imports webview/results/b.ts: what pages share is in webview/kit`,
      ]);
    }
  });

  test("blanks out comments and strings and nothing else", () => {
    const strip = (text: string): string => stripSource(text, false).replace(/ +/g, " ");
    expect(strip("a / b // c\nx = /d/.test(e)")).toBe("a / b \nx = .test(e)");
    expect(strip('f("x\\"y", \'z\')')).toBe("f(\" \", ' ')");
    expect(strip(template("`a §{b + `c§{d}` + { e: 1 }.e} f`"))).toBe(
      template("` §{b + ` §{d}` + { e: 1 }.e} `"),
    );
    expect(
      importsOf("src/a.ts", 'import { a } from "x"; import("y");', new Map()).map(
        ({ specifier }) => specifier,
      ),
    ).toEqual(["x", "y"]);
  });
});
