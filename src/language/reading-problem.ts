import { UnreadableFile } from "../files/index.js";

/** How a message begins that says where in a file something is, `byte 4: …`; others say of the file what it does. */
const located = /^[a-z ]*\d[^:]*:/;

/** In a few words, why a file could not be read. */
export function readingProblem(reason: unknown): string {
  switch ((reason as { code?: unknown } | null)?.code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder, not a file";
    case "EACCES":
      return "there is no permission to read it; permit it";
    default:
      if (reason instanceof UnreadableFile) {
        return located.test(reason.message) ? reason.message : `it ${reason.message}`;
      }
      return (reason instanceof Error ? reason.message : String(reason)).replace(/\s+/g, " ");
  }
}
