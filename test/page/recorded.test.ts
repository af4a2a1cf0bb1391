import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { themeNames } from "./harness.js";
import { record } from "./recorder.js";

// What page tests play back is what the language server says today. `DIAG_RECORD=1 npx vitest run --project page
// recorded` writes the recordings anew.

const texts = {
  gauss: { path: "../../examples/gauss.diag", inDepth: ["skew"] },
  shapes: { path: "recorded/shapes.diag", inDepth: [] },
  broken: { path: "recorded/broken.diag", inDepth: [] },
};

async function compare(name: string, made: object): Promise<void> {
  const text = `${JSON.stringify(made, undefined, 1)}\n`;
  const place = new URL(`recorded/${name}.json`, import.meta.url);
  if (process.env.DIAG_RECORD) {
    await writeFile(place, text);
  }
  expect(JSON.parse(text)).toEqual(JSON.parse(await readFile(place, "utf8")));
}

describe("recordings are what the language server says", () => {
  test.each(Object.entries(texts))("%s", async (name, { path, inDepth }) => {
    await compare(name, await record(await readFile(new URL(path, import.meta.url), "utf8"), { inDepth }));
  });

  test("the hover of the root of skew, in the colours of all themes", async () => {
    const text = await readFile(new URL(texts.gauss.path, import.meta.url), "utf8");
    const hovers: Record<string, object> = {};
    for (const theme of themeNames) {
      const made = await record(text, { inDepth: texts.gauss.inDepth, theme });
      const skew = made.file.diagrams.find(({ id }) => id === "skew")!;
      const { line, character } = skew.nodes.at(-1)!.ranges[0]!.start;
      const place = `${line}:${character}`;
      hovers[theme] = { [place]: made.hovers[place] };
    }
    await compare("hovers", hovers);
  });
});
