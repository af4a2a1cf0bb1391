import { counted } from "../../printable/index.js";
import { Fault } from "./fault.js";
import type { FileBytes } from "./format.js";

/** Bytes that come in parts and are taken in others: those of a file, or what is unpacked of one. */
export class ByteReader {
  /** How many bytes have been taken or skipped. */
  position = 0;
  private chunk: Uint8Array = new Uint8Array();
  private chunks: AsyncIterator<Uint8Array>;
  private hasEnded = false;

  constructor(private readonly file: FileBytes) {
    this.chunks = file.chunks()[Symbol.asyncIterator]();
  }

  /** In bytes, where it is known before all are read. */
  get length(): number | undefined {
    return this.file.length;
  }

  /** The next bytes, up to so many; fewer where they end. */
  async upTo(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    const filled = await this.fill(bytes);
    return bytes.subarray(0, filled);
  }

  /**
   * The next bytes, so many.
   * @param what ends too early where there are fewer, as `its header`.
   */
  async exactly(count: number, what: string): Promise<Uint8Array> {
    const bytes = await this.upTo(count);
    if (bytes.length < count) {
      throw new Fault(`${what} is cut: the file ends here; copy it again`, this.position);
    }
    return bytes;
  }

  /**
   * So many of the next bytes in blocks, each of whole units, which hold until the next is asked for and may be changed.
   * @param count a multiple of the unit.
   */
  async *blocks(count: number, unit: number): AsyncGenerator<Uint8Array, void> {
    const end = this.position + count;
    const block = new Uint8Array(unit * Math.max(1, Math.floor(Math.min(blockBytes, count) / unit)));
    while (this.position < end) {
      const asked = block.subarray(0, Math.min(block.length, end - this.position));
      if ((await this.fill(asked)) < asked.length) {
        throw cut(this.position, end);
      }
      yield asked;
    }
  }

  /** Passes over so many bytes, which count as not used. */
  async skip(count: number): Promise<void> {
    const end = this.position + count;
    if (count > this.chunk.length && this.file.chunksFrom !== undefined) {
      await this.close();
      this.chunks = this.file.chunksFrom(end)[Symbol.asyncIterator]();
      this.chunk = new Uint8Array();
      this.position = end;
    }
    while (this.position < end) {
      if (!(await this.more())) {
        throw cut(this.position, end);
      }
      this.advance(Math.min(this.chunk.length, end - this.position));
    }
  }

  /**
   * Compares the length that a header says with what there is, as far as that is known before it is read.
   * @throws Fault.
   */
  expect(total: number): void {
    const { length, most } = this.file;
    if (length !== undefined ? total > length : total > most) {
      throw length !== undefined
        ? cut(length, total)
        : new Fault(
            `the file is cut or wrong: by its header ${counted(total, "byte is", "bytes are")} packed in it, and it holds ${most} at most; copy it again`,
            this.position,
          );
    }
    if (length !== undefined && length > total) {
      throw padded(total);
    }
  }

  /** @throws Fault where bytes follow. */
  async end(): Promise<void> {
    if (this.chunk.length > 0 || (await this.more())) {
      throw padded(this.position);
    }
  }

  /** Lets go of what the bytes come from. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async fill(bytes: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < bytes.length && (await this.more())) {
      const part = this.chunk.subarray(0, bytes.length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.advance(part.length);
    }
    this.file.use(bytes.subarray(0, filled));
    return filled;
  }

  private advance(count: number): void {
    this.chunk = this.chunk.subarray(count);
    this.position += count;
  }

  private async more(): Promise<boolean> {
    while (this.chunk.length === 0 && !this.hasEnded) {
      const { done, value } = await this.chunks.next();
      this.hasEnded = done === true;
      this.chunk = done === true ? this.chunk : value;
    }
    return this.chunk.length > 0;
  }
}

/** So many bytes are decoded at once. */
const blockBytes = 2 ** 18;

function cut(position: number, total: number): Fault {
  const left = total - position;
  return new Fault(
    `the file is cut: it ends here, and ${counted(left, "byte")} more should come; copy it again`,
    position,
  );
}

function padded(total: number): Fault {
  return new Fault("the file should end here and goes on; copy it again", total);
}

/** Reads bytes, and lets go of what they come from. */
export async function withBytes<Result>(
  file: FileBytes,
  use: (bytes: ByteReader) => Promise<Result>,
): Promise<Result> {
  const bytes = new ByteReader(file);
  try {
    return await use(bytes);
  } finally {
    await bytes.close();
  }
}
