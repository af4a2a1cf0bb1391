import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UnreadableFile } from "../../files/index.js";

/** A chunk that is unpacked has so many bytes at most. */
const chunkBytes = 2 ** 18;

/** Deflate makes of a byte no more than so many. */
const mostOfAByte = 1032;

/** Whether a file that begins so is packed by gzip: its mark, and the one method that it has. */
export function isPacked(first: Uint8Array): boolean {
  return first[0] === 0x1f && first[1] === 0x8b && first[2] === 0x08;
}

/** How many bytes can be unpacked of so many. */
export function mostUnpacked(packed: number): number {
  return mostOfAByte * packed;
}

/**
 * The bytes that gzip has packed, in one member or several one behind the other.
 * @param size of the packed file in bytes.
 * @throws UnreadableFile where they are cut, damaged, or something else stands behind them.
 */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  const flow = pipeline(Readable.from(copies(chunks)), gunzip).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const chunk of gunzip) {
      yield chunk;
    }
  } catch (error) {
    throw refusal(error, gunzip.bytesWritten);
  } finally {
    gunzip.destroy();
    await flow;
  }
  if (gunzip.bytesWritten < size) {
    throw new UnreadableFile(
      `packed byte ${gunzip.bytesWritten}: what gzip has packed ends here and the file goes on; copy it again`,
    );
  }
  const problem = await flow;
  if (problem !== undefined) {
    throw refusal(problem, gunzip.bytesWritten);
  }
}

/** What unpacks them holds them longer than they hold. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    yield chunk.slice();
  }
}

function refusal(error: unknown, position: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR") {
    return new UnreadableFile(`packed byte ${position}: the file is cut here; copy it again`);
  }
  return code?.startsWith("Z_") === true
    ? new UnreadableFile(
        `packed byte ${position}: what gzip has packed is damaged near here (${(error as Error).message}); copy it again`,
      )
    : error;
}
