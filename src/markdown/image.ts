import { harmlessLine } from "./harmless.js";

/** An image of our own making; `words` is what is said instead of it. */
export function asImage(words: string, address: string): string {
  const line = harmlessLine(words.replace(/\s+/g, " "))
    // A backslash would else escape ours.
    .replace(/\\(?=[[\]\\]|$)/g, "\\\u200b")
    .replace(/[[\]]/g, "\\$&");
  return `![${line}](${address})`;
}
