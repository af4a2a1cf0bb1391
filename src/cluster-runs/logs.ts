import { withFile } from "../files/index.js";
import { cutText, printableLine } from "../printable/index.js";
import type { RunFolder } from "./folder.js";

/** How much of a log's end is read, in bytes, and how large a log may be. */
const tail = 4096;
const largestLog = 2 ** 40;

/** The path of a task's log. */
export function logOf(folder: RunFolder, array: number, index: number): string {
  return folder.at("logs", `${array}_${index}.log`);
}

/** The last lines that a task printed, as lines that may be shown; none where there is no log. */
export function lastLines(
  folder: RunFolder,
  array: number,
  index: number,
  most = 3,
): Promise<readonly string[]> {
  return lastLinesOf(logOf(folder, array, index), most);
}

/** The last lines of a log, as lines that may be shown; none where there is none. */
export async function lastLinesOf(path: string, most: number): Promise<readonly string[]> {
  try {
    return await withFile(path, largestLog, async (file) => {
      const from = Math.max(0, file.size - tail);
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.chunks(from)) {
        chunks.push(Uint8Array.from(chunk));
      }
      const lines = Buffer.concat(chunks).toString("utf8").split("\n");
      return lines
        .filter((line) => line.trim() !== "")
        .slice(-most)
        .map((line) => cutText(printableLine(line), 200));
    });
  } catch {
    return [];
  }
}
