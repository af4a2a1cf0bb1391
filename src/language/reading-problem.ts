import { UnreadableFile } from "../files/index.js";

/** How a message begins that says of a file what it does; others say where in it something is: `byte 4: …`. */
const subjectless = /^(?:has|holds|is|ends|cannot|may)\b/;

/** In a few words, why a file could not be read. */
export function readingProblem(reason: unknown): string {
  switch ((reason as { code?: unknown } | null)?.code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder, not a file";
    case "EACCES":
      return "it may not be read";
    default:
      if (reason instanceof UnreadableFile) {
        return subjectless.test(reason.message) ? `it ${reason.message}` : reason.message;
      }
      return (reason instanceof Error ? reason.message : String(reason)).replace(/\s+/g, " ");
  }
}
