import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// docs/security.md: every claim names what holds it, and tests that are there.

const root = new URL("../../../", import.meta.url);
const page = readFileSync(new URL("docs/security.md", root), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| claim"))
  .map((line) => line.split(" | "));

test("every claim has what holds it, and a test", () => {
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    expect(row).toHaveLength(3);
    expect(row[2]).toMatch(/`test\/[\w/-]+`/);
  }
});

test("every test that the page names is there", () => {
  const named = [...page.matchAll(/`(test\/[\w/-]+)`/g)].map(([, path]) => path!);
  const missing = named.filter(
    (path) => ![".test.ts", ".ts"].some((end) => existsSync(new URL(path + end, root))),
  );
  expect(missing).toEqual([]);
});
