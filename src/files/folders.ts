import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UnwritableFile } from "./unwritable.js";

/** What making folders takes of a file system; errors are as Node's. */
export interface FolderSystem {
  mkdir(path: string): Promise<unknown>;
  stat(path: string): Promise<{ isDirectory(): boolean }>;
}

/**
 * Makes a folder and those above it that are not there, one after the other: Node's own way to make them all does not end
 * where a system says of a new folder that the one above it is not there, though it is, as below `/proc`.
 * @throws UnwritableFile there, and the system's error where one cannot be made for another reason.
 */
export async function makeFolders(path: string, system: FolderSystem = { mkdir, stat }): Promise<void> {
  const missing: string[] = [];
  let above = path;
  while (!(await isMade(above, system))) {
    missing.push(above);
    if (dirname(above) === above) {
      break;
    }
    above = dirname(above);
  }
  for (const below of missing.reverse()) {
    if (!(await isMade(below, system))) {
      throw new UnwritableFile(below, "no folder can be made there; choose another place");
    }
  }
}

/** Makes a folder unless it is there; `false` where the one above it is not. */
async function isMade(path: string, system: FolderSystem): Promise<boolean> {
  try {
    await system.mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return false;
    }
    if (
      await system.stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
    ) {
      return true;
    }
    throw error;
  }
}
