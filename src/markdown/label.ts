import { printableLine } from "../printable/index.js";

/** A name of a user's as an item of a list or a test may show it: editors make pictures of `$(word)` there. */
export function asLabel(name: string): string {
  return printableLine(name).replace(/\$(?=\()/g, "$\u200b");
}
