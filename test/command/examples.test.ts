import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diagJson, root } from "./diag.js";

const folder = "examples/paper";
const files = (await readdir(join(root, folder))).filter((name) => name.endsWith(".diag"));

test.each(files)(`every verify of ${folder}/%s agrees with simulation`, async (name) => {
  const path = join(folder, name);
  const check = await diagJson<{ diagnostics: { severity: string }[] }>(["check", path]);
  expect(check.json.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  const { status, json } = await diagJson<{
    runs: { verify: string; eta: number; verdict: string; reason: string }[];
  }>(["verify", path]);
  expect(json.runs.length).toBeGreaterThan(0);
  expect(json.runs.filter(({ verdict }) => verdict !== "agrees")).toEqual([]);
  expect(status).toBe(0);
});
