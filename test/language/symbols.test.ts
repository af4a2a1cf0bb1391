import { expect, test } from "vitest";
import { analyzeText } from "../../src/language/index.js";

// Signs of other notations: the message says what to write, and the text with that is sound and means what was meant.

const landscape = (loss: string): string => `landscape l { weights u = 2, v = 3 loss ${loss} }`;

test.each([
  ["u\u00b2", "^2", "u^2"],
  ["u\u00b9\u2070", "^10", "u^10"],
  ["u\u207b\u00b9", "^-1", "u^-1"],
  ["u \u2212 v", "-", "u - v"],
  ["u \u2013 v", "-", "u - v"],
  ["u \u00b7 v", "*", "u * v"],
  ["2\u00d7u", "*", "2*u"],
  ["u\u22c5v", "*", "u*v"],
  ["u \u00f7 2", "/", "u / 2"],
  ["u\u20442", "/", "u/2"],
  ["\u00bd * u", "(1/2)", "(1/2) * u"],
  ["exp\uff08u)", "(", "exp(u)"],
])("%s: write %s", async (loss, written, right) => {
  const { diagnostics } = await analyzeText(landscape(loss));
  expect(diagnostics).toHaveLength(1);
  const [{ code, message, range }] = diagnostics as [(typeof diagnostics)[number]];
  expect(code).toBe("syntax");
  expect(message).toContain(`write \`${written}\``);
  expect(message).not.toContain("remove");
  const text = landscape(loss);
  const repaired = text.slice(0, range.start.character) + written + text.slice(range.end.character);
  expect(repaired).toBe(landscape(right));
  expect((await analyzeText(repaired)).diagnostics).toEqual([]);
});

test("a middle dot between letters, which Unicode takes for one name, is told to be a product", async () => {
  const { diagnostics } = await analyzeText(landscape("u\u00b7v"));
  expect(diagnostics.map(({ code }) => code)).toEqual(["unknown-symbol"]);
  expect(diagnostics[0]!.message).toContain("write `u * v`");
});

test.each([
  ["import \u201cother.diag\u201d", '"'],
  ["import 'other.diag'", '"'],
  ["import \u00abother.diag\u00bb", '"'],
  ["diagram d { a, b \u2192 out }", "->"],
  ["diagram d { a, b > out }", "->"],
  ["diagram d { a, b => out }", "->"],
  ["landscape l { weights u = 0 data x \u223c normal(0, 1) loss u*x }", "~"],
])("%s: write %s", async (text, written) => {
  const { diagnostics } = await analyzeText(text);
  const errors = diagnostics.filter(({ code }) => code === "syntax");
  expect(errors).toHaveLength(1);
  expect(errors[0]!.message).toMatch(/^unexpected/);
  expect(errors[0]!.message).toMatch(/writ(?:e|ten) `/);
  expect(errors[0]!.message.endsWith(`\`${written}\``)).toBe(true);
});

test.each(["\u00a7", "\u2603", "#"])("%s stands for nothing: remove it", async (sign) => {
  const { diagnostics } = await analyzeText(landscape(`u ${sign} + v`));
  expect(diagnostics.map(({ message }) => message)).toEqual([
    `unexpected \`${sign}\`: no part of the language; remove it`,
  ]);
});

test("what cannot be seen is named by its number", async () => {
  const { diagnostics } = await analyzeText(landscape("u \u200b+ v"));
  expect(diagnostics[0]!.message).toBe("unexpected `U+200B`: no part of the language; remove it");
});
