import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { record } from "./recorder.js";

// What page tests play back is what the language server says today. `DIAG_RECORD=1 npx vitest run --project page
// recorded` writes the recordings anew.

const texts = {
  gauss: { path: "../../examples/gauss.diag", inDepth: ["skew"] },
  shapes: { path: "recorded/shapes.diag", inDepth: [] },
  broken: { path: "recorded/broken.diag", inDepth: [] },
};

describe("recordings are what the language server says", () => {
  test.each(Object.entries(texts))("%s", async (name, { path, inDepth }) => {
    const made = await record(await readFile(new URL(path, import.meta.url), "utf8"), { inDepth });
    const text = `${JSON.stringify(made, undefined, 1)}\n`;
    const place = new URL(`recorded/${name}.json`, import.meta.url);
    if (process.env.DIAG_RECORD) await writeFile(place, text);
    expect(JSON.parse(text)).toEqual(JSON.parse(await readFile(place, "utf8")));
  });
});
