import { lstat, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** Why a file cannot be read, as the words behind its name: `is a directory; name a file`. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";

  constructor(
    message: string,
    /** The system's code, such as `ENOENT`, by which others may word it. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/**
 * The text of a file of the disk: a regular one, in UTF-8, with no mark of the byte order. Every `.diag` file and every
 * table that is read comes through here.
 * @param largest in bytes.
 * @throws UnreadableFile.
 */
export async function readTextFile(path: string, largest: number): Promise<string> {
  const refused = (error: NodeJS.ErrnoException): never => {
    const words =
      error.code === "ENOENT" ? "no such file" : `cannot be read (${error.code ?? error.message})`;
    throw new UnreadableFile(words, error.code);
  };
  const about = await stat(path).catch(refused);
  if (about.isDirectory()) throw new UnreadableFile("is a directory; name a file", "EISDIR");
  // Devices and pipes have no size to judge by, and may never end.
  if (!about.isFile()) throw new UnreadableFile("is not a regular file; name a file");
  if (about.size > largest) throw new UnreadableFile(sizeProblem(about.size, largest));
  const bytes = await readFile(path).catch(refused);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile("is not text in UTF-8; save it as UTF-8");
  }
}

function sizeProblem(size: number, largest: number): string {
  return `is ${(size / 2 ** 20).toFixed(1)} MiB; files of up to ${largest / 2 ** 20} MiB are read`;
}

/** What {@link OneName} asks of a disk; another one in tests. */
export interface NamesOnDisk {
  realpath(path: string): Promise<string>;
  /** @returns whether the last part of the path is a symbolic link. @throws when there is no such file. */
  isLink(path: string): Promise<boolean>;
  /** Equal for one file only. @throws when there is no such file. */
  identity(path: string): Promise<string>;
}

const thisDisk: NamesOnDisk = {
  realpath: (path) => realpath(path),
  isLink: async (path) => (await lstat(path)).isSymbolicLink(),
  identity: async (path) => {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev} ${ino}`;
  },
};

interface Folder {
  readonly path: string;
  /** Whether names there are one, however they are capitalised. */
  readonly folds: boolean;
}

/**
 * Finds the one name that all names of a file share, through symbolic links and, where the disk makes no difference,
 * capital letters; also of a file that is not there. Folders are looked at once, until {@link forget}.
 */
export class OneName {
  private readonly folders = new Map<string, Promise<Folder>>();

  constructor(private readonly disk: NamesOnDisk = thisDisk) {}

  async of(path: string): Promise<string> {
    const whole = resolve(path);
    const isLink = await this.disk.isLink(whole).catch(() => false);
    const real = isLink ? await this.disk.realpath(whole).catch(() => whole) : whole;
    const folder = await this.folder(dirname(real));
    return named(folder, basename(real));
  }

  /** Links may lead elsewhere by now. */
  forget(): void {
    this.folders.clear();
  }

  private folder(path: string): Promise<Folder> {
    const known = this.folders.get(path) ?? this.look(path);
    this.folders.set(path, known);
    return known;
  }

  private async look(path: string): Promise<Folder> {
    const real = await this.disk.realpath(path).catch(() => undefined);
    if (real !== undefined) return { path: real, folds: await this.folds(real) };
    if (dirname(path) === path) return { path, folds: false };
    const above = await this.folder(dirname(path));
    return { path: named(above, basename(path)), folds: above.folds };
  }

  /** Whether a folder is found under its name in other letters, too. */
  private async folds(path: string): Promise<boolean> {
    const name = basename(path);
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
    if (other === name) return dirname(path) === path ? false : (await this.folder(dirname(path))).folds;
    const [own, same] = await Promise.all(
      [path, join(dirname(path), other)].map((one) => this.disk.identity(one).catch(() => undefined)),
    );
    return own !== undefined && own === same;
  }
}

function named(folder: Folder, name: string): string {
  const path = join(folder.path, name);
  return folder.folds ? path.toLowerCase() : path;
}
