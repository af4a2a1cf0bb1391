/** What is used of `node:util`. */

export function format(...words: unknown[]): string {
  return words.map((word) => (typeof word === "string" ? word : String(word))).join(" ");
}
