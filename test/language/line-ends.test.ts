import { expect, test } from "vitest";
import { analyzeText } from "../../src/language/index.js";
import { generatedFile } from "./generated/generate.js";

// A line ends with LF, CR or both: what is found, and at which line and character, is the same.

test.each(["soup", "damaged", "sound"] as const)(
  "files made by %s say the same however their lines end",
  async (kind) => {
    for (let seed = 0, tried = 0; tried < 40; seed++) {
      const text = generatedFile(seed, kind).text.replace(/\r\n|\r/g, "\n");
      if (text.length > 2000) {
        continue;
      }
      tried++;
      const found = await Promise.all(
        ["\n", "\r\n", "\r"].map(async (end) => (await analyzeText(text.replaceAll("\n", end))).diagnostics),
      );
      expect(found[1], `file ${seed} with CR LF`).toEqual(found[0]);
      expect(found[2], `file ${seed} with CR`).toEqual(found[0]);
    }
  },
);
