import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultTrials } from "../../src/runs/index.js";
import { atLength } from "../times.js";
import { diagJson, root } from "./diag.js";

const folder = "examples";
/** Of each verify at most, where it asks for more: as many as it asks for in the room of properties, enough to decide here. */
const mostTrials = atLength ? Number.POSITIVE_INFINITY : 30_000;
const files = [
  ...(await readdir(join(root, folder, "paper"))).map((name) => join("paper", name)),
  ...(await readdir(join(root, folder, "tensors"))).map((name) => join("tensors", name)),
  "first.diag",
  "metric.diag",
  "covariances.diag",
].filter((name) => name.endsWith(".diag"));

test.each(files)(`every verify of ${folder}/%s agrees with simulation`, async (name) => {
  const path = join(folder, name);
  const check = await diagJson<{ diagnostics: { severity: string }[] }>(["check", path]);
  expect(check.json.diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  const text = await readFile(join(root, path), "utf8");
  // A verify that does not say how many asks for as many as the command would.
  const blocks = text.split(/^verify /m).slice(1);
  const asked = Math.max(
    ...blocks.map((block) => Number(/trials = (\d+)/.exec(block)?.[1] ?? defaultTrials)),
  );
  const { status, json } = await diagJson<{
    runs: { verify: string; eta: number; predicted: number | null; verdict: string; reason: string }[];
  }>([
    ...["verify", path, "--backend", "cpu"],
    ...(asked > mostTrials ? ["--trials", String(mostTrials)] : []),
  ]);
  expect(json.runs.length).toBeGreaterThan(0);
  expect(json.runs.filter(({ predicted, verdict }) => predicted !== null && verdict !== "agrees")).toEqual(
    [],
  );
  expect(status).toBe(0);
});
