type Encoding = "utf8" | "utf-8" | "hex" | "base64" | "base64url";

/** What is used of Node's `Buffer`. */
export class Buffer extends Uint8Array<ArrayBuffer> {
  static override from(given: string, encoding?: Encoding): Buffer;
  static override from(given: ArrayBufferLike, offset?: number, length?: number): Buffer;
  static override from(given: Iterable<number> | ArrayLike<number>): Buffer;
  static override from(
    given: string | ArrayBufferLike | Iterable<number> | ArrayLike<number>,
    first?: unknown,
    length?: number,
  ): Buffer {
    if (typeof given === "string") {
      return copied(first === "base64" ? bytesOfBase64(given) : new TextEncoder().encode(given));
    }
    if (given instanceof ArrayBuffer) {
      return new Buffer(given, first as number | undefined, length);
    }
    return copied(Uint8Array.from(given as ArrayLike<number>));
  }

  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  }

  override toString(encoding: Encoding = "utf8"): string {
    switch (encoding) {
      case "hex":
        return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
      case "base64":
        return base64Of(this);
      case "base64url":
        return base64Of(this).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
      default:
        return new TextDecoder().decode(this);
    }
  }

  swap16(): this {
    return this.swapped(2);
  }

  swap32(): this {
    return this.swapped(4);
  }

  swap64(): this {
    return this.swapped(8);
  }

  private swapped(size: number): this {
    for (let at = 0; at + size <= this.length; at += size) {
      this.subarray(at, at + size).reverse();
    }
    return this;
  }
}

function copied(bytes: Uint8Array): Buffer {
  const buffer = new Buffer(new ArrayBuffer(bytes.length));
  buffer.set(bytes);
  return buffer;
}

/** How many bytes are made characters at once: calls take no more than some ten thousand arguments. */
const portion = 0x6000;

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += portion) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + portion)));
  }
  return text;
}

function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export default { Buffer };
