import { quotedText } from "../../printable/index.js";

// Signs that editors and other notations write for what this language writes in ASCII: one table.

/** What stands in this language, and the signs that are written for it elsewhere. */
const spellings: readonly (readonly [sign: string, others: string])[] = [
  ["-", "\u2212\u2010\u2011\u2012\u2013\u2014\u2015\ufe63\uff0d\u2796"],
  ["+", "\uff0b\u2795"],
  ["*", "\u00b7\u0387\u22c5\u2219\u2022\u00d7\u2715\u2716\u2217\uff0a"],
  ["/", "\u00f7\u2215\u2044\u2571\uff0f\u2797"],
  ["^", "\uff3e\u02c6"],
  ["=", "\uff1d\u2254"],
  ["~", "\u223c\u02dc\uff5e\u301c"],
  ['"', "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b\u2032\u2033\uff02'`\u00b4"],
  ["->", "\u2192\u27f6\u21d2\u27f9\u2794\u279c\u21a6"],
  ["(", "\uff08"],
  [")", "\uff09"],
  ["{", "\uff5b"],
  ["}", "\uff5d"],
  [",", "\uff0c\u3001"],
  [":", "\uff1a"],
  [".", "\u2024\uff0e"],
  ["(1/2)", "\u00bd"],
  ["(1/4)", "\u00bc"],
  ["(3/4)", "\u00be"],
];
const meant = new Map(spellings.flatMap(([sign, others]) => [...others].map((other) => [other, sign])));

const superscripts = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
const subscripts = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089";
const raised = /[\u00b2\u00b3\u00b9\u2070\u2074-\u207b]+/gu;

/** What to write instead of signs that are none of the language; nothing when they stand for nothing in it. */
export function spelledOut(signs: string): string | undefined {
  const powers = signs.replace(raised, (power) => {
    const plain = [...power].map((sign) => {
      const digit = superscripts.indexOf(sign);
      return digit >= 0 ? String(digit) : sign === "\u207b" ? "-" : sign === "\u207a" ? "+" : "";
    });
    return `^${plain.join("")}`;
  });
  let replaced = powers !== signs;
  const parts = [...powers].map((sign) => {
    const subscript = subscripts.indexOf(sign);
    const found = subscript >= 0 ? String(subscript) : meant.get(sign);
    replaced ||= found !== undefined;
    return found ?? (sign.codePointAt(0)! < 128 ? sign : "");
  });
  return replaced ? parts.join("") : undefined;
}

/** Signs as a message shows them: those that cannot be seen by their numbers. */
export function shownSigns(signs: string): string {
  const shown = signs.replace(
    /[\p{C}\p{Z}]/gu,
    (sign) => `U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  return quotedText(shown, 20);
}
