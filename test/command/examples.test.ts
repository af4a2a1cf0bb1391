import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { times } from "../times.js";
import { diagJson, root } from "./diag.js";

const folder = "examples";
/** Trials of the verifies that ask for more: as many as they ask for in the room of properties, enough to decide here. */
const mostTrials = times(1) > 1 ? Number.POSITIVE_INFINITY : 100_000;
const files = [
  ...(await readdir(join(root, folder, "paper"))).map((name) => join("paper", name)),
  "metric.diag",
  "covariances.diag",
].filter((name) => name.endsWith(".diag"));

test.each(files)(`every verify of ${folder}/%s agrees with simulation`, async (name) => {
  const path = join(folder, name);
  const check = await diagJson<{ diagnostics: { severity: string }[] }>(["check", path]);
  expect(check.json.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  const text = await readFile(join(root, path), "utf8");
  const asked = Math.max(...Array.from(text.matchAll(/trials = (\d+)/g), ([, count]) => Number(count)));
  const { status, json } = await diagJson<{
    runs: { verify: string; eta: number; predicted: number | null; verdict: string; reason: string }[];
  }>(["verify", path, ...(asked > mostTrials ? ["--trials", String(mostTrials)] : [])]);
  expect(json.runs.length).toBeGreaterThan(0);
  expect(json.runs.filter(({ predicted, verdict }) => predicted !== null && verdict !== "agrees")).toEqual(
    [],
  );
  expect(status).toBe(0);
});
