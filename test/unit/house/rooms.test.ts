import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const lists: Record<string, string[]> = JSON.parse(textOf("test/at-length.json"));

describe("files of tests that all tests together leave out", () => {
  const files = Object.values(lists).flat();

  test("are there, each in one list", () => {
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
  });

  test("are run by a room each, which all rooms together do not leave out", () => {
    const { rooms } = JSON.parse(textOf("package.json")).scripts;
    const scripts = (rooms as string).match(/scripts\/rooms\/[a-z-]+\.mjs/g)!;
    const run = scripts
      .map(textOf)
      .join("\n")
      .match(/(?<=atLength\(\)\.)[a-z]+/g);
    expect(run?.sort()).toEqual(Object.keys(lists).sort());
    expect(textOf(".ci/run")).toContain("npm run --silent rooms");
  });
});
