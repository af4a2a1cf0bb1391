import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expectProblems } from "./workspace.js";

const whole = "landscape l {\n  weights h = 0\n  data x ~ normal(0, 1)\n  loss (h - x)^2 / 2\n}\n";

/** What stands around the lines of a heading. */
const around: Readonly<Record<string, readonly [before: string, behind: string]>> = {
  "a file": ["", ""],
  "landscape l { weights h = 0 data x ~ normal(0, 1) loss … }": [
    "landscape l {\n  weights h = 0\n  data x ~ normal(0, 1)\n  loss ",
    "\n}\n",
  ],
  "landscape l { weights … data x ~ normal(0, 1) loss (h - x)^2 / 2 }": [
    "landscape l {\n  weights ",
    "\n  data x ~ normal(0, 1)\n  loss (h - x)^2 / 2\n}\n",
  ],
  "landscape l { weights h = 0 data … loss (h - x)^2 / 2 }": [
    "landscape l {\n  weights h = 0\n  data ",
    "\n  loss (h - x)^2 / 2\n}\n",
  ],
  "diagram d { … }": ["diagram d {\n  ", "\n}\n"],
  "verify v { … }": [`${whole}verify v {\n`, "\n}\n"],
};

const fixture = readFileSync(new URL("./fixtures/strangers.txt", import.meta.url), "utf8");

describe.each(
  fixture
    .split(/^== /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const),
)("in %s one line says what is wrong, where and what to write:", (heading, section) => {
  const [before, behind] = around[heading]!;
  const cases = section
    .split("\n\n")
    .slice(1)
    .filter((one) => one.trim() !== "")
    .map((one) => one.split("\n    ") as [text: string, message: string]);

  test.each(cases)("%s", async (text, message) => {
    const marked = `${before}${text.replaceAll("⏎", "\n").replaceAll("LANDSCAPE", whole)}${behind}`;
    const { diagnostics } = await expectProblems(marked, [[expect.stringMatching(/^error /) as never]]);
    expect(diagnostics[0]!.message).toBe(message.trimEnd());
    expect(message.length).toBeLessThan(200);
  });
});
