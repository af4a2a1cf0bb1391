/** Bytes of a vector: a number of single precision of each of four trials. */
export const vectorBytes = 16;

/** Where vectors begin; before it are zeros. */
const firstAddress = 64;

/** What a kernel's memory holds beforehand, and where what it works with is. */
export class MemoryImage {
  private end = firstAddress;
  private readonly parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  private readonly known = new Map<string, number>();

  /** Where the memory that is laid out so far ends. */
  get length(): number {
    return this.end;
  }

  /** Room for so many vectors, of zeros. */
  vectors(count: number): number {
    const at = Math.ceil(this.end / 64) * 64;
    this.end = at + count * vectorBytes;
    return at;
  }

  /** A number of single precision in all four lanes. */
  constant(value: number): number {
    return this.put(`constant ${Object.is(value, -0) ? "-0" : value}`, new Float32Array(4).fill(value), 16);
  }

  /** A word in all four lanes. */
  word(word: number): number {
    return this.put(`word ${word}`, new Uint32Array(4).fill(word), 16);
  }

  /** Numbers of single precision one behind the other. */
  numbers(values: ArrayLike<number>): number {
    const singles = Float32Array.from(values);
    return this.put(`numbers ${keyOf(new Int32Array(singles.buffer))}`, singles, 4);
  }

  /** Words one behind the other. */
  table(words: Int32Array): number {
    return this.put(`table ${keyOf(words)}`, words, 4);
  }

  /** Writes what is known beforehand to the start of a memory. */
  fill(memory: ArrayBufferLike): void {
    for (const { at, bytes } of this.parts) {
      new Uint8Array(memory).set(bytes, at);
    }
  }

  /** All of it that is not zero, one part behind the other. */
  get filled(): readonly { readonly at: number; readonly bytes: Uint8Array }[] {
    return this.parts;
  }

  private put(key: string, values: Float32Array | Uint32Array | Int32Array, alignment: number): number {
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const at = Math.ceil(this.end / alignment) * alignment;
    this.parts.push({ at, bytes: new Uint8Array(values.buffer.slice(0)) });
    this.end = at + values.byteLength;
    this.known.set(key, at);
    return at;
  }
}

/** Words as a text of their own, one for each different list. */
function keyOf(words: Int32Array): string {
  return Array.from(words, (word) => word.toString(36)).join(" ");
}
