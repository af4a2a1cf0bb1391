import { describe, expect, test } from "vitest";
import { analyzeText } from "../../src/language/index.js";

/** Sound declarations whose brackets but the braces of blocks are in one line each. */
const sound: readonly string[] = [
  "landscape l {\n  weights u = 0, v = (1 + 2) / 3\n  data x ~ normal(0, (1 + 1))\n  let k = exp(u * (v - x))\n  loss (k + log(1 + exp(u)))^2\n}",
  "landscape l {\n  weights A[2, 3] = randn(1), b[2] = 0\n  loss sum(square(A[0] + A[1])) + b[0]\n}",
  "landscape l {\n  weights t = 1, hyper h = 0 in [0, (10)]\n  data x ~ discrete(-1: (2/3), 2: 1/3)\n  loss (t - x)^2 * (1 + h)\n}",
  "diagram d = (01-2)(02-12)",
];
const other: Readonly<Record<string, readonly string[]>> = {
  "(": ["[", "{"],
  ")": ["]", "}"],
  "[": ["(", "{"],
  "]": [")", "}"],
};

/** The sound text with one bracket left out, doubled, or of another kind: each bracket in turn, but the braces of blocks. */
function damaged(text: string): { text: string; line: number; how: string }[] {
  return [...text].flatMap((sign, at) => {
    const line = text.slice(0, at).split("\n").length - 1;
    const put = (written: string, how: string) => ({
      text: `${text.slice(0, at)}${written}${text.slice(at + 1)}`,
      line,
      how: `${how} \`${sign}\` at ${at}`,
    });
    return sign in other
      ? [
          put("", "without"),
          put(sign + sign, "twice"),
          ...other[sign]!.map((one) => put(one, `\`${one}\` for`)),
        ]
      : [];
  });
}

describe.each(sound)("%s", (text) => {
  test("is sound", async () => {
    const { diagnostics } = await analyzeText(text);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("with a bracket that is missing, superfluous or of another kind has one error, in its line, that speaks of it", async () => {
    for (const { text: wrong, line, how } of damaged(text)) {
      const { diagnostics } = await analyzeText(wrong);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const told = `${how}: ${wrong}\n${errors.map(({ message }) => message).join("\n")}`;
      expect(errors.length, told).toBe(1);
      expect(errors[0]!.range.start.line, told).toBe(line);
      expect(errors[0]!.message, told).toMatch(
        /is not closed|is closed by|that it closes|bracket|parenthes|brace|expected `[()[\]{}=]`|short form|an interval|group/,
      );
      expect(errors[0]!.message, told).not.toContain("a product needs");
    }
  });
});
