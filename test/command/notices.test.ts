import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noticesOf, packageOf } from "../../scripts/notices.mjs";
import { root } from "./diag.js";

const notices = await readFile(join(root, "dist", "third-party-notices.txt"), "utf8");
/** Of each package, under its name and version. */
const sections = new Map(
  notices
    .split(/^={80}\n(?=\S+ \S+ \(.*\)$)/m)
    .slice(1)
    .map((section) => [/^\S+/.exec(section)![0], section] as const),
);

describe("the notices of what is bundled", () => {
  test.each([
    // Each has a part in a bundle that another one has not, or is copied beside them.
    ["commander", "MIT", "(The MIT License)"],
    ["langium", "MIT", "TypeFox"],
    ["mathjs", "Apache-2.0", "TERMS AND CONDITIONS FOR USE"],
    ["mathjax-full", "Apache-2.0", "TERMS AND CONDITIONS FOR USE"],
    ["elkjs", "EPL-2.0", "Eclipse Public License - v 2.0"],
    ["papaparse", "MIT", "Permission is hereby granted"],
    ["vscode-languageclient", "MIT", "Microsoft Corporation"],
    ["wabt", "Apache-2.0", "TERMS AND CONDITIONS FOR USE"],
    ["@observablehq/plot", "ISC", "Observable"],
    ["@vscode/webview-ui-toolkit", "MIT", "Microsoft"],
    ["@tensorflow/tfjs-core", "Apache-2.0", "TERMS AND CONDITIONS FOR USE"],
    ["@tensorflow/tfjs-backend-wasm", "Apache-2.0", "TERMS AND CONDITIONS FOR USE"],
    ["@resvg/resvg-wasm", "MPL-2.0", "Mozilla Public License, version 2.0"],
    ["@fontsource/dejavu-sans", "OFL-1.1", "Bitstream Vera"],
  ])("hold that of %s, %s", (name, licence, words) => {
    expect(sections.get(name)).toMatch(new RegExp(`^${name} .*\\b${licence.replaceAll(".", "\\.")}\\b`));
    expect(sections.get(name)).toContain(words);
  });

  test("name no package that is only used for building and testing", () => {
    const ofOurs = ["typescript", "vitest", "esbuild", "@biomejs/biome", "fast-check", "playwright-core"];
    expect(ofOurs.filter((name) => sections.has(name))).toEqual([]);
  });

  test("have a text for each that is longer than its heading", () => {
    const short = [...sections].filter(([, section]) => section.length < 500).map(([name]) => name);
    expect(short).toEqual([]);
  });
});

describe("a package that is bundled", () => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "diag-notices-"));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function made(name: string, manifest: object, text?: string): Promise<string> {
    await mkdir(join(folder, name));
    await writeFile(
      join(folder, name, "package.json"),
      JSON.stringify({ name, version: "1.0.0", ...manifest }),
    );
    if (text !== undefined) {
      await writeFile(join(folder, name, "LICENSE.md"), text);
    }
    return name;
  }

  test("has to say its licence, one that is permitted, and bring its text unless that is known", async () => {
    const folders = await Promise.all([
      made("silent", {}, "All rights reserved."),
      made("strict", { license: "AGPL-3.0-only" }, "GNU AFFERO"),
      made("both", { license: "(MIT AND GPL-2.0-only)" }, "…"),
      made("textless", { license: "ISC" }),
      made("fine", { license: "MIT" }, "Fine."),
    ]);
    expect(() => noticesOf(folder, folders)).toThrow(
      /^packages that cannot be bundled: both 1\.0\.0 has the licence \(MIT AND GPL-2\.0-only\), which is not among 0BSD, .*; silent 1\.0\.0 says no licence; strict 1\.0\.0 has the licence AGPL-3\.0-only, .*; textless 1\.0\.0 does not bring the text of its licence, ISC$/,
    );
  });

  test("is listed with its text, or with whom it is by and the text of its licence", async () => {
    const folders = await Promise.all([
      made("chosen", { license: "GPL-3.0-only OR ISC" }, "Chosen."),
      made("by", { license: "MIT", author: "Ada <ada@example.com>", repository: { url: "git://here" } }),
    ]);
    const text = noticesOf(folder, folders);
    expect(text).toMatch(
      /=\nby 1\.0\.0 \(MIT\)\nsource: git:\/\/here\n=+\n\nCopyright \(c\) Ada\n\nPermission is hereby granted/,
    );
    expect(text).toMatch(/=\nchosen 1\.0\.0 \(GPL-3\.0-only OR ISC\)\n=+\n\nChosen\.\n/);
    expect(text.indexOf("by 1.0.0")).toBeLessThan(text.indexOf("chosen 1.0.0"));
  });

  test.each([
    ["node_modules/a/lib/b.js", "node_modules/a"],
    ["node_modules/@s/a/b.js", "node_modules/@s/a"],
    ["node_modules/a/node_modules/@s/b/c.js", "node_modules/a/node_modules/@s/b"],
    ["node_modules\\a\\b.js", "node_modules/a"],
    ["src/cli/main.ts", undefined],
  ])("is found by its file %s", (file, expected) => {
    expect(packageOf(file)).toBe(expected);
  });
});
