import { fileError } from "../files.js";
import type { Sink } from "./stream.js";

/** What is used of `node:zlib`, by the browser's own stream. It knows files of one member only. */

class Gunzip implements Sink {
  /** Bytes that were taken so far. */
  bytesWritten = 0;
  private readonly stream = new DecompressionStream("gzip");
  private readonly writer = this.stream.writable.getWriter();

  async take(chunk: Uint8Array): Promise<void> {
    await this.writer.write(chunk as Uint8Array<ArrayBuffer>);
    this.bytesWritten += chunk.length;
  }

  async finish(): Promise<void> {
    await this.writer.close();
  }

  destroy(): void {
    void this.writer.abort().catch(() => undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    const reader = this.stream.readable.getReader();
    for (;;) {
      const { value, done } = await reader.read().catch(refuse);
      if (done) {
        return;
      }
      yield value;
    }
  }
}

function refuse(error: unknown): never {
  const { message = "", code } = error as { readonly message?: string; readonly code?: string };
  // Browsers have words alone.
  if (code === "Z_BUF_ERROR" || /truncated|incomplete|unexpected end/i.test(message)) {
    throw fileError("Z_BUF_ERROR", message);
  }
  const words = /junk|trailing/i.test(message) ? "it has more than one member" : "its bytes are no gzip";
  throw fileError("Z_DATA_ERROR", words);
}

export function createGunzip(): Gunzip {
  return new Gunzip();
}
