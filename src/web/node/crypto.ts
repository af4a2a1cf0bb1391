import { Buffer } from "./buffer.js";
import { Sha256 } from "./sha256.js";

/** What is used of `node:crypto`. The browser's own digests come late, where ours are asked for at once. */

class Hash {
  private readonly sum = new Sha256();

  update(given: string | ArrayBufferView): this {
    this.sum.update(
      typeof given === "string"
        ? new TextEncoder().encode(given)
        : new Uint8Array(given.buffer, given.byteOffset, given.byteLength),
    );
    return this;
  }

  digest(encoding: "hex" | "base64" | "base64url"): string {
    return Buffer.from(this.sum.digest()).toString(encoding);
  }
}

export type { Hash };

export function createHash(name: string): Hash {
  if (name !== "sha256") {
    throw new RangeError(`there is no ${name} here`);
  }
  return new Hash();
}

export function randomBytes(count: number): Buffer {
  return Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(count)));
}
