import { lstat, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

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

/** The longest path of a file, in characters. */
const longestPath = process.platform === "win32" ? 32_767 : 4096;

/**
 * Finds the one name that all names of a file share, through symbolic links and, where the disk makes no difference,
 * capital letters; also of a file that is not there. Folders are looked at once, until {@link forget}.
 */
export class OneName {
  private readonly folders = new Map<string, Promise<Folder>>();

  constructor(private readonly disk: NamesOnDisk = thisDisk) {}

  async of(path: string): Promise<string> {
    const whole = resolve(path);
    // There is no file of such a name, and its many folders are not looked for.
    if (whole.length > longestPath) {
      return whole;
    }
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
    if (real !== undefined) {
      return { path: real, folds: await this.folds(real) };
    }
    if (dirname(path) === path) {
      return { path, folds: false };
    }
    const above = await this.folder(dirname(path));
    return { path: named(above, basename(path)), folds: above.folds };
  }

  /** Whether a folder is found under its name in other letters, too. */
  private async folds(path: string): Promise<boolean> {
    const name = basename(path);
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
    if (other === name) {
      return dirname(path) === path ? false : (await this.folder(dirname(path))).folds;
    }
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
