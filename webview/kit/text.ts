export { asSentence } from "../../src/printable/sentence.js";
export { counted, cutText, fileNameOf, superscript } from "../../src/printable/text.js";

/** What went wrong, in one line. */
export function lineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
}
