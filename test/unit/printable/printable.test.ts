import fc from "fast-check";
import { describe, expect, it as test } from "vitest";
import {
  counted,
  printableJson,
  printableLine,
  printableText,
  quotedText,
} from "../../../src/printable/index.js";

/** Characters that terminals and editors act on, by their numbers in Unicode's charts. */
const acting: readonly number[] = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  0xad,
  0x61c,
  ...[0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...[0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xfff9, 0xe0001, 0xe0041, 0xe007f],
  ...[0xd800, 0xdbff, 0xdc00, 0xdfff],
];
const harmless = [..."aZ09 \\/\"'{}<>%~¢éßñ字אع🙂\u200c\u200d\u0301"];
const piece = fc.oneof(
  fc.constantFrom(...acting).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(...harmless),
);
const text = fc.array(piece).map((pieces) => pieces.join(""));

/** Independent of patterns: no character of a text is one that terminals act on. */
const actsIn = (shown: string, allowed: readonly number[] = []) =>
  [...shown].filter((one) => {
    const code = one.codePointAt(0)!;
    return acting.includes(code) && !allowed.includes(code);
  });

describe("printable text", () => {
  test.each([
    ["\u001b[31mred", "\\x1b[31mred"],
    ["\u009b2J", "\\x9b2J"],
    ["a\u007fb", "a\\x7fb"],
    ["a\r\nb\tc\u0000", "a\\r\\nb\\tc\\x00"],
    ["gauss\u202ecod\u2066x", "gauss\\u{202e}cod\\u{2066}x"],
    ["\u2028\u2029", "\\u{2028}\\u{2029}"],
    ["\ud800x\u{e0041}", "\\u{d800}x\\u{e0041}"],
    ["C:\\new\\x1b «Straße» می\u200cخواهم 👩\u200d🔬", "C:\\new\\x1b «Straße» می\u200cخواهم 👩\u200d🔬"],
  ])("shows %j on one line", (given, line) => {
    expect(printableLine(given)).toBe(line);
  });

  test("keeps lines and tabs where a text is laid out", () => {
    expect(printableText("a\tb\r\nc\rd\n\u001b]0;title\u0007")).toBe("a\tb\nc\\rd\n\\x1b]0;title\\x07");
  });

  test("holds nothing that acts, and is as it was without it", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(actsIn(printableLine(given))).toEqual([]);
        expect(actsIn(printableText(given), [0x9, 0xa])).toEqual([]);
        expect(printableLine(printableLine(given))).toBe(printableLine(given));
        const bare = [...given].filter((one) => actsIn(one).length === 0).join("");
        expect(printableLine(bare)).toBe(bare);
      }),
    );
  });

  test("carries in JSON what it was given, in characters that do not act", () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        const given = { [`_${key}`]: [value, 1.5, null] };
        const json = printableJson(given);
        expect(actsIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual(given);
      }),
    );
  });
});

test.each([
  [0, "edge", undefined, "0 edges"],
  [1, "edge", undefined, "1 edge"],
  [2, "entry", "entries", "2 entries"],
  [1, "task is", "tasks are", "1 task is"],
  [1234567, "trial", undefined, "1,234,567 trials"],
] as const)("counts say how many there are of what: %d %s", (count, one, several, words) => {
  expect(counted(count, one, several)).toBe(words);
});

test("what is quoted of a source is cut between characters, never within one", () => {
  expect(quotedText("a".repeat(20), 20)).toBe("a".repeat(20));
  expect(quotedText("a".repeat(21), 20)).toBe(`${"a".repeat(17)}...`);
  for (let before = 0; before < 4; before++) {
    const quoted = quotedText("a".repeat(before) + "\u{1f600}".repeat(40), 20);
    expect([...quoted]).toHaveLength(20);
    expect(printableLine(quoted)).toBe(quoted);
  }
});
