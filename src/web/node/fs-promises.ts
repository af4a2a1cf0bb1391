import { askFor, type FileFacts, fileError } from "../files.js";
import { constants, type Stats } from "./fs.js";

/** What is used of `node:fs/promises`, by the editor's file systems. */

/** Files have numbers by their paths: no two paths here are of one file. */
const numbers = new Map<string, number>();

function statsOf(path: string, { kind, isLink, size, modified }: FileFacts, followed: boolean): Stats {
  const number = numbers.get(path) ?? numbers.size;
  numbers.set(path, number);
  const itself = followed || !isLink;
  return {
    ...{ dev: 0, ino: number, size, mode: 0o600, uid: 0, gid: 0, mtimeMs: modified, ctimeMs: modified },
    isFile: () => itself && kind === "file",
    isDirectory: () => itself && kind === "folder",
    isSymbolicLink: () => !itself,
    isFIFO: () => false,
    isSocket: () => false,
    isCharacterDevice: () => false,
    isBlockDevice: () => false,
  };
}

async function factsOf(path: string): Promise<FileFacts> {
  const answer = await askFor({ ask: "stat", path });
  return "facts" in answer ? answer.facts : unanswered(path);
}

function unanswered(path: string): never {
  throw fileError("EIO", `no answer for ${path}`);
}

const isMissing = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === "ENOENT";

export async function stat(path: string): Promise<Stats> {
  return statsOf(path, await factsOf(path), true);
}

export async function lstat(path: string): Promise<Stats> {
  return statsOf(path, await factsOf(path), false);
}

export async function access(path: string): Promise<void> {
  await factsOf(path);
}

/** Links lead nowhere else, as far as is known here. @throws where there is no such file. */
export async function realpath(path: string): Promise<string> {
  await factsOf(path);
  return path;
}

/** The names in a folder. */
export async function readdir(path: string): Promise<string[]> {
  const answer = await askFor({ ask: "list", path });
  return "entries" in answer ? answer.entries.map(([name]) => name) : unanswered(path);
}

export async function mkdir(path: string): Promise<void> {
  if (await factsOf(path).catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)))) {
    throw fileError("EEXIST", `there is ${path} already`);
  }
  await askFor({ ask: "makeFolder", path });
}

export async function rename(path: string, to: string): Promise<void> {
  await askFor({ ask: "rename", path, to });
}

export async function rm(path: string, { force = false }: { readonly force?: boolean } = {}): Promise<void> {
  await askFor({ ask: "remove", path }).catch((error: unknown) => {
    if (!force || !isMissing(error)) {
      throw error;
    }
  });
}

export async function readFile(path: string): Promise<Uint8Array> {
  const answer = await askFor({ ask: "read", path });
  return "bytes" in answer ? answer.bytes : unanswered(path);
}

/** No file has two names. */
export async function link(_path: string, to: string): Promise<never> {
  throw fileError("ENOTSUP", `${to} cannot be made a link in a browser`);
}

/** A file that is open: for reading with all its bytes, or new, for writing. */
export class FileHandle {
  private bytes: Uint8Array | undefined;

  constructor(
    private readonly path: string,
    private readonly stats: Stats,
  ) {}

  async stat(): Promise<Stats> {
    return this.stats;
  }

  async read(
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }> {
    this.bytes ??= await readFile(this.path);
    const part = this.bytes.subarray(position, position + length);
    into.set(part, offset);
    return { bytesRead: part.length };
  }

  async writeFile(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await askFor({ ask: "write", path: this.path, content: bytes });
  }

  /** The editor writes at once, and has no permissions. */
  async sync(): Promise<void> {}
  async close(): Promise<void> {}
  async chown(): Promise<void> {}
  async chmod(): Promise<void> {}
}

export async function open(path: string, flags: string | number = constants.O_RDONLY): Promise<FileHandle> {
  if (typeof flags === "number") {
    return new FileHandle(path, await stat(path));
  }
  if (await stat(path).catch(() => undefined)) {
    throw fileError("EEXIST", `there is ${path} already`);
  }
  // The editor makes it when it is written.
  const made = { kind: "file", isLink: false, size: 0, modified: Date.now() } as const;
  return new FileHandle(path, statsOf(path, made, true));
}
