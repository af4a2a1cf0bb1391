import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readSources } from "./imports.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Where it is spelled by hand which word goes with a count. */
const byHand: readonly RegExp[] = [
  // n === 1 ? "1 edge" : `${n} edges`
  /=== 1 \? "1 [a-z][^"]*" :/,
  // ${n} ${n === 1 ? "edge" : "edges"}
  /\$\{([^{}]+)\} (?:[a-z]+ )?\$\{\1 === 1 \? "/,
  // ${n} edge${n === 1 ? "" : "s"}
  /\$\{([^{}]+)\} [a-z ]*[a-z]\$\{\1 === 1 \? "[^"]*" :/,
  // All ${n} terms, of which there may be one
  /\bAll \$\{[^{}]+\} [a-z]+s\b/,
  // ${n} samples are, of which there may be one; a limit is never one
  /(?<!(?:more than|up to|at most|of) )\$\{[^{}()]+\} (?:[a-z]+ )?[a-z]+s (?:are|were|have|cannot|do) /,
  // ${n} of ${counted(all, "shard is", "shards are")}: the verb goes with the first of the two
  /\} of \$\{counted\([^{}]* (?:is|are|was|were|has|have)"/,
  /\} of \$\{[^{}]+\} [a-z]+s (?:are|were|have)\b/,
];

/** The one place where it is. */
const home = "src/printable/text.ts";

function faultsOf(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([path, text]) =>
    path === home
      ? []
      : text
          .split("\n")
          .flatMap((line, at) =>
            byHand.some((pattern) => pattern.test(line))
              ? [
                  `${path}:${at + 1} spells the plural of a count; ask \`counted\` or \`countedPart\` of src/printable`,
                ]
              : [],
          ),
  );
}

/* In lines that are looked through `#{` stands for the begin of a placeholder. */
describe("counts with nouns", () => {
  test("go through one function", () => {
    expect(faultsOf(readSources(root, ["src", "webview"]))).toEqual([]);
  });

  test.each([
    'say(n === 1 ? "1 edge" : `#{n} edges`);',
    '`#{n} #{n === 1 ? "edge" : "edges"}`',
    '`#{n} training #{n === 1 ? "point" : "points"}`',
    '`#{a.length} edge#{a.length === 1 ? "" : "s"} of it`',
    "`All #{terms.length} terms`",
    "`#{n} samples are too few`",
    "`#{n} test points were drawn`",
    "`#{n} of #{all} residuals are within the noise`",
    '`#{n} of #{counted(all, "shard is", "shards are")} done`',
  ])("are found where they are spelled by hand: %s", (line) => {
    expect(faultsOf(new Map([["src/a.ts", line.replaceAll("#", "$")]]))).toHaveLength(1);
  });

  test.each([
    '`#{counted(n, "edge")} of it`',
    '`#{words} #{n === 1 ? "points" : "point"} to it`',
    'const one = n === 1 ? "the edge" : "the edges";',
    "`up to #{most} edges fit`",
    "`more than #{most} files are imported`",
    '`#{countedPart(n, all, "shard")} done`',
  ])("are let be where there is no count, or it is never 1: %s", (line) => {
    expect(faultsOf(new Map([["src/a.ts", line.replaceAll("#", "$")]]))).toEqual([]);
  });
});
