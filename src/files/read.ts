import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** Why a file cannot be read, as the words behind its name: `is a directory; name a file`. One line. */
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

/** A regular file that is open. */
export interface OpenFile {
  /** In bytes, when it was opened; it may grow. */
  readonly size: number;
  /** Milliseconds since 1970, when it was opened. */
  readonly modified: number;
  /** Another one whenever the file is another, or may have other contents. */
  readonly edition: string;
  /**
   * Its bytes from the beginning, or from another one on. A chunk holds until the next is asked for.
   * @throws UnreadableFile when it has grown beyond what may be read, or cannot be read.
   */
  chunks(from?: number): AsyncGenerator<Uint8Array, void>;
  /** Whether it is still what it was when it was opened. */
  isUnchanged(): Promise<boolean>;
}

/** How many bytes are read at once: texts of few are soon forgotten, and those of many live long. */
const chunkBytes = 2 ** 16;

/** Nothing waits for a pipe's other end, and no terminal becomes the process' own. Not every system has these. */
const readingFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens a regular file, or a link to one, and closes it when it has been used. What is no regular file is not opened, and
 * one that is put in its place meanwhile is not read.
 * @param largest in bytes.
 * @throws UnreadableFile, and what `use` throws.
 */
export async function withFile<Result>(
  path: string,
  largest: number,
  use: (file: OpenFile) => Promise<Result>,
): Promise<Result> {
  check(await stat(path).catch(refuse), largest);
  const handle = await open(path, readingFlags).catch(refuse);
  try {
    const stats = await handle.stat().catch(refuse);
    check(stats, largest);
    return await use({
      size: stats.size,
      modified: stats.mtimeMs,
      edition: editionOf(stats),
      chunks: (from = 0) => chunksOf(handle, from, largest),
      isUnchanged: async () => editionOf(await handle.stat().catch(refuse)) === editionOf(stats),
    });
  } finally {
    await handle.close();
  }
}

/**
 * The text of a regular file in UTF-8, with no mark of the byte order.
 * @param largest in bytes.
 * @throws UnreadableFile.
 */
export async function readTextFile(path: string, largest: number): Promise<string> {
  return withFile(path, largest, async (file) => {
    let text = "";
    for await (const part of decoded(file.chunks())) {
      text += part;
    }
    return text;
  });
}

/**
 * Bytes of UTF-8 as text, with no mark of the byte order.
 * @throws UnreadableFile when they are none.
 */
export async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new UnreadableFile("is not text in UTF-8; save it as UTF-8");
    }
  };
  for await (const chunk of chunks) {
    yield decode(chunk);
  }
  yield decode();
}

async function* chunksOf(
  handle: FileHandle,
  from: number,
  largest: number,
): AsyncGenerator<Uint8Array, void> {
  const bytes = new Uint8Array(chunkBytes);
  for (let position = from; ; ) {
    const { bytesRead } = await handle.read(bytes, 0, chunkBytes, position).catch(refuse);
    if (bytesRead === 0) {
      return;
    }
    position += bytesRead;
    if (position > largest) {
      throw new UnreadableFile(sizeProblem(position, largest));
    }
    yield bytes.subarray(0, bytesRead);
  }
}

function editionOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(" ");
}

function check(stats: Stats, largest: number): void {
  const kind = kindOf(stats);
  if (kind !== undefined) {
    throw new UnreadableFile(`is ${kind}; name a file`, stats.isDirectory() ? "EISDIR" : undefined);
  }
  if (stats.size > largest) {
    throw new UnreadableFile(sizeProblem(stats.size, largest));
  }
}

/** What something is that is no regular file. */
function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) {
    return undefined;
  }
  if (stats.isDirectory()) {
    return "a directory";
  }
  if (stats.isFIFO()) {
    return "not a regular file but a named pipe";
  }
  if (stats.isSocket()) {
    return "not a regular file but a socket";
  }
  return stats.isCharacterDevice() || stats.isBlockDevice()
    ? "not a regular file but a device"
    : "not a regular file";
}

/** Names that no file can have: they are as good as names of no file. */
const impossible = new Set(["ENOENT", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"]);

function refuse(error: NodeJS.ErrnoException): never {
  const { code } = error;
  if (code !== undefined && impossible.has(code)) {
    throw new UnreadableFile("no such file", "ENOENT");
  }
  if (code === "EACCES" || code === "EPERM") {
    throw new UnreadableFile("may not be read: there is no permission to; permit it, or name another", code);
  }
  throw new UnreadableFile(`cannot be read (${code ?? error.message.split("\n")[0]})`, code);
}

function sizeProblem(size: number, largest: number): string {
  return `is ${(size / 2 ** 20).toFixed(1)} MiB; files of up to ${largest / 2 ** 20} MiB are read`;
}
