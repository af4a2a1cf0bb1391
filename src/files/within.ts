import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative } from "node:path";

/** Whether a path leads into one of some folders, links followed; also of a file that is not there. */
export async function isWithinFolders(path: string, folders: readonly string[]): Promise<boolean> {
  const real = await realOf(path);
  for (const folder of folders) {
    if (isWithin(await realOf(folder), real)) {
      return true;
    }
  }
  return false;
}

/** A path without links, as far as there is something. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await realOf(dirname(path)), basename(path));
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}
