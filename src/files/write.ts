import { randomBytes } from "node:crypto";
import { constants, rmSync, type Stats } from "node:fs";
import { access, type FileHandle, link, lstat, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";
import { makeFolders } from "./folders.js";
import { causeOf, UnwritableFile } from "./unwritable.js";

export interface WriteOptions {
  /** Permission bits of a file that is new; those of a file that is replaced stay. Every user's when absent, as far as the process' mask lets. */
  readonly mode?: number;
}

/**
 * Writes a file wholly or not at all: beside its place, onto the disk, then under its name. Whatever fails on the way (a full
 * disk, a lost connection) leaves what was there before, and nothing else. A symbolic link of that name is replaced and not
 * followed; two processes that write the same file leave one of both texts.
 * @throws UnwritableFile in one line, when something else than a file is in the way or the file cannot be written.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { mode }: WriteOptions = {},
): Promise<void> {
  try {
    const before = await replaceable(path);
    // Of a name of its own: that of the file may be as long as names can be.
    const beside = join(dirname(path), `.diag-${randomBytes(8).toString("hex")}.new`);
    await writeNew(beside, content, before, mode);
    await moved(beside, path);
  } catch (error) {
    throw error instanceof UnwritableFile ? error : new UnwritableFile(path, causeOf(error));
  }
}

/**
 * Writes a file of a folder, as {@link writeWhole} does. Folders between them are made; a symbolic link among them is refused, since
 * it leads out of the folder.
 * @param name of the file; it may begin with names of folders below.
 * @throws UnwritableFile in one line.
 */
export async function writeInside(
  folder: string,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const path = placeInside(folder, name);
  try {
    for (const between of foldersBetween(name)) {
      await makeRealFolder(join(folder, between));
    }
  } catch (error) {
    throw error instanceof UnwritableFile ? error : new UnwritableFile(path, causeOf(error));
  }
  await writeWhole(path, content);
  return path;
}

/**
 * Finds out whether {@link writeInside} could write a file, as far as that can be known without writing.
 * @throws UnwritableFile as it would.
 */
export async function checkInside(folder: string, name: string): Promise<void> {
  const path = placeInside(folder, name);
  try {
    let last = folder;
    for (const between of foldersBetween(name)) {
      if (!(await isRealFolder(join(folder, between)))) {
        break;
      }
      last = join(folder, between);
    }
    await access(last, constants.W_OK | constants.X_OK);
    await replaceable(path);
  } catch (error) {
    throw error instanceof UnwritableFile ? error : new UnwritableFile(path, causeOf(error));
  }
}

/**
 * Makes a folder and those above it; one that is there is left as it is.
 * @param mayBeLink whether it may be a symbolic link to a folder: not unless somebody has named it.
 * @throws UnwritableFile in one line.
 */
export async function makeFolder(path: string, mayBeLink: boolean): Promise<void> {
  try {
    if ((await lstatOf(path))?.isSymbolicLink()) {
      if (!mayBeLink) {
        throw new UnwritableFile(path, "it is a symbolic link, which is followed only where it is named");
      }
      if ((await statOf(path)) === undefined) {
        throw new UnwritableFile(path, "it is a symbolic link that leads nowhere; remove it");
      }
    }
    await makeFolders(path);
  } catch (error) {
    throw error instanceof UnwritableFile ? error : new UnwritableFile(path, causeOf(error));
  }
}

function placeInside(folder: string, name: string): string {
  const inside = normalize(name);
  if (isAbsolute(inside) || inside.split(sep).includes("..")) {
    throw new UnwritableFile(name, `it is no place inside ${folder}`);
  }
  return join(folder, inside);
}

/** The folders on the way to a file, from the first down: `a`, `a/b` for `a/b/c.svg`. */
function foldersBetween(name: string): string[] {
  const names = normalize(name).split(sep).slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join(sep));
}

async function makeRealFolder(path: string): Promise<void> {
  if (await isRealFolder(path)) {
    return;
  }
  await mkdir(path).catch((error) => {
    // Somebody else has made it meanwhile.
    if (error.code !== "EEXIST") {
      throw error;
    }
  });
  await isRealFolder(path);
}

/** Whether there is a folder; refuses what is there and none. */
async function isRealFolder(path: string): Promise<boolean> {
  const stats = await lstatOf(path);
  if (stats === undefined) {
    return false;
  }
  if (stats.isSymbolicLink()) {
    throw new UnwritableFile(path, "it is a symbolic link, which is not followed");
  }
  if (!stats.isDirectory()) {
    throw new UnwritableFile(path, "it is a file where a folder is needed; move it away");
  }
  return true;
}

/** The file that is to be replaced, if there is one; refuses what cannot be. */
async function replaceable(path: string): Promise<Stats | undefined> {
  const stats = await lstatOf(path);
  if (stats === undefined || stats.isSymbolicLink()) {
    return undefined;
  }
  if (stats.isDirectory()) {
    throw new UnwritableFile(path, "there is a folder of that name; move it away or remove it");
  }
  if (!stats.isFile()) {
    throw new UnwritableFile(
      path,
      "there is a device, pipe or socket of that name; move it away or remove it",
    );
  }
  // Renaming would not mind that somebody wants the file as it is.
  await access(path, constants.W_OK).catch(() => {
    throw new UnwritableFile(path, "the file may not be written; permit it or move it away");
  });
  return stats;
}

const lstatOf = (path: string) => unlessAbsent(lstat(path));
const statOf = (path: string) => unlessAbsent(stat(path));

async function unlessAbsent(stats: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await stats;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Writes a file that is not there yet, or leaves none. @param like whose permissions it gets. */
async function writeNew(
  path: string,
  content: string | Uint8Array,
  like: Stats | undefined,
  mode: number | undefined,
): Promise<void> {
  const bits = like === undefined ? mode : like.mode & 0o777;
  const file = await open(path, "wx", bits);
  unfinished.add(path);
  try {
    try {
      if (like !== undefined) {
        await giveTo(file, like, bits!);
      }
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await forget(path);
    throw error;
  }
}

/** The mask of the process has no say in what was permitted before. */
async function giveTo(file: FileHandle, like: Stats, bits: number): Promise<void> {
  const { uid, gid } = await file.stat();
  // Only some users may give files away; for the others the file is theirs from now on.
  if (uid !== like.uid || gid !== like.gid) {
    await file.chown(like.uid, like.gid).catch(() => undefined);
  }
  await file.chmod(bits);
}

async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    unfinished.delete(from);
  } catch (error) {
    await forget(from);
    throw error;
  }
}

/** Files that have no name of their own yet: a process that ends meanwhile leaves none. */
const unfinished = new Set<string>();

process.on("exit", () => {
  for (const path of unfinished) {
    rmSync(path, { force: true });
  }
});

async function forget(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
  unfinished.delete(path);
}

/**
 * Writes a file that nobody has written yet, wholly or not at all: of several processes, on several machines too, exactly one does.
 * @returns whether it was this one; else the file is as it was.
 * @throws UnwritableFile in one line.
 */
export async function writeOnce(
  path: string,
  content: string,
  { mode }: WriteOptions = {},
): Promise<boolean> {
  const beside = join(dirname(path), `.diag-${randomBytes(8).toString("hex")}.new`);
  try {
    await writeNew(beside, content, undefined, mode);
    // A link is made to one name once, while renaming would take the place of what is there.
    const isFirst = await link(beside, path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") {
          return false;
        }
        throw error;
      },
    );
    await forget(beside);
    return isFirst;
  } catch (error) {
    await forget(beside);
    throw error instanceof UnwritableFile ? error : new UnwritableFile(path, causeOf(error));
  }
}
