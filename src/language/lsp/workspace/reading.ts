import type { FileSystemProvider, URI } from "langium";
import { largestText } from "../../parsing/lexer.js";
import { readingProblem } from "../../reading-problem.js";
import { largestTable } from "../../semantics/csv/index.js";
import type { DataText } from "../../semantics/landscape.js";

/** The text of a file, or in a few words why there is none. */
export async function readDataText(
  files: FileSystemProvider,
  uri: URI,
  kind: "source" | "data",
): Promise<DataText> {
  try {
    const about = await files.stat(uri);
    if (about.isDirectory) {
      return { problem: "it is a folder, not a file" };
    }
    const text = await files.readFile(uri);
    const most = kind === "source" ? largestText : largestTable;
    return text.length > most ? { problem: `it has more than ${most} characters` } : { text };
  } catch (reason) {
    return { problem: readingProblem(reason) };
  }
}
