import { createHash, randomBytes } from "node:crypto";
import { access, constants, lstat, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { SimulationError } from "../../compile/error.js";
import { causeOf, homeFolder, makeFolders } from "../../files/index.js";

/** As many programs are kept; of more those go that were made first. */
const mostKept = 200;

/** Larger than any program of ours, in bytes. */
const largestProgram = 2 ** 26;

/** The ends of names: of programs, and of what is still being made. */
const ends = { program: ".program", new: ".new" } as const;

/** How another folder is had for them: a part of a line. */
const elsewhere = "have XDG_CACHE_HOME name another folder";

/** The folder of this user's for what may be made again, and in it the one for compiled programs. */
export function programFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const { XDG_CACHE_HOME } = environment;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) {
    return join(XDG_CACHE_HOME, "diag", "programs");
  }
  const home = homeFolder(environment);
  return process.platform === "darwin"
    ? join(home, "Library", "Caches", "diag", "programs")
    : join(home, ".cache", "diag", "programs");
}

export function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(`${part.length} `).update(part);
  }
  return hash.digest("hex");
}

/**
 * The program of a key: one that is kept, or one that is made now. A program's name ends with the digest of its bytes, and what has
 * another digest is not run but removed, and made anew. It gets its name once it is whole, so that two who make it at once do
 * not disturb each other.
 * @param make writes it to a place.
 * @returns its path, and whether it was made now.
 * @throws SimulationError of one line.
 */
export async function keptProgram(
  folder: string,
  key: string,
  make: (place: string) => Promise<void>,
): Promise<{ readonly path: string; readonly isNew: boolean }> {
  try {
    await makeOwnFolder(folder);
    const known = await soundProgram(folder, key);
    if (known !== undefined) {
      return { path: await runnable(known), isNew: false };
    }
    const place = join(folder, `${key}.${randomBytes(8).toString("hex")}${ends.new}`);
    try {
      await make(place);
      const path = join(folder, `${key}.${await digestOfFile(place)}${ends.program}`);
      await rename(place, path);
      await removeOldest(folder, path);
      return { path: await runnable(path), isNew: true };
    } finally {
      await rm(place, { force: true });
    }
  } catch (error) {
    if (error instanceof SimulationError) {
      throw error;
    }
    throw new SimulationError(
      `compiled programs cannot be kept in ${folder}: ${causeOf(error)}, or ${elsewhere}`,
    );
  }
}

/** Whether a program of a key is kept. */
export async function isKept(folder: string, key: string): Promise<boolean> {
  return (await soundProgram(folder, key).catch(() => undefined)) !== undefined;
}

/** Makes the folder where there is none. @throws SimulationError where others than the user may write in it. */
async function makeOwnFolder(folder: string): Promise<void> {
  await makeFolders(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") {
      throw error;
    }
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new SimulationError(
      `${folder} is no folder in which nobody but you may write, so that no program is run from there; remove it`,
    );
  }
}

/** @throws SimulationError where a disk is such that nothing is run from it. */
async function runnable(path: string): Promise<string> {
  await access(path, constants.X_OK).catch(() => {
    throw new SimulationError(`no program may be run from ${dirname(path)}; ${elsewhere}`);
  });
  return path;
}

async function digestOfFile(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > largestProgram) {
    throw new SimulationError("the compiler made no program");
  }
  return digestOf(await readFile(path));
}

async function soundProgram(folder: string, key: string): Promise<string | undefined> {
  for (const name of (await readdir(folder)).toSorted()) {
    if (!name.startsWith(`${key}.`) || !name.endsWith(ends.program)) {
      continue;
    }
    const path = join(folder, name);
    const digest = await digestOfFile(path).catch(() => undefined);
    if (digest !== undefined && name === `${key}.${digest}${ends.program}`) {
      return path;
    }
    await rm(path, { force: true, recursive: true });
  }
  return undefined;
}

/** @param but that one. */
async function removeOldest(folder: string, but: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) =>
    Object.values(ends).some((end) => name.endsWith(end)),
  );
  if (names.length <= mostKept) {
    return;
  }
  const dated = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return {
        path,
        time: await lstat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  const old = dated.toSorted((one, other) => one.time - other.time).slice(0, names.length - mostKept);
  for (const { path } of old.filter(({ path }) => path !== but)) {
    await rm(path, { force: true });
  }
}
