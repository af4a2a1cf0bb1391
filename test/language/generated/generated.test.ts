import { expect, test } from "vitest";
import { Attempts, type Failure, stages } from "./attempts.js";
import { generatedFile, type Kind, kinds } from "./generate.js";
import { Random } from "./random.js";

// No text makes anything throw. Here a few files of each kind, the same in each run; `scripts/rooms/generated-files.mjs` tries
// as many as it is told, with a deadline for each, and evaluates them too.

const few = stages.filter((stage) => stage !== "evaluate");

test.each(kinds)("files made by %s are read by everything that reads files", async (kind: Kind) => {
  const attempts = await Attempts.begin();
  const failures: string[] = [];
  for (let seed = 0, tried = 0; tried < 20; seed++) {
    const { text } = generatedFile(seed, kind);
    // What takes long is for the script.
    if (text.length > 3000) {
      continue;
    }
    tried++;
    const found = await attempts.try(text, new Random(seed), () => undefined, few);
    failures.push(...found.map((failure) => inWords(seed, failure)));
  }
  expect(failures).toEqual([]);
});

function inWords(seed: number, { stage, what, thrown }: Failure): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `file ${seed}, ${stage}, ${what}: ${stack.split("\n").slice(0, 4).join("\n")}`;
}
