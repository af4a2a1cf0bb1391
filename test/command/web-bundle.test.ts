import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { root } from "./diag.js";

const builtIn = builtinModules.map((name) => name.replaceAll("/", "\\/")).join("|");
const asked = new RegExp(
  `(?:\\bfrom|\\bimport|(?<![.\\w$])require\\s*\\(|\\bimport\\s*\\()\\s*["'\`](?:node:[\\w/]+|${builtIn})["'\`]`,
  "g",
);

describe("the web build", () => {
  const folder = join(root, "dist", "web");
  const files = readdirSync(folder);

  test("is two files, of which the editor reads one", () => {
    expect(files.sort()).toEqual(["extension.cjs", "worker.js"]);
    expect(packageJson.browser).toBe("./dist/web/extension.cjs");
  });

  test("asks for nothing of Node's", () => {
    expect(
      'import{a}from"node:fs";const b=require("path"),c=import("fs/promises")'.match(asked),
    ).toHaveLength(3);
    for (const file of files) {
      expect(readFileSync(join(folder, file), "utf8").match(asked) ?? []).toEqual([]);
    }
  });

  test("asks for the editor alone, and for what it loads late by address", () => {
    const [extension, worker] = files.map((file) => readFileSync(join(folder, file), "utf8"));
    expect(new Set(extension!.match(/(?<![.\w$])require\("[^"]+"\)/g))).toEqual(
      new Set(['require("vscode")']),
    );
    // It is in the few words with which a worker begins.
    expect(extension!.match(/(?<![.\w$])import\([^)]*\)/g)).toEqual(["import(data.script)"]);
    expect(worker!.match(/(?:^|[;}])import[^;(]*"/g) ?? []).toEqual([]);
    expect(worker!.match(/(?<![.\w$])import\("[^)]*\)/g) ?? []).toEqual([]);
  });
});
