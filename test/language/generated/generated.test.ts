import { expect, test } from "vitest";
import { Attempts, type Failure } from "./attempts.js";
import { generatedFile, type Kind, kinds } from "./generate.js";
import { Random } from "./random.js";

// No text makes anything throw. Here a few hundred files, the same in each run; `npm run generated-files` tries as many
// as it is told, with a deadline for each.

test.each(kinds)(
  "files made by %s are read by everything that reads files",
  async (kind: Kind) => {
    const attempts = await Attempts.begin();
    const failures: string[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const { text } = generatedFile(seed, kind);
      // Parts that take long are tried by the script.
      if (text.length > 20_000) continue;
      failures.push(...(await attempts.try(text, new Random(seed))).map((failure) => inWords(seed, failure)));
    }
    expect(failures).toEqual([]);
  },
  60_000,
);

function inWords(seed: number, { stage, what, thrown }: Failure): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `file ${seed}, ${stage}, ${what}: ${stack.split("\n").slice(0, 4).join("\n")}`;
}
