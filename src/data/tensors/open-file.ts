import { type OpenFile, UnreadableFile, withFile } from "../../files/index.js";
import { isPacked, mostUnpacked, unpacked } from "../gzip/unpack.js";
import { Fault, UnreadableData } from "./fault.js";
import type { FileBytes } from "./format.js";

/** The largest file of which something is read, in bytes; how much of it is another matter. */
const largestFile = 2 ** 36;

/** What is packed is read whole to know that it is whole, so that it may have so many bytes unpacked. */
const largestUnpacked = 2 ** 28;

/** A file of data that is open. */
export interface OpenData extends Omit<FileBytes, "use"> {
  /** Another one whenever the file may have other contents. */
  readonly edition: string;
}

/** How often files are read anew that are written meanwhile. */
const mostReadings = 3;

/** A file is another than it was. */
export class ChangedFile extends Error {
  override readonly name = "ChangedFile";

  constructor(readonly file: string) {
    super("changes while it is read; wait until it is written");
  }
}

/**
 * Reads anew what was written meanwhile.
 * @throws UnreadableData, and what `read` throws.
 */
export async function inPeace<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let reading = 1; ; reading++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ChangedFile)) {
        throw error;
      }
      if (reading === mostReadings) {
        throw new UnreadableData(error.file, error.message);
      }
    }
  }
}

/**
 * Opens a file of data, unpacks it where gzip has packed it, and says of all that is wrong with it which file it is.
 * @param mayBePacked whether a beginning like gzip's is one.
 * @throws UnreadableData; ChangedFile where it is written meanwhile; and what `use` throws beside a fault.
 */
export async function withData<Result>(
  path: string,
  use: (file: OpenData) => Promise<Result>,
  mayBePacked = true,
): Promise<Result> {
  return naming(path, () =>
    withFile(path, largestFile, async (file) => {
      const isUnpacking = mayBePacked && isPacked(await beginningOf(file));
      const [found] = await Promise.allSettled([use(isUnpacking ? packed(file) : plain(file))]);
      // What was wrong with it may be wrong no more.
      if (!(await file.isUnchanged())) {
        throw new ChangedFile(path);
      }
      if (found.status === "fulfilled") {
        return found.value;
      }
      throw found.reason instanceof Fault ? placed(path, found.reason, isUnpacking) : found.reason;
    }),
  );
}

function placed(path: string, { message, offset }: Fault, isUnpacked: boolean): UnreadableData {
  const place = offset === undefined ? "" : `${isUnpacked ? "unpacked byte" : "byte"} ${offset}: `;
  return new UnreadableData(path, place + message, offset);
}

/** Puts the file's name to the reason why it cannot be read. */
async function naming<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof UnreadableFile && !(error instanceof UnreadableData)
      ? new UnreadableData(path, error.message, undefined, error.code)
      : error;
  }
}

/** How many bytes a file has unpacked. Of one that is packed they are counted. */
export async function lengthOf(file: OpenData): Promise<number> {
  if (file.length !== undefined) {
    return file.length;
  }
  let length = 0;
  for await (const chunk of file.chunks()) {
    length += chunk.length;
  }
  return length;
}

/** The first bytes, as many as are read at once. */
export async function beginningOf(file: { chunks(): AsyncIterable<Uint8Array> }): Promise<Uint8Array> {
  for await (const chunk of file.chunks()) {
    return chunk.slice();
  }
  return new Uint8Array();
}

function plain(file: OpenFile): OpenData {
  return {
    length: file.size,
    most: file.size,
    edition: file.edition,
    chunks: () => file.chunks(),
    chunksFrom: (position) => file.chunks(position),
  };
}

function packed(file: OpenFile): OpenData {
  return {
    most: mostUnpacked(file.size),
    edition: file.edition,
    chunks: () => limited(unpacked(file.chunks(), file.size)),
  };
}

async function* limited(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > largestUnpacked) {
      throw new UnreadableFile(
        `has more than ${largestUnpacked / 2 ** 20} MiB unpacked, which are read of a packed file; unpack it`,
      );
    }
    yield chunk;
  }
}
