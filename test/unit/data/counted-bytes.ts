import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { afterAll, beforeAll, vi } from "vitest";

/** How many bytes were read of files, and how many gzip has unpacked, by whomever, since they were last set to 0. */
export interface CountedBytes {
  read: number;
  unpacked: number;
}

/** Counts them while the tests of a file run: all open files share one `read`, and all that unpack share one `push`. */
export function countedBytes(): CountedBytes {
  const counted = { read: 0, unpacked: 0 };
  beforeAll(async () => {
    const file = await open(import.meta.filename);
    const files = Object.getPrototypeOf(file) as typeof file;
    await file.close();
    const read = files.read as (...given: unknown[]) => Promise<{ bytesRead: number }>;
    vi.spyOn(files, "read").mockImplementation(async function (this: unknown, ...given: unknown[]) {
      const found = await read.apply(this, given);
      counted.read += found.bytesRead;
      return found;
    } as typeof files.read);
    const unpackers = Object.getPrototypeOf(createGunzip()) as ReturnType<typeof createGunzip>;
    const { push } = unpackers;
    vi.spyOn(unpackers, "push").mockImplementation(function (this: unknown, chunk: Uint8Array | null) {
      counted.unpacked += chunk?.length ?? 0;
      return push.call(this, chunk);
    });
  });
  afterAll(() => vi.restoreAllMocks());
  return counted;
}
