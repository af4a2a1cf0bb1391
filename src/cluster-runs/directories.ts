import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { makeFolders, readTextFile, writeWhole } from "../files/index.js";
import { digestOf } from "./folder.js";

/** Longer than any path, in bytes. */
const largestNote = 2 ** 14;

/**
 * Notes that there are runs in a directory, in a file of its own. Where that fails, its runs are found by their paths only.
 * @param notes the folder of such files.
 * @param directory absolute.
 */
export async function rememberDirectory(notes: string, directory: string): Promise<void> {
  try {
    await makeFolders(notes);
    await writeWhole(join(notes, digestOf([directory]).slice(0, 32)), directory);
  } catch {
    // A run is sent where nothing can be noted, too.
  }
}

/** The directories that were noted and are there, in the order of their names. */
export async function knownDirectories(notes: string): Promise<string[]> {
  const names = await readdir(notes).catch(() => []);
  const found: string[] = [];
  for (const name of names.filter((one) => /^[0-9a-f]{32}$/.test(one))) {
    const directory = await readTextFile(join(notes, name), largestNote).catch(() => "");
    if (!isAbsolute(directory) || !digestOf([directory]).startsWith(name)) {
      continue;
    }
    const isGone = await stat(directory).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === "ENOENT" || error.code === "ENOTDIR",
    );
    if (!isGone) {
      found.push(directory);
    }
  }
  return found.sort();
}
