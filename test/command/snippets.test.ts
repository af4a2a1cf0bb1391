import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { declarationLabels, library, written } from "../language/lsp/snippets.js";
import { diagJson, withFolder } from "./diag.js";

type Run = Record<"verify" | "verdict" | "reason", string>;

/** Enough for a verdict. */
const trials = "10000";

test("every verify that an editor inserts agrees, alone and before or behind any other declaration", async () => {
  const labels = await declarationLabels();
  const pairs = labels.flatMap((label) => [
    ["verify", label],
    ...(label === "verify" ? [] : [[label, "verify"]]),
  ]);
  const texts = [["verify"], ...pairs].map(async (pair) => (await written(...pair)).text);
  await withFolder(library, async (folder) => {
    for (const text of await Promise.all(texts)) {
      await writeFile(join(folder, "main.diag"), text);
      const { json } = await diagJson<{ runs: Run[] }>(
        ["verify", "main.diag", "--backend", "cpu", "--trials", trials],
        folder,
      );
      expect([text, json.runs.map(({ verify, verdict }) => `${verify} ${verdict}`)]).toEqual([
        text,
        [...text.matchAll(/^verify (\w+)/gm)].map(([, name]) => `${name} agrees`),
      ]);
    }
  });
});
